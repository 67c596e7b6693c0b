#include "cupel/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cupel {
namespace {

void expect_position(std::string_view text, Span span, Position expected) {
  const Position position = position_of(text, span);
  EXPECT_EQ(position.line, expected.line) << text;
  EXPECT_EQ(position.column, expected.column) << text;
  EXPECT_EQ(position.length, expected.length) << text;
}

TEST(Position, CountsLinesAndColumnsFromOne) {
  expect_position("abc", {0, 1}, {1, 1, 1});
  expect_position("abc", {2, 3}, {1, 3, 1});
  expect_position("a\nbcd", {3, 5}, {2, 2, 2});
  expect_position("a\n\nb", {3, 4}, {3, 1, 1});
  expect_position("", {0, 0}, {1, 1, 0});
}

TEST(Position, CountsCodePoints) {
  const std::string text = "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80x";  // ä € 😀 x
  expect_position(text, {9, 10}, {1, 4, 1});
  expect_position(text, {0, 10}, {1, 1, 4});
  expect_position(text, {2, 9}, {1, 2, 2});
  expect_position(text, {3, 5}, {1, 2, 1});  // begins inside the second
}

TEST(Position, ClampsAndCutsAtTheLine) {
  expect_position("abc", {5, 9}, {1, 4, 0});
  expect_position("abc", {1, 99}, {1, 2, 2});
  expect_position("ab\ncd", {1, 5}, {1, 2, 1});
  expect_position("ab\r\ncd", {1, 6}, {1, 2, 1});
  expect_position("ab\ncd", {2, 3}, {1, 3, 0});
  expect_position("abc", {2, 1}, {1, 3, 0});
  expect_position("\x80\x80", {1, 2}, {1, 1, 0});
}

TEST(Error, CarriesWhatItIsGiven) {
  const Error error(ErrorCode::kName, "no such slice", Span{3, 5}, "night");
  EXPECT_EQ(error.code(), ErrorCode::kName);
  EXPECT_STREQ(error.what(), "no such slice");
  EXPECT_EQ(error.span(), (Span{3, 5}));
  EXPECT_EQ(error.suggestion(), "night");
  EXPECT_EQ(to_string(ErrorCode::kSyntax), "syntax");
  EXPECT_EQ(to_string(ErrorCode::kInternal), "internal");
}

TEST(Result, HoldsAValueOrThrowsItsError) {
  Result<int> good(7);
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 7);
  Result<int> bad(Error(ErrorCode::kIo, "disk full"));
  EXPECT_FALSE(bad);
  EXPECT_THROW(static_cast<void>(bad.value()), Error);
  EXPECT_EQ(bad.error().code(), ErrorCode::kIo);
  EXPECT_NO_THROW(Result<void>().value());
  EXPECT_THROW(Result<void>(Error(ErrorCode::kIo, "disk full")).value(), Error);
}

}  // namespace
}  // namespace cupel
