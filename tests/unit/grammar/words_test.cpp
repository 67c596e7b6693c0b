#include "grammar/words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

using Words = std::vector<std::string>;

TEST(Words, KeywordsAreSortedAndUpperCase) {
  const Words& all = keywords();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  for (const std::string& word : all) {
    EXPECT_TRUE(std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
}

TEST(Words, ExactlyTheReservedWordsCannotBeNames) {
  for (const std::string& word : keywords()) {
    const bool truth = word == "TRUE" || word == "FALSE";
    bool name = true;
    try {
      const Query query = parse_query("WHERE " + word + " = 1");
      name = !truth;
    } catch (const Error&) {
      name = false;
    }
    EXPECT_EQ(name, !is_reserved(word)) << word;
    EXPECT_NO_THROW(parse("metadata." + word + " = 1")) << word;
    EXPECT_NO_THROW(parse("x = " + print_name(word))) << word;
  }
}

TEST(Words, NearOnesComeBestFirst) {
  EXPECT_EQ(near_words("SELCT", {"SET", "SELECT", "SHOW"}), (Words{"SELECT", "SET"}));
  EXPECT_EQ(near_words("pedestrain", {"pedestrian", "person"}), (Words{"pedestrian"}));
  EXPECT_EQ(near_words("car", {"Car", "cart", "cat", "carriage", "truck"}),
            (Words{"Car", "cart", "cat"}));
  EXPECT_EQ(near_words("ped", {"pedestrian", "pe"}), (Words{"pe", "pedestrian"}));
  EXPECT_EQ(near_words("ab", {"ac", "abcdef"}), Words{});
  EXPECT_EQ(near_words("abcde", {"abxye", "abcd"}, 1), (Words{"abcd"}));
  EXPECT_EQ(near_words("", {"a"}), Words{});
}

TEST(Words, TextsAreQuotedWithTheirQuotesDoubled) {
  EXPECT_EQ(quote_text("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(print_name("traffic light"), "\"traffic light\"");
  EXPECT_EQ(print_name("car"), "car");
  EXPECT_EQ(print_name("Order"), "\"Order\"");
  EXPECT_EQ(print_name("2021"), "\"2021\"");
}

}  // namespace
}  // namespace cupel::grammar
