#include <gtest/gtest.h>

#include <memory>
#include <variant>

#include "cupel/cupel.hpp"

namespace cupel {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error(ErrorCode::kConstraint, "odd", Span{1, 2}, "even");
  return number / 2;
}

TEST(Result, HoldsAValue) {
  Result<int> result = half(8);
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(result.value(), 4);
  EXPECT_EQ(*result, 4);
  EXPECT_THROW(static_cast<void>(result.error()), std::bad_variant_access);
}

TEST(Result, HoldsAnErrorAndThrowsItWhenAskedForTheValue) {
  Result<int> result = half(3);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kConstraint);
  EXPECT_EQ(result.error().span(), (Span{1, 2}));
  EXPECT_EQ(result.error().suggestion(), "even");
  try {
    static_cast<void>(result.value());
    FAIL() << "value() of an error should throw";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "odd");
  }
  EXPECT_THROW(static_cast<void>(*result), Error);
  EXPECT_THROW(static_cast<void>(half(3).value()), Error);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(Result, ArrowReachesTheValue) {
  Result<std::string> result(std::string("abc"));
  EXPECT_EQ(result->size(), 3U);
  result->push_back('d');
  EXPECT_EQ(result.value(), "abcd");
}

TEST(Result, OfNothing) {
  const Result<void> good;
  EXPECT_TRUE(good.ok());
  EXPECT_NO_THROW(good.value());
  EXPECT_THROW(static_cast<void>(good.error()), std::bad_optional_access);
  const Result<void> bad(Error(ErrorCode::kIo, "gone"));
  EXPECT_FALSE(static_cast<bool>(bad));
  EXPECT_THROW(bad.value(), Error);
  EXPECT_EQ(bad.error().code(), ErrorCode::kIo);
}

TEST(Version, IsSaid) {
  EXPECT_EQ(std::count(version().begin(), version().end(), '.'), 2);
  EXPECT_GE(storage_format(), 1U);
}

}  // namespace
}  // namespace cupel
