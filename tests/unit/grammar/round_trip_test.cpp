#include <gtest/gtest.h>

#include <random>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "tests/support/random_query.hpp"
#include "tests/support/statement_equal.hpp"

namespace cupel::grammar {
namespace {

TEST(RoundTrip, EveryRandomStatementIsReadAsItWasWritten) {
  std::mt19937_64 random(20240601);
  testing::RandomSyntax syntax(random);
  for (int i = 0; i < 5000; ++i) {
    const Statement written = syntax.statement();
    const std::string text = print(written);
    try {
      const Statement read = parse(text);
      ASSERT_TRUE(testing::equal(written, read)) << text << "\n" << print(read);
    } catch (const Error& error) {
      FAIL() << text << "\n" << error.what();
    }
  }
}

TEST(RoundTrip, EveryRandomQueryWithMeaningIsReadAsItWasWritten) {
  std::mt19937_64 random(7);
  const testing::Vocabulary vocabulary = testing::small_vocabulary();
  testing::RandomQuery queries(random, vocabulary);
  for (int i = 0; i < 5000; ++i) {
    const Query written = queries.query();
    const std::string text = print(written);
    try {
      ASSERT_TRUE(equal(written, parse_query(text))) << text << "\n" << print(parse_query(text));
    } catch (const Error& error) {
      FAIL() << text << "\n" << error.what();
    }
  }
}

TEST(RoundTrip, ACloneEqualsItsOriginalAndAChangeDoesNot) {
  std::mt19937_64 random(99);
  testing::RandomSyntax syntax(random);
  for (int i = 0; i < 500; ++i) {
    const ExpressionPtr original = syntax.condition(3);
    const ExpressionPtr copy = clone(*original);
    ASSERT_TRUE(equal(*original, *copy));
    ASSERT_EQ(depth(*original), depth(*copy));
    copy->parenthesised = !copy->parenthesised;
    ASSERT_FALSE(equal(*original, *copy));
  }
}

}  // namespace
}  // namespace cupel::grammar
