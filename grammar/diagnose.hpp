#pragma once

#include "cupel/error.hpp"
#include "grammar/parser_run.hpp"
#include "grammar/scan.hpp"

namespace cupel::grammar {

/// Refuses a query in parentheses where none can stand, before the parser is asked: it stands in
/// the condition of ASSERT, not in IN (…) and not in another one.
void check_subqueries(const Scan& scan);
[[noreturn]] void refuse_subquery(Span span);

/// The one error about the sentence that the parser gave up at token `failed`: what was found,
/// what could have stood there, and what was probably meant. Runs the parser on short prefixes to
/// learn what could have stood there, so the caller holds the parse mutex.
Error diagnose(const Scan& scan, size_t failed, Entry entry);

}  // namespace cupel::grammar
