#include <gtest/gtest.h>

#include <random>
#include <string>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "tests/support/random_query.hpp"

namespace cupel::grammar {
namespace {

/// Either a statement that prints and parses again, or an error that lies in the text.
void survives(const std::string& text) {
  split_script(text);
  std::string printed;
  try {
    printed = print(parse(text));
  } catch (const Error& error) {
    ASSERT_NE(error.code(), ErrorCode::kInternal) << text << "\n" << error.message();
    ASSERT_TRUE(error.span()) << text;
    ASSERT_LE(error.span()->begin, error.span()->end) << text;
    ASSERT_LE(error.span()->end, text.size()) << text;
    ASSERT_FALSE(error.message().empty());
    return;
  }
  try {
    ASSERT_EQ(print(parse(printed)), printed) << text;
  } catch (const Error& error) {
    FAIL() << text << "\n" << printed << "\n" << error.message();
  }
}

TEST(Hostile, SoupOfTokens) {
  static const std::vector<std::string> kTokens = {
      "a",      "label",   "annotations", "predictions", "\"x y\"",
      "'t'",    "1",       "2.5",         "2021-06-01",  "true",
      "(",      ")",       "[",           "]",           ",",
      ".",      ";",       "=",           "!=",          "<",
      ">=",     "+",       "-",           "*",           "/",
      "%",      "~",       "AND",         "OR",          "NOT",
      "IN",     "BETWEEN", "LIKE",        "IS",          "MISSING",
      "SELECT", "FROM",    "WHERE",       "GROUP",       "BY",
      "HAVING", "ORDER",   "SAMPLE",      "SEED",        "LIMIT",
      "OFFSET", "AS",      "DESC",        "EXPLAIN",     "CREATE",
      "LIVE",   "SLICE",   "INSERT",      "INTO",        "DELETE",
      "RENAME", "TO",      "DROP",        "SHOW",        "LABELS",
      "OF",     "IMPORT",  "ITEMS",       "RUN",         "FORMAT",
      "UPDATE", "SET",     "ON",          "ERROR",       "SKIP",
      "EXPORT", "USE",     "BEGIN",       "?",           "$p",
      "!",      "&&",      "--c\n",       "/*c*/",       "”x”",
      "’"};
  std::mt19937_64 random(11);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (size_t n = 1 + random() % 14; n > 0; --n) {
      text += kTokens[random() % kTokens.size()];
      if (random() % 8 != 0) text += ' ';
    }
    survives(text);
    if (HasFatalFailure()) return;
  }
}

TEST(Hostile, MutatedStatements) {
  std::mt19937_64 random(12);
  testing::RandomSyntax syntax(random);
  for (int i = 0; i < 5000; ++i) {
    std::string text = print(syntax.statement());
    for (size_t n = 1 + random() % 4; n > 0 && !text.empty(); --n) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = static_cast<char>(random()); break;
        case 1: text.erase(at, 1 + random() % 5); break;
        case 2: text.insert(at, 1, "()[]'\",.=-<>!?$ ;*/"[random() % 19]); break;
        default: text.insert(at, text.substr(random() % text.size(), random() % 12));
      }
    }
    survives(text);
    if (HasFatalFailure()) return;
  }
}

TEST(Hostile, RandomBytes) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 2000; ++i) {
    std::string text(1 + random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    survives(text);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace cupel::grammar
