#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cupel/error.hpp"

/// The first half of parsing: bytes to tokens, every limit and every lexical mistake checked, so
/// that the parser sees nothing it could choke on.
namespace cupel::grammar {

/// A token: its type as numbered in QueryLexer.g4, and its bytes.
struct Token {
  size_t type = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  Span span() const { return {begin, end}; }
};

/// A text and its tokens, blanks and comments left out; the last one is the end of the text.
struct Scan {
  std::string_view text;
  std::vector<Token> tokens;

  std::string_view word(size_t index) const {
    const Token& token = tokens[index];
    return text.substr(token.begin, token.end - token.begin);
  }
};

/// Throws kLimit for a text over kMaxStatementBytes, kSyntax for bytes that are not UTF-8 and for
/// control characters other than tab and line breaks.
void check_bytes(std::string_view text);

/// Checks the bytes and cuts the text into tokens. Throws kSyntax with a span for a lexical
/// mistake (open string or comment, foreign operator, malformed number, impossible date, unknown
/// character), kLimit for more than kMaxTokens. Not thread-safe: the caller holds the parse mutex.
Scan scan(std::string_view text);

/// Throws kSyntax for a bracket that is never closed or closes nothing, kLimit where brackets,
/// NOT and unary minus nest deeper than kMaxNesting.
void check_nesting(const Scan& scan);

}  // namespace cupel::grammar
