#include "grammar/complete.hpp"

#include <algorithm>

#include "grammar/expectation.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

using Parser = generated::QueryParser;

/// A quoted text without its quotes; doubled quotes and escapes are left as they are.
Before before_of(const Scan& scan, size_t index) {
  const std::string_view word = scan.word(index);
  if (scan.tokens[index].type != Parser::TEXT || word.size() < 2) return {std::string(word), false};
  return {std::string(word.substr(1, word.size() - 2)), true};
}

/// A condition may begin where a statement does.
bool begins_statement(const Scan& scan, size_t end) {
  return end == 0 || (end == 1 && scan.tokens[0].type == Parser::K_EXPLAIN);
}

}  // namespace

Continuation continuation_of(std::string_view beginning) {
  Continuation result;
  const std::lock_guard lock(parse_mutex());
  try {
    const Scan tokens = scan(beginning);
    const size_t end = tokens.tokens.size() - 1;
    for (size_t i = 0; i < end; ++i) result.before.push_back(before_of(tokens, i));
    const Expectation next = expect(tokens, end, Entry::kStatement);
    result.name = next.has(Parser::WORD);
    result.text = next.has(Parser::TEXT);
    result.keywords = begins_statement(tokens, end) ? beginnings() : next.words;
    if (result.name && !begins_statement(tokens, end)) {
      // NOT, TRUE and FALSE are values; what they begin is rarely meant.
      std::erase_if(result.keywords,
                    [](const std::string& w) { return w == "TRUE" || w == "FALSE"; });
    }
  } catch (const Error&) {
    // Broken before the end: nothing follows.
  }
  return result;
}

}  // namespace cupel::grammar
