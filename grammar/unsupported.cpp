#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "QueryLexer.h"
#include "grammar/diagnose.hpp"

namespace cupel::grammar {
namespace {

using Lexer = generated::QueryLexer;

/// The beginnings of the statements that the language has and this version has not.
const std::vector<std::vector<std::string_view>>& beginnings() {
  static const std::vector<std::vector<std::string_view>> list = {
      {"EXPLAIN", "SQL"},
  };
  return list;
}

bool same_word(std::string_view word, std::string_view upper) {
  return word.size() == upper.size() &&
         std::equal(word.begin(), word.end(), upper.begin(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

/// After a field's name stands an operator, a dot or a bracket, after a statement's words a word,
/// a text or nothing: so `audit = 3` is a condition.
bool is_statement_going_on(size_t type) {
  switch (type) {
    case Lexer::K_IS:
    case Lexer::K_IN:
    case Lexer::K_NOT:
    case Lexer::K_LIKE:
    case Lexer::K_ILIKE:
    case Lexer::K_BETWEEN:
    case Lexer::K_AND:
    case Lexer::K_OR: return false;
    default:
      return type < Lexer::DATE || type == Lexer::WORD || type == Lexer::TEXT ||
             type == Lexer::SEMICOLON || type == antlr4::Token::EOF;
  }
}

bool begins_with(const Scan& scan, const std::vector<std::string_view>& words) {
  if (scan.tokens.size() <= words.size()) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    if (scan.tokens[i].type == Lexer::TEXT || !same_word(scan.word(i), words[i])) return false;
  }
  // A query follows EXPLAIN SQL, and it may begin with a bracket.
  const size_t next = scan.tokens[words.size()].type;
  return is_statement_going_on(next) || (words.back() == "SQL" && next == Lexer::LPAREN);
}

}  // namespace

void check_supported(const Scan& scan) {
  for (const auto& words : beginnings()) {
    if (!begins_with(scan, words)) continue;
    const Span span{scan.tokens.front().begin, scan.tokens[words.size() - 1].end};
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} is not available in this version of cupel", fmt::join(words, " ")),
                span);
  }
}

}  // namespace cupel::grammar
