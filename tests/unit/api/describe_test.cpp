#include <gtest/gtest.h>

#include "cupel/cupel.hpp"

namespace cupel {
namespace {

Error at(std::string_view statement, std::string_view word, std::string suggestion = {}) {
  const auto begin = static_cast<uint32_t>(statement.find(word));
  return {ErrorCode::kName, "wrong", Span{begin, begin + static_cast<uint32_t>(word.size())},
          std::move(suggestion)};
}

TEST(Describe, MessageLineAndCaret) {
  EXPECT_EQ(describe(at("a.b = cd", "cd"), "a.b = cd"),
            "error: wrong\n"
            "  | a.b = cd\n"
            "  |       ^^\n");
}

TEST(Describe, ASuggestionStandsBesideTheCaret) {
  EXPECT_EQ(describe(at("lable = x", "lable", "label"), "lable = x"),
            "error: wrong\n"
            "  | lable = x\n"
            "  | ^^^^^ did you mean label?\n");
}

TEST(Describe, WarningsLookTheSame) {
  const Warning warning{"odd", Span{4, 5}, "y"};
  EXPECT_EQ(describe(warning, "a = x"), "warning: odd\n  | a = x\n  |     ^ did you mean y?\n");
}

TEST(Describe, WithoutAPlaceOrAStatement) {
  const Error error(ErrorCode::kIo, "gone");
  EXPECT_EQ(describe(error, "a = 1"), "error: gone\n");
  EXPECT_EQ(describe(at("a = 1", "1"), {}), "error: wrong\n");
  EXPECT_EQ(describe(Error(ErrorCode::kName, "gone", std::nullopt, "here"), {}),
            "error: gone\n  | did you mean here?\n");
}

TEST(Describe, ATabIsOneColumn) {
  EXPECT_EQ(describe(at("\ta\t= bad", "bad"), "\ta\t= bad"),
            "error: wrong\n"
            "  |  a = bad\n"
            "  |      ^^^\n");
}

TEST(Describe, WideAndCombiningCharactersAsATerminalShowsThem) {
  EXPECT_EQ(describe(at("'漢字' = bad", "bad"), "'漢字' = bad"),
            "error: wrong\n"
            "  | '漢字' = bad\n"
            "  |          ^^^\n");
  EXPECT_EQ(describe(at("x = '漢字'", "漢字"), "x = '漢字'"),
            "error: wrong\n"
            "  | x = '漢字'\n"
            "  |      ^^^^\n");
  EXPECT_EQ(describe(at("'e\u0301' = bad", "bad"), "'e\u0301' = bad"),
            "error: wrong\n"
            "  | 'e\u0301' = bad\n"
            "  |       ^^^\n");
}

TEST(Describe, TheLineOfAStatementOfSeveralLines) {
  const std::string_view statement = "FROM items\nWHERE a = 1\n  AND bad = 2\nLIMIT 5";
  EXPECT_EQ(describe(at(statement, "bad"), statement),
            "error: wrong\n"
            "  line 3, column 7\n"
            "  |   AND bad = 2\n"
            "  |       ^^^\n");
}

TEST(Describe, APlaceAtALineBreakBelongsToItsLine) {
  const std::string_view statement = "a =\nb";
  EXPECT_EQ(describe(Error(ErrorCode::kSyntax, "wrong", Span{3, 3}), statement),
            "error: wrong\n"
            "  line 1, column 4\n"
            "  | a =\n"
            "  |    ^\n");
}

TEST(Describe, LinesThatEndInCarriageReturns) {
  const std::string_view statement = "FROM items\r\nWHERE bad\r\nLIMIT 5";
  EXPECT_EQ(describe(at(statement, "bad"), statement),
            "error: wrong\n"
            "  line 2, column 7\n"
            "  | WHERE bad\n"
            "  |       ^^^\n");
}

TEST(Describe, APlaceOverSeveralLinesIsMarkedToTheEndOfTheFirst) {
  const std::string_view statement = "a = (1 +\n2)";
  EXPECT_EQ(describe(Error(ErrorCode::kType, "wrong", Span{4, 11}), statement),
            "error: wrong\n"
            "  line 1, column 5\n"
            "  | a = (1 +\n"
            "  |     ^^^^\n");
}

TEST(Describe, TheEndOfTheStatementAndPlacesBeyondIt) {
  EXPECT_EQ(describe(Error(ErrorCode::kSyntax, "wrong", Span{3, 3}), "a ="),
            "error: wrong\n  | a =\n  |    ^\n");
  EXPECT_EQ(describe(Error(ErrorCode::kSyntax, "wrong", Span{30, 40}), "a ="),
            "error: wrong\n  | a =\n  |    ^\n");
}

TEST(Describe, LongLinesAreCutAroundThePlace) {
  const std::string statement = std::string(300, 'a') + " = bad AND " + std::string(300, 'b');
  const std::string text = describe(at(statement, "bad"), statement);
  const size_t first = text.find('\n') + 1;
  const size_t second = text.find('\n', first) + 1;
  const std::string line = text.substr(first, second - first - 1);
  const std::string carets = text.substr(second);
  EXPECT_LE(display_width(line), 300U);
  EXPECT_NE(line.find("…"), std::string::npos);
  EXPECT_EQ(display_width(line.substr(0, line.find(" bad") + 1)), carets.find('^'));
  EXPECT_EQ(std::count(carets.begin(), carets.end(), '^'), 3);
}

TEST(Describe, NothingSteersATerminal) {
  const std::string statement = "a = '\x1b[31m' AND \u202e = bad";
  const Error error(ErrorCode::kName, "no \x1b]0;title\x07", at(statement, "bad").span(),
                    "\x1b[2J");
  const std::string text = describe(error, statement);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  const size_t line = text.find("  | a");
  const size_t carets = text.find('\n', line) + 1;
  EXPECT_EQ(text.find("bad", line) - line, text.find('^', carets) - carets);
}

TEST(Describe, PositionsAreCountedInCodePoints) {
  const std::string_view text = "ü = 'ß'\nx ö bad";
  const Position position = position_of(text, *at(text, "bad").span());
  EXPECT_EQ(position.line, 2U);
  EXPECT_EQ(position.column, 5U);
  EXPECT_EQ(position.length, 3U);
}

}  // namespace
}  // namespace cupel
