#include "grammar/expectation.hpp"

#include "antlr4-runtime.h"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

using Parser = generated::QueryParser;

/// Behind this many tokens the answer would take longer than a person waits.
constexpr size_t kFarthest = 400;

/// Keywords are numbered by the alphabet, before everything else.
constexpr size_t kFirstKeyword = Parser::K_ACCEPT;
constexpr size_t kLastKeyword = Parser::K_WITHIN;

std::vector<size_t> candidates() {
  std::vector<size_t> types;
  for (size_t type = kFirstKeyword; type <= kLastKeyword; ++type) types.push_back(type);
  for (const size_t type : {size_t{Parser::WORD}, size_t{Parser::INTEGER}, size_t{Parser::DECIMAL},
                            size_t{Parser::TEXT}, size_t{Parser::EQUAL}, size_t{Parser::LESS},
                            size_t{Parser::STAR}, size_t{Parser::LPAREN}, size_t{Parser::RPAREN},
                            size_t{Parser::RBRACKET}, size_t{Parser::COMMA}, size_t{Parser::DOT}}) {
    types.push_back(type);
  }
  return types;
}

std::string keyword(size_t type) {
  // Symbols of keywords are K_ and the word.
  const std::string symbol = Parser(nullptr).getVocabulary().getSymbolicName(type);
  return symbol.substr(2);
}

std::string join(const std::vector<std::string>& parts) {
  std::string result;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += i + 1 == parts.size() ? " or " : ", ";
    result += parts[i];
  }
  return result;
}

bool is_comparison_word(const std::string& word) {
  return word == "NOT" || word == "IN" || word == "BETWEEN" || word == "LIKE" || word == "ILIKE" ||
         word == "IS";
}

bool is_later_clause(const std::string& word) {
  return word == "GROUP" || word == "HAVING" || word == "ORDER" || word == "SAMPLE" ||
         word == "LIMIT";
}

/// After these stands something true or false; elsewhere the grammar takes a condition too, but a
/// person means a value.
bool demands_condition(size_t type) {
  return type == Parser::K_AND || type == Parser::K_OR || type == Parser::K_NOT ||
         type == Parser::K_WHERE || type == Parser::K_HAVING || type == Parser::LBRACKET;
}

}  // namespace

std::string Expectation::in_words(bool query) const {
  if (!known) return {};
  const bool name = has(Parser::WORD);
  const bool end = has(antlr4::Token::EOF);
  const bool compares = has(Parser::LESS);
  std::vector<std::string> parts;
  if (name && has(Parser::INTEGER)) {
    parts.emplace_back(condition && has(Parser::K_NOT) ? "a condition" : "a value");
  } else if (name) {
    parts.emplace_back("a name");
  } else if (has(Parser::TEXT)) {
    parts.emplace_back("a text in quotes");
  } else if (has(Parser::INTEGER)) {
    parts.emplace_back(has(Parser::DECIMAL) ? "a number" : "a whole number");
  }
  if (compares) parts.emplace_back("a comparison");
  if (!compares && !name && has(Parser::EQUAL)) parts.emplace_back("'='");
  if (has(Parser::COMMA)) parts.emplace_back("','");
  for (const std::string& word : words) {
    if (name && (word == "NOT" || word == "TRUE" || word == "FALSE")) continue;
    if (compares && is_comparison_word(word)) continue;
    if (!is_later_clause(word)) parts.push_back(word);
  }
  if (has(Parser::RPAREN)) parts.emplace_back("')'");
  if (has(Parser::RBRACKET)) parts.emplace_back("']'");
  if (parts.empty()) parts = words;
  if (parts.empty() && has(Parser::LPAREN)) parts.emplace_back("'('");
  if (end) parts.emplace_back(query ? "the end of the query" : "the end of the statement");
  return join(parts);
}

Expectation expect(const Scan& scan, size_t failed, Entry entry) {
  Expectation result;
  if (failed > kFarthest) return result;
  result.known = true;
  std::vector<size_t> types;
  for (size_t i = 0; i < failed; ++i) types.push_back(scan.tokens[i].type);
  result.condition = failed == 0 || demands_condition(types.back());
  types.push_back(antlr4::Token::EOF);
  if (!ParserRun(types, entry, ParserRun::Mode::kExact).failed_at()) {
    result.types.insert(antlr4::Token::EOF);
  }
  types.push_back(antlr4::Token::EOF);
  for (const size_t candidate : candidates()) {
    types[failed] = candidate;
    const auto stopped = ParserRun(types, entry, ParserRun::Mode::kExact).failed_at();
    // A query in parentheses stands in ASSERT only, which the grammar does not say.
    const bool subquery = candidate == Parser::K_SELECT && failed > 0 &&
                          scan.tokens[failed - 1].type == Parser::LPAREN &&
                          scan.tokens[0].type != Parser::K_ASSERT;
    if (!subquery && (!stopped || *stopped > failed)) result.types.insert(candidate);
  }
  for (const size_t type : result.types) {
    if (type > kLastKeyword) continue;
    std::string word = keyword(type);
    if (!result.has(Parser::WORD) || is_reserved(word)) result.words.push_back(std::move(word));
  }
  return result;
}

}  // namespace cupel::grammar
