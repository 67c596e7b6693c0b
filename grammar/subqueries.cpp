#include <fmt/format.h>

#include "QueryLexer.h"
#include "grammar/diagnose.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

using Lexer = generated::QueryLexer;

/// The place of a bracketed query: to its closing bracket, or as far as the text goes.
Span bracketed(const Scan& scan, size_t opener) {
  size_t depth = 0;
  size_t i = opener;
  for (; i + 1 < scan.tokens.size(); ++i) {
    if (scan.tokens[i].type == Lexer::LPAREN) ++depth;
    if (scan.tokens[i].type == Lexer::RPAREN && --depth == 0) break;
  }
  return {scan.tokens[opener].begin, scan.tokens[i].end};
}

/// `ASERT (SELECT …) < 5`.
void check_misspelt(const Scan& scan) {
  const std::string_view word = scan.word(0);
  if (scan.tokens.front().type != Lexer::WORD || near_words(word, {"ASSERT"}).empty()) return;
  throw Error(ErrorCode::kSyntax,
              fmt::format("'{}' begins no statement; did you mean ASSERT?", word),
              scan.tokens.front().span(), "ASSERT");
}

}  // namespace

void refuse_subquery(Span span) {
  throw Error(
      ErrorCode::kSyntax,
      "a query in parentheses stands only in ASSERT, as a value; elsewhere keep its rows as "
      "a slice (CREATE SLICE name AS query) and write slice = name",
      span);
}

void check_subqueries(const Scan& scan) {
  const bool assertion = scan.tokens.front().type == Lexer::K_ASSERT;
  if (assertion && scan.tokens[1].type == Lexer::K_SELECT)
    throw Error(ErrorCode::kSyntax,
                "the queries of ASSERT stand in parentheses: ASSERT (SELECT count() WHERE …) < 100",
                scan.tokens[1].span(), "(SELECT");
  size_t depth = 0;
  size_t inside = 0;  // the depth of the brackets of a query, or 0
  for (size_t i = 0; i + 1 < scan.tokens.size(); ++i) {
    const size_t type = scan.tokens[i].type;
    if (type == Lexer::LPAREN) ++depth;
    if (type == Lexer::RPAREN && depth > 0) {
      if (depth == inside) inside = 0;
      --depth;
    }
    if (type != Lexer::LPAREN || scan.tokens[i + 1].type != Lexer::K_SELECT) continue;
    const Span span = bracketed(scan, i);
    if (!assertion && i == 1) check_misspelt(scan);
    if (!assertion) refuse_subquery(span);
    if (inside != 0)
      throw Error(ErrorCode::kSyntax,
                  "a query in parentheses holds no other one; compare both in the condition of "
                  "ASSERT",
                  span);
    if (i > 0 && scan.tokens[i - 1].type == Lexer::K_IN)
      throw Error(ErrorCode::kSyntax, "IN takes constants only; compare with the query by = and OR",
                  span);
    inside = depth;
  }
}

}  // namespace cupel::grammar
