#include <gtest/gtest.h>

#include "grammar/parse.hpp"

namespace cupel::grammar {
namespace {

std::vector<std::string> texts(std::string_view script) {
  std::vector<std::string> result;
  for (const ScriptPart& part : split_script(script)) {
    result.emplace_back(script.substr(part.begin, part.end - part.begin));
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(SplitScript, CutsAtSemicolons) {
  EXPECT_EQ(texts("a = 1; b = 2 ;c = 3"), (Texts{"a = 1", "b = 2", "c = 3"}));
}

TEST(SplitScript, EmptyStatementsVanish) {
  EXPECT_EQ(texts(""), Texts{});
  EXPECT_EQ(texts(" ;; \n ; -- nothing\n /* here */ ;"), Texts{});
}

TEST(SplitScript, TextsAndCommentsHideSemicolons) {
  EXPECT_EQ(texts("a = 'x;y'; b = \"p;\"\"q\"; c = ”r;s”;"),
            (Texts{"a = 'x;y'", "b = \"p;\"\"q\"", "c = ”r;s”"}));
  EXPECT_EQ(texts("a = 1 -- b; c\n AND d = 2; e = /* ; */ 3"),
            (Texts{"a = 1 -- b; c\n AND d = 2", "e = /* ; */ 3"}));
  EXPECT_EQ(texts("a = 'it’s; fine'; b = 1"), (Texts{"a = 'it’s; fine'", "b = 1"}));
}

TEST(SplitScript, CommentsAroundAStatementAreNotPartOfIt) {
  EXPECT_EQ(texts("-- first\n a = 1 /* end */ ;"), (Texts{"a = 1"}));
}

TEST(SplitScript, LinesAreCounted) {
  const auto parts = split_script("a = 1;\n-- c\n\n  b = 2;\nc = 'x\ny'; d = 1");
  ASSERT_EQ(parts.size(), 4U);
  EXPECT_EQ(parts[0].line, 1U);
  EXPECT_EQ(parts[1].line, 4U);
  EXPECT_EQ(parts[2].line, 5U);
  EXPECT_EQ(parts[3].line, 6U);
}

TEST(SplitScript, SaysWhatIsOpen) {
  const auto open = [](std::string_view script) {
    const auto parts = split_script(script);
    return parts.empty() || parts.back().complete ? "complete" : parts.back().open;
  };
  EXPECT_EQ(open("a = 1;"), "complete");
  EXPECT_EQ(open("a = 1"), "");
  EXPECT_EQ(open("a = 'x;"), "'");
  EXPECT_EQ(open("a = \"x;"), "\"");
  EXPECT_EQ(open("a = “x;"), "\"");
  EXPECT_EQ(open("a = (1"), "(");
  EXPECT_EQ(open("annotations[a = (1)"), "[");
  EXPECT_EQ(open("a = 1 /* x;"), "/*");
  const ScriptPart part = split_script("a = 'b' OR c = “d").front();
  EXPECT_EQ(part.open_at, 15u);
  EXPECT_EQ(part.inside, 18u);
}

TEST(SplitScript, AWordThatHoldsABracketTextDoesNotOpenIt) {
  const auto parts = split_script("a = '('; b = 2");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[1].open, "");
}

}  // namespace
}  // namespace cupel::grammar
