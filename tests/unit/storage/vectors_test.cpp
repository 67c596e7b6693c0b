#include "storage/vectors.hpp"

#include <gtest/gtest.h>

#include "database_directory.hpp"
#include "random_block.hpp"
#include "storage/codec_bytes.hpp"

namespace cupel::storage {
namespace {

using testing::block_of;
using testing::random_block;
using testing::without;

void expect_equal(const VectorBlock& found, const VectorBlock& expected) {
  EXPECT_EQ(found.element, expected.element);
  EXPECT_EQ(found.width, expected.width);
  ASSERT_EQ(found.rows, expected.rows);
  EXPECT_EQ(found.vectors(), expected.vectors());
  for (uint32_t row = 0; row < expected.rows; ++row) ASSERT_EQ(found.has(row), expected.has(row));
  const size_t bytes = size_t{found.rows} * found.width * element_bytes(found.element);
  EXPECT_EQ(std::memcmp(found.data.get(), expected.data.get(), bytes), 0);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(found.data.get()) % 64, 0u);
}

TEST(VectorBlock, DecodesToWhatWasEncoded) {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    const VectorBlock block = random_block(random);
    const std::string bytes = encode_block(block);
    const VectorBlock decoded = decode_block(bytes);
    expect_equal(decoded, block);
    EXPECT_EQ(encode_block(decoded), bytes);
    EXPECT_FALSE(decoded.has(block.rows));
  }
}

TEST(VectorBlock, ABitmapOfOnesIsNone) {
  VectorBlock block = block_of(3, 10, 1);
  const std::string bytes = encode_block(block);
  block.present = Bitmap(10, true);
  EXPECT_EQ(encode_block(block), bytes);
  EXPECT_EQ(decode_block(bytes).present.size(), 0u);
}

TEST(VectorBlock, NumbersOfAbsentRowsAreNotKept) {
  VectorBlock block = block_of(3, 4, 1);
  block.present = Bitmap(4, true);
  block.present.reset(2);
  EXPECT_EQ(encode_block(block), encode_block(without(block, 2)));
}

TEST(VectorBlock, AnyDamagedByteIsNoticed) {
  for (const VectorBlock& block : {block_of(3, 5, 1), without(block_of(3, 70, 1), 5)}) {
    const std::string bytes = encode_block(block);
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
      const auto error = error_of([&] { decode_block(damaged); });
      ASSERT_TRUE(error) << i;
      EXPECT_EQ(error->code(), ErrorCode::kCorruption);
      EXPECT_TRUE(error_of([&] { decode_block(std::string_view(bytes).substr(0, i)); })) << i;
    }
    EXPECT_TRUE(error_of([&] { decode_block(bytes + "x"); }));
  }
}

// What an attacker could seal: the fields are looked at too.
TEST(VectorBlock, ImpossibleFieldsAreRefusedOrHarmless) {
  std::mt19937 random(11);
  const std::string bytes = encode_block(without(block_of(3, 70, 1), 5));
  int refused = 0;
  for (size_t i = 4; i + kChecksumBytes < bytes.size(); ++i) {
    for (const int value : {0, 1, 0x80, 0xff}) {
      std::string changed = bytes.substr(0, bytes.size() - kChecksumBytes);
      changed[i] = static_cast<char>(value);
      seal_bytes(changed);
      const auto error = error_of([&] { EXPECT_EQ(encode_block(decode_block(changed)), changed); });
      if (!error) continue;
      ++refused;
      EXPECT_EQ(error->code(), ErrorCode::kCorruption) << i;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(VectorBlock, PartsThatDoNotAgreeAreRefused) {
  const auto refused = [](const std::function<void(VectorBlock&)>& change) {
    VectorBlock block = block_of(3, 5, 1);
    change(block);
    const auto error = error_of([&] { encode_block(block); });
    return error && error->code() == ErrorCode::kInternal;
  };
  EXPECT_TRUE(refused([](VectorBlock& block) { block.width = 0; }));
  EXPECT_TRUE(refused([](VectorBlock& block) { block.width = kMaxVectorWidth + 1; }));
  EXPECT_TRUE(refused([](VectorBlock& block) { block.rows = kMaxBlockRows + 1; }));
  EXPECT_TRUE(refused([](VectorBlock& block) { block.present = Bitmap(4); }));
  EXPECT_TRUE(refused([](VectorBlock& block) { block.data = nullptr; }));
}

TEST(Vectors, ABlockTakesHalfAMegabyteAtMost) {
  EXPECT_EQ(block_rows_for(512, Element::kFloat32), 256u);
  EXPECT_EQ(block_rows_for(768, Element::kFloat32), 128u);
  EXPECT_EQ(block_rows_for(1, Element::kFloat16), 65536u);
  EXPECT_EQ(block_rows_for(65536, Element::kFloat64), 1u);
  for (const Element element : {Element::kFloat16, Element::kFloat32, Element::kFloat64})
    for (uint32_t width = 1; width <= kMaxVectorWidth; width += 1 + width / 7) {
      const size_t rows = block_rows_for(width, element);
      const size_t bytes = rows * width * element_bytes(element);
      EXPECT_EQ(rows & (rows - 1), 0u);
      EXPECT_LE(bytes, 512u << 10);
      EXPECT_TRUE(rows == kMaxBlockRows || 2 * bytes > 512u << 10) << width;
    }
}

TEST(Vectors, RoomIsAlignedAndZero) {
  for (const size_t bytes : {0, 1, 63, 64, 1000}) {
    const auto room = vector_room(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(room.get()) % 64, 0u);
    for (size_t i = 0; i < bytes; ++i) EXPECT_EQ(room.get()[i], std::byte{0});
  }
}

TEST(Vectors, ElementsHaveNames) {
  EXPECT_EQ(to_string(Element::kFloat16), "float16");
  EXPECT_EQ(to_string(Element::kFloat32), "float32");
  EXPECT_EQ(to_string(Element::kFloat64), "float64");
  EXPECT_EQ(element_bytes(Element::kFloat16), 2u);
  EXPECT_EQ(element_bytes(Element::kFloat32), 4u);
  EXPECT_EQ(element_bytes(Element::kFloat64), 8u);
}

}  // namespace
}  // namespace cupel::storage
