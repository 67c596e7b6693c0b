#include "storage/codec.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/codec_chunk.hpp"
#include "tests/unit/storage/random_chunk.hpp"

namespace cupel::storage {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

ChunkEncoding encoding_of(const std::string& bytes) { return static_cast<ChunkEncoding>(bytes[5]); }

/// Whether decoding the bytes is refused as corruption; any other throw fails the test.
bool refused(std::string_view bytes) {
  try {
    decode_chunk(bytes);
    return false;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorruption);
    return true;
  }
}

/// So many numbers of two decimals, and one that is missing.
Twin decimals(int rows) {
  Twin twin;
  for (int row = 0; row < rows; ++row) twin.emplace_back((row * 7919 % 5000 - 100) / 100.0);
  twin[1] = Missing{};
  return twin;
}

/// One small chunk for each encoding of each form.
std::vector<Chunk> small_chunks() {
  const Value none = Missing{};
  std::vector<Chunk> chunks;
  for (const Form form : kForms) {
    Random random(7);
    const Value one = form == Form::kText ? Value("a") : random_value(random, form, {});
    const Value other = form == Form::kText   ? Value("bcd")
                        : form == Form::kBool ? Value(1 - one.as_int())
                                              : random_value(random, form, {15});
    chunks.push_back(build(form, {}));
    chunks.push_back(build(form, {none, none, none}));
    chunks.push_back(build(form, {one, one, one, one, none}));
    chunks.push_back(build(form, {one, other, one}));
    Twin dense(66, one);
    dense[5] = other;
    dense[64] = none;
    chunks.push_back(build(form, dense));
    Twin sparse(70);
    sparse[3] = one;
    sparse[69] = other;
    chunks.push_back(build(form, sparse));
  }
  chunks.push_back(build(Form::kNumber, decimals(40)));
  Chunk empty_texts = build(Form::kText, {"x", "x"});
  empty_texts.values = PlainText{{0, 0, 0}, ""};
  chunks.push_back(empty_texts);
  return chunks;
}

TEST(ChunkCodec, EveryChunkComesBack) {
  Random random(8);
  std::vector<ChunkBuilder> builders;
  for (const Form form : kForms) builders.emplace_back(type_of(form));
  for (const uint32_t rows : {0U, 1U, 2U, 63U, 64U, 65U, 127U, 128U, 1000U, 65536U})
    for (const Form form : kForms)
      for (int i = 0; i < (rows == kMaxChunkRows ? 12 : 60); ++i) {
        const Twin twin = random_twin(random, form, rows, random_spread(random));
        const Chunk chunk = build(builders[static_cast<size_t>(form)], form, twin);
        const std::string bytes = encode_chunk(chunk);
        const Chunk back = decode_chunk(bytes);
        ASSERT_TRUE(same(back, chunk)) << rows << " rows of form " << static_cast<int>(form);
        ASSERT_EQ(encode_chunk(back), bytes);
      }
}

TEST(ChunkCodec, ChoosesTheSmallestEncoding) {
  const auto encoding = [](Form form, const Twin& twin) {
    return encoding_of(encode_chunk(build(form, twin)));
  };
  Twin few(1000);
  few[7] = 1;
  few[900] = 2;
  Twin most(1000, Value(5));
  most[500] = Missing{};
  EXPECT_EQ(encoding(Form::kInteger, Twin(100)), ChunkEncoding::kNone);
  EXPECT_EQ(encoding(Form::kInteger, {}), ChunkEncoding::kNone);
  EXPECT_EQ(encoding(Form::kInteger, most), ChunkEncoding::kConstant);
  EXPECT_EQ(encoding(Form::kInteger, few), ChunkEncoding::kSparse);
  EXPECT_EQ(encoding(Form::kInteger, {1, 2, 3, 4}), ChunkEncoding::kPlain);
  EXPECT_EQ(encoding(Form::kNumber, {0.0, -0.0}), ChunkEncoding::kPlain);
  EXPECT_EQ(encoding(Form::kNumber, decimals(40)), ChunkEncoding::kDecimal);
  EXPECT_LT(encode_chunk(build(Form::kNumber, decimals(1000))).size(), 2000U);
  Twin negative_zero = decimals(40);
  negative_zero[5] = -0.0;
  EXPECT_EQ(encoding(Form::kNumber, negative_zero), ChunkEncoding::kPlain);
  Twin fine = decimals(40);
  fine[39] = 0.1 + 0.2;  // is no 0.3
  EXPECT_EQ(encoding(Form::kNumber, fine), ChunkEncoding::kPlain);
  EXPECT_EQ(encoding(Form::kText, Twin(100, Value("same"))), ChunkEncoding::kConstant);
  EXPECT_EQ(encoding(Form::kText, {"a", "b"}), ChunkEncoding::kPlain);
  EXPECT_LT(encode_chunk(build(Form::kNumber, Twin(kMaxChunkRows, Value(0.1)))).size(), 64U);
}

