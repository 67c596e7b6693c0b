#include "storage/chunk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cupel/error.hpp"
#include "tests/unit/storage/random_chunk.hpp"

namespace cupel::storage {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

template <typename T>
bool holds(const Chunk& chunk) {
  return std::holds_alternative<std::vector<T>>(chunk.values);
}

Chunk integers(const std::vector<int64_t>& values) {
  return build(Form::kInteger, Twin(values.begin(), values.end()));
}
Chunk numbers(const std::vector<double>& values) {
  return build(Form::kNumber, Twin(values.begin(), values.end()));
}
Chunk codes(const std::vector<int64_t>& values) {
  return build(Form::kCode, Twin(values.begin(), values.end()));
}

TEST(ChunkBuilder, AgreesWithAnArrayOfValues) {
  Random random(6);
  for (const Form form : kForms) {
    ChunkBuilder builder(type_of(form));  // reused
    for (int i = 0; i < 60; ++i) {
      const auto rows = static_cast<uint32_t>(below(random, 3000));
      const Twin twin = random_twin(random, form, rows, random_spread(random));
      const Chunk chunk = build(builder, form, twin);
      ASSERT_EQ(builder.rows(), 0U);
      // A text chunk without any value is coded: nothing says otherwise.
      ASSERT_TRUE(same(twin_of(chunk), twin));
      ASSERT_EQ(chunk.valid.size(), chunk.missing == 0 ? 0U : rows);
      ASSERT_TRUE(same(chunk, build(form, twin)));
    }
  }
}

TEST(ChunkBuilder, NarrowsIntegers) {
  EXPECT_TRUE(holds<int8_t>(integers({-128, 127})));
  EXPECT_TRUE(holds<int16_t>(integers({128})));
  EXPECT_TRUE(holds<int16_t>(integers({-32768, 32767})));
  EXPECT_TRUE(holds<int32_t>(integers({-32769})));
  EXPECT_TRUE(holds<int32_t>(integers({2147483647})));
  EXPECT_TRUE(holds<int64_t>(integers({2147483648})));
  EXPECT_TRUE(holds<int64_t>(integers({std::numeric_limits<int64_t>::min()})));
}

TEST(ChunkBuilder, NarrowsNumbersThatSurvive) {
  EXPECT_TRUE(holds<float>(numbers({0.5, -0.0, 1e10, std::numeric_limits<double>::infinity()})));
  EXPECT_TRUE(std::signbit(numbers({-0.0}).number_at(0)));
  EXPECT_TRUE(holds<double>(numbers({0.5, 0.1})));
  EXPECT_TRUE(holds<double>(numbers({1e300})));
  EXPECT_TRUE(holds<double>(numbers({5e-324})));
  EXPECT_TRUE(holds<double>(numbers({3.5e38})));
}

TEST(ChunkBuilder, NarrowsCodes) {
  EXPECT_TRUE(holds<uint8_t>(codes({0, 255})));
  EXPECT_TRUE(holds<uint16_t>(codes({256})));
  EXPECT_TRUE(holds<uint16_t>(codes({65535})));
  EXPECT_TRUE(holds<uint32_t>(codes({65536})));
  EXPECT_TRUE(codes({1}).is_coded());
  EXPECT_FALSE(build(Form::kText, {"a"}).is_coded());
  EXPECT_EQ(codes({7, 300}).code_at(1), 300U);
}

TEST(ChunkBuilder, RangesCoverPresentValuesOnly) {
  const Chunk chunk = build(Form::kInteger, {Missing{}, 5, 9, Missing{}});
  EXPECT_TRUE(chunk.has_range);
  EXPECT_EQ(chunk.min_integer, 5);
  EXPECT_EQ(chunk.max_integer, 9);
  EXPECT_EQ(chunk.missing, 2U);
  const Chunk number = build(Form::kNumber, {-2.5, Missing{}, -1.0});
  EXPECT_EQ(number.min_number, -2.5);
  EXPECT_EQ(number.max_number, -1.0);
  EXPECT_FALSE(build(Form::kInteger, {Missing{}}).has_range);
  EXPECT_FALSE(build(Form::kNumber, {}).has_range);
  EXPECT_FALSE(build(Form::kText, {"a"}).has_range);
}

TEST(ChunkBuilder, StoresNaNAsMissing) {
  ChunkBuilder builder(Type::kFloat64);
  builder.set_number(0, 1);
  builder.set_number(1, std::numeric_limits<double>::quiet_NaN());
  const Chunk chunk = builder.finish();
  EXPECT_EQ(chunk.rows, 2U);
  EXPECT_EQ(chunk.missing, 1U);
  EXPECT_TRUE(chunk.is_missing(1));
  EXPECT_EQ(chunk.number_at(1), 0.0);
}

TEST(ChunkBuilder, TheLastRowCanBeSetAgain) {
  ChunkBuilder number(Type::kFloat64);
  number.set_number(3, 1);
  number.set_number(3, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(number.finish().missing, 4U);
  ChunkBuilder text(Type::kText);
  text.set_text(0, "first");
  text.set_text(2, "wrong");
  text.set_text(2, "right");
  EXPECT_TRUE(same(twin_of(text.finish()), {"first", Missing{}, "right"}));
}

TEST(ChunkBuilder, RefusesWhatDoesNotFit) {
  ChunkBuilder integer(Type::kInt64);
  integer.set_integer(kMaxChunkRows - 1, 1);
  EXPECT_THROW(integer.set_integer(kMaxChunkRows, 1), Error);
  EXPECT_THROW(integer.pad(kMaxChunkRows + 1), Error);
  ChunkBuilder text(Type::kText);
  EXPECT_THROW(text.set_text(kMaxChunkRows, "a"), Error);
  text.set_text(0, "a");
  EXPECT_THROW(text.set_code(1, 1), Error);
  ChunkBuilder coded(Type::kText);
  coded.set_code(0, 1);
  EXPECT_THROW(coded.set_text(1, "a"), Error);
  coded.finish();
  coded.set_text(0, "a");  // a new chunk, a new choice
  EXPECT_THROW(coded.set_code(1, 1), Error);
}

TEST(Chunk, RefusesReadingWhatItDoesNotHold) {
  EXPECT_THROW(static_cast<void>(build(Form::kText, {"a"}).integer_at(0)), Error);
  EXPECT_THROW(static_cast<void>(numbers({0.5}).integer_at(0)), Error);
  EXPECT_THROW(static_cast<void>(integers({1}).code_at(0)), Error);
  EXPECT_THROW(static_cast<void>(build(Form::kText, {"a"}).number_at(0)), Error);
  EXPECT_TRUE(integers({1}).is_missing(1));
}

TEST(Chunk, CountsItsMemory) {
  EXPECT_GE(integers(std::vector<int64_t>(1000, 5'000'000'000)).memory_bytes(), 8000U);
  EXPECT_GE(build(Form::kText, Twin(10, std::string(500, 'x'))).memory_bytes(), 5000U);
}

}  // namespace
}  // namespace cupel::storage
