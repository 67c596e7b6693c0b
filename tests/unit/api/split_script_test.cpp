#include <gtest/gtest.h>

#include "cupel/cupel.hpp"

namespace cupel {
namespace {

std::vector<std::string> texts(std::string_view script) {
  std::vector<std::string> all;
  for (const ScriptStatement& statement : split_script(script)) all.emplace_back(statement.text);
  return all;
}

using Texts = std::vector<std::string>;

TEST(SplitScript, StatementsEndWithSemicolons) {
  EXPECT_EQ(texts("a = 1; b = 2;"), (Texts{"a = 1", "b = 2"}));
  EXPECT_EQ(texts("a = 1"), Texts{"a = 1"});
  EXPECT_EQ(texts(""), Texts());
  EXPECT_EQ(texts(" ;;\n; -- nothing"), Texts());
}

TEST(SplitScript, SemicolonsInTextAndComments) {
  EXPECT_EQ(texts("a = ';' AND b = \"x;\"\"y\"; c = 'it''s;'"),
            (Texts{"a = ';' AND b = \"x;\"\"y\"", "c = 'it''s;'"}));
  EXPECT_EQ(texts("-- one; two\na = 1; /* three; */ b = 2;"), (Texts{"a = 1", "b = 2"}));
  EXPECT_EQ(texts("a = 1 -- why;\nAND b = 2;"), Texts{"a = 1 -- why;\nAND b = 2"});
  EXPECT_EQ(texts("a = “;” ; b"), (Texts{"a = “;”", "b"}));
}

TEST(SplitScript, LinesAndCompleteness) {
  const std::string_view script = "-- head\n\na = 1;\n  b\n = 2; c = 'open";
  const std::vector<ScriptStatement> statements = split_script(script);
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].line, 3U);
  EXPECT_EQ(statements[1].line, 4U);
  EXPECT_EQ(statements[2].line, 5U);
  EXPECT_TRUE(statements[0].complete);
  EXPECT_TRUE(statements[1].complete);
  EXPECT_FALSE(statements[2].complete);
}

TEST(SplitScript, StatementsAreViewsOfTheScript) {
  const std::string_view script = "  a = 1 ; b";
  for (const ScriptStatement& statement : split_script(script)) {
    EXPECT_GE(statement.text.data(), script.data());
    EXPECT_LE(statement.text.data() + statement.text.size(), script.data() + script.size());
  }
}

}  // namespace
}  // namespace cupel
