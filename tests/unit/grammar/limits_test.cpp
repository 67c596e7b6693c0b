#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>
#include <string>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

std::string repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string nested(const std::string& open, size_t times, const std::string& close) {
  return repeat(open, times) + "a.b = 1" + repeat(close, times);
}

Error error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::kInternal, "no error"};
}

void expect_limit(const std::string& text) {
  const Error error = error_of(text);
  EXPECT_EQ(error.code(), ErrorCode::kLimit) << error.message();
  ASSERT_TRUE(error.span());
  EXPECT_LE(error.span()->end, text.size());
  EXPECT_LE(error.span()->begin, error.span()->end);
}

void run_on_small_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 512 * 1024);
  pthread_t thread{};
  const auto entry = [](void* raw) -> void* {
    (*static_cast<const std::function<void()>*>(raw))();
    return nullptr;
  };
  void* raw = const_cast<std::function<void()>*>(&work);
  ASSERT_EQ(pthread_create(&thread, &attributes, entry, raw), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Limits, NestingOf200IsReadAnd201IsRefused) {
  const std::vector<std::pair<std::string, std::string>> shapes = {
      {"(", ")"}, {"NOT ", ""}, {"annotations[", "]"}, {"f(", ")"}};
  for (const auto& [open, close] : shapes) {
    EXPECT_NO_THROW(parse(nested(open, kMaxNesting, close))) << open;
    expect_limit(nested(open, kMaxNesting + 1, close));
  }
  EXPECT_NO_THROW(parse(repeat("- ", kMaxNesting) + "a.b = 1"));
  expect_limit(repeat("- ", kMaxNesting + 1) + "a.b = 1");
}

TEST(Limits, PrefixesAndBracketsAddUp) {
  EXPECT_NO_THROW(parse(nested("NOT (", kMaxNesting / 2, ")")));
  expect_limit(nested("NOT (", kMaxNesting / 2 + 1, ")"));
  // An AND that belongs to a BETWEEN does not end the reach of a NOT.
  const std::string range = repeat("NOT ", 150) + "a.b BETWEEN 1 AND (";
  expect_limit(range + repeat("NOT ", 50) + "c.d)");
}

TEST(Limits, NestingCountsOnlyWhatIsOpen) {
  EXPECT_NO_THROW(parse("a.b = 1" + repeat(" AND NOT (a.b = -1)", 5000)));
  EXPECT_NO_THROW(parse("a.b = 1" + repeat(" OR a.b NOT IN (-1, -2)", 2000)));
}

// Sanitizers make frames larger, so that the bound is one of ordinary builds.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Limits, TheDeepestSentenceFitsASmallStack) {
  run_on_small_stack([] {
    for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{
             {"(", ")"}, {"NOT ", ""}, {"annotations[", "]"}, {"f(", ")"}, {"1 + 2 * (", ")"}}) {
      try {
        const Statement statement = parse(nested(open, kMaxNesting, close));
        EXPECT_FALSE(print(statement).empty());
      } catch (const Error& error) {
        ADD_FAILURE() << open << ": " << error.message();
      }
      EXPECT_EQ(error_of(nested(open, kMaxNesting + 1, close)).code(), ErrorCode::kLimit);
    }
    // The mistake in the deepest place takes the exact parser.
    EXPECT_EQ(error_of(repeat("(", kMaxNesting) + "a b" + repeat(")", kMaxNesting)).code(),
              ErrorCode::kSyntax);
  });
}
#endif

TEST(Limits, LengthOfOneMebibyteIsReadAndOneByteMoreIsRefused) {
  const std::string condition = "a.b = 1";
  const std::string exact = condition + std::string(kMaxStatementBytes - condition.size(), ' ');
  EXPECT_NO_THROW(parse(exact));
  expect_limit(exact + " ");
}

TEST(Limits, WordsAreCounted) {
  // `a IN (1` has four tokens, each `,1` two, `)` one.
  const size_t pairs = (kMaxTokens - 5) / 2;
  EXPECT_NO_THROW(parse("a IN (1" + repeat(",1", pairs) + ")"));
  expect_limit("a IN (1" + repeat(",1", pairs + 1) + ")");
}

TEST(Limits, LongChainsOfArithmeticAreRefusedBeforeTheyAreDeep) {
  EXPECT_NO_THROW(parse("a.b" + repeat("+1", 1000) + " = 1"));
  expect_limit("a.b" + repeat("+1", 60'000) + " = 1");
}

TEST(Limits, ATreeAsDeepAsMemoryAllowsIsDestroyed) {
  auto tree = std::make_unique<Expression>();
  for (int i = 0; i < 200'000; ++i) {
    auto parent = std::make_unique<Expression>();
    parent->node = Not{std::move(tree)};
    tree = std::move(parent);
  }
  EXPECT_EQ(depth(*tree), 200'001U);
  tree.reset();
}

TEST(Limits, AssigningAChildToItsParentKeepsTheChild) {
  Expression parent;
  auto child = std::make_unique<Expression>();
  child->node = Parameter{"p", 0};
  parent.node = Not{std::move(child)};
  parent = std::move(*std::get<Not>(parent.node).operand);
  EXPECT_EQ(std::get<Parameter>(parent.node).name, "p");
}

}  // namespace
}  // namespace cupel::grammar