TEST(ChunkCodec, SpellsOutTheDocumentedBytes) {
  const std::string bytes = encode_chunk(build(Form::kInteger, {1, Missing{}, 300}));
  const std::string expected(
      "CKC1\x01\x02\x01\x02"                    // int64, sparse, range, two bytes a value
      "\x03\0\0\0\x01\0\0\0"                    // three rows, one missing
      "\x01\0\0\0\0\0\0\0\x2C\x01\0\0\0\0\0\0"  // 1 to 300
      "\0\0\x02\0\x01\0\x2C\x01",               // rows 0 and 2, values 1 and 300
      40);
  EXPECT_EQ(bytes.substr(0, bytes.size() - kChecksumBytes), expected);
}

TEST(ChunkCodec, TheSmallChunksCoverEveryEncodingOfEveryForm) {
  for (const Form form : kForms) {
    bool seen[5] = {};
    for (const Chunk& chunk : small_chunks()) {
      const bool plain_text = std::holds_alternative<PlainText>(chunk.values);
      if (chunk.type == type_of(form) && plain_text == (form == Form::kText))
        seen[static_cast<size_t>(encoding_of(encode_chunk(chunk)))] = true;
    }
    EXPECT_TRUE(seen[0] || form == Form::kText);  // without a value it is coded
    EXPECT_TRUE(seen[1] && seen[2] && seen[3]) << static_cast<int>(form);
  }
}

TEST(ChunkCodec, DetectsEveryFlippedBit) {
  for (const Chunk& chunk : small_chunks()) {
    const std::string bytes = encode_chunk(chunk);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_TRUE(refused(damaged)) << "bit " << bit;
    }
  }
}

TEST(ChunkCodec, DetectsEveryTruncationAndExtension) {
  for (const Chunk& chunk : small_chunks()) {
    const std::string bytes = encode_chunk(chunk);
    for (size_t length = 0; length < bytes.size(); ++length) {
      ASSERT_TRUE(refused(bytes.substr(0, length)));
      std::string resealed = bytes.substr(0, length);
      if (length < bytes.size() - kChecksumBytes) {
        seal_bytes(resealed);
        ASSERT_TRUE(refused(resealed)) << "cut to " << length;
      }
    }
    ASSERT_TRUE(refused(bytes + "x"));
    std::string longer = bytes.substr(0, bytes.size() - kChecksumBytes) + "x";
    seal_bytes(longer);
    ASSERT_TRUE(refused(longer));
  }
}

TEST(ChunkCodec, HostileBytesWithAGoodChecksumAreRefusedOrMakeASoundChunk) {
  Random random(9);
  size_t accepted = 0;
  for (const Chunk& chunk : small_chunks()) {
    const std::string bytes = encode_chunk(chunk);
    for (int i = 0; i < 4000; ++i) {
      std::string hostile = bytes.substr(0, bytes.size() - kChecksumBytes);
      for (uint64_t n = 1 + below(random, 3); n > 0; --n)
        hostile[4 + below(random, hostile.size() - 4)] = static_cast<char>(random());
      seal_bytes(hostile);
      if (refused(hostile)) continue;
      const Chunk decoded = decode_chunk(hostile);
      ++accepted;
      ASSERT_LE(decoded.rows, kMaxChunkRows);
      ASSERT_EQ(twin_of(decoded).size(), decoded.rows);
      ASSERT_EQ(decode_chunk(encode_chunk(decoded)).rows, decoded.rows);
    }
  }
  EXPECT_GT(accepted, 0U);
}

TEST(ChunkCodec, RefusesConstantTextThatUnfoldsTooFar) {
  std::string bytes("CKC1\x03\x01\0\0\0\0\x01\0\0\0\0\0", 16);  // 65,536 rows of one text
  put(bytes, uint32_t{1000});
  bytes.append(1000, 'x');
  seal_bytes(bytes);
  EXPECT_TRUE(refused(bytes));
  const Chunk chunk = build(Form::kText, Twin(kMaxChunkRows, std::string(300, 'x')));
  EXPECT_EQ(encoding_of(encode_chunk(chunk)), ChunkEncoding::kPlain);
  EXPECT_TRUE(same(decode_chunk(encode_chunk(chunk)), chunk));
}

TEST(ChunkCodec, RefusesToWriteWhatDoesNotAgree) {
  const Chunk good = build(Form::kInteger, {1, Missing{}, 300});
  Chunk miscounted = good;
  miscounted.missing = 2;
  EXPECT_THROW(encode_chunk(miscounted), Error);
  Chunk wrong_type = good;
  wrong_type.type = Type::kFloat64;
  EXPECT_THROW(encode_chunk(wrong_type), Error);
  Chunk too_long = good;
  too_long.rows = 4;
  EXPECT_THROW(encode_chunk(too_long), Error);
  Chunk not_bool = build(Form::kBool, {1, 0});
  not_bool.values = std::vector<uint8_t>{1, 2};
  EXPECT_THROW(encode_chunk(not_bool), Error);
  Chunk haunted = build(Form::kText, {"a", Missing{}, "b"});
  haunted.values = PlainText{{0, 1, 2, 3}, "axb"};
  EXPECT_THROW(encode_chunk(haunted), Error);
}

}  // namespace
}  // namespace cupel::storage
