#include <gtest/gtest.h>

#include <string>

#include "grammar/parse.hpp"

namespace cupel::grammar {
namespace {

TEST(Refusal, WordsThatBeginStatementsMayBeNames) {
  EXPECT_NO_THROW(parse("audit = 3 AND report IS MISSING"));
  EXPECT_NO_THROW(parse("evaluate.x > 1"));
}

TEST(Refusal, BytesThatAreNoTextAreNamed) {
  const auto error_of = [](const std::string& text) {
    try {
      parse(text);
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorCode::kInternal, "no error");
  };
  const Error bad = error_of("a = '\xC3('");
  EXPECT_EQ(bad.message(), "the text is not UTF-8: byte 5 (0xc3) does not belong there");
  EXPECT_EQ(bad.span(), (Span{5, 6}));
  EXPECT_EQ(error_of("a = '\xED\xA0\x80'").span(), (Span{5, 6}));
  EXPECT_EQ(error_of("a = '\xC0\xAF'").span(), (Span{5, 6}));
  EXPECT_EQ(error_of(std::string("a = \0 1", 7)).message(),
            "the text holds a control character (0x00) at byte 4; remove it");
  EXPECT_EQ(error_of("a = 'x\x07'").span(), (Span{6, 7}));
}

TEST(Refusal, AByteOrderMarkAtTheBeginningIsNoMistakeAndKeepsPositions) {
  EXPECT_NO_THROW(parse("\uFEFFa = 1"));
  try {
    parse("\uFEFFa = = 1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.span(), (Span{5, 8}));
  }
}

TEST(Refusal, ALiveSlicesQueryIsAQuery) {
  EXPECT_THROW(parse_query("DROP SLICE x"), Error);
  EXPECT_THROW(parse_query(""), Error);
  EXPECT_NO_THROW(parse_query("annotations.count = 0;"));
}

}  // namespace
}  // namespace cupel::grammar
