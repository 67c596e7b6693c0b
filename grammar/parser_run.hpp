#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "QueryParser.h"

namespace cupel::grammar {

enum class Entry { kStatement, kQuery };

/// Held while the parser runs: ANTLR's caches are shared by all parsers of a process, and not safe
/// to share before version 4.10.
std::mutex& parse_mutex();

/// One run of the generated parser over token types (the last is the end of the text). It owns the
/// tree. Not thread-safe: the caller holds the parse mutex.
class ParserRun {
 public:
  enum class Mode {
    kFastFirst,  ///< SLL, and LL only where SLL fails: SLL alone refuses some valid sentences.
    kExact,      ///< LL at once, for input that is known to be wrong.
  };

  ParserRun(const std::vector<size_t>& types, Entry entry, Mode mode);
  ~ParserRun();
  ParserRun(const ParserRun&) = delete;
  ParserRun& operator=(const ParserRun&) = delete;

  /// The first token that no sentence of the language continues with; nothing for a sentence.
  std::optional<size_t> failed_at() const { return failed_at_; }
  /// Null where the run failed. A token's index in the tree is its index in `types`.
  generated::QueryParser::StatementContext* statement() const { return statement_; }
  generated::QueryParser::QueryContext* query() const { return query_; }

 private:
  bool attempt(antlr4::atn::PredictionMode mode, Entry entry);

  std::unique_ptr<antlr4::ListTokenSource> source_;
  std::unique_ptr<antlr4::CommonTokenStream> stream_;
  std::unique_ptr<generated::QueryParser> parser_;
  std::optional<size_t> failed_at_;
  generated::QueryParser::StatementContext* statement_ = nullptr;
  generated::QueryParser::QueryContext* query_ = nullptr;
};

}  // namespace cupel::grammar
