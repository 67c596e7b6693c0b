#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "cupel/error.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "tests/unit/storage/random_chunk.hpp"

namespace cupel::storage {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

using Views = std::vector<std::string_view>;

/// Some text for a code, as a dictionary would have it.
std::string text_of(int64_t code) { return "text " + std::to_string(code); }

Patch patch_of(Form form, uint16_t row, const Value& value) {
  Patch patch;
  patch.row = row;
  patch.present = !value.is_missing();
  if (!patch.present) return patch;
  switch (form) {
    case Form::kNumber: patch.number = value.as_double(); break;
    case Form::kText: patch.text = value.as_text(); break;
    case Form::kCode:
      patch.code = static_cast<uint32_t>(value.as_int());
      patch.text = text_of(value.as_int());
      break;
    default: patch.integer = value.as_int(); break;
  }
  return patch;
}

Value value_of(Form form, const Patch& patch) {
  if (!patch.present) return Missing{};
  switch (form) {
    case Form::kNumber: return patch.number;
    case Form::kText: return patch.text;
    case Form::kCode: return static_cast<int64_t>(patch.code);
    default: return patch.integer;
  }
}

using Changes = std::map<uint16_t, Value>;

std::string encode(Form form, const Changes& changes) {
  std::vector<Patch> patches;
  for (const auto& [row, value] : changes) patches.push_back(patch_of(form, row, value));
  return encode_patch(type_of(form), patches);
}

Changes random_changes(Random& random, Form form, uint32_t rows) {
  Changes changes;
  const Spread spread = random_spread(random);
  for (uint64_t n = 1 + below(random, 12); n > 0; --n) {
    Value value;
    if (below(random, 4) != 0) value = random_value(random, form, spread);
    changes[static_cast<uint16_t>(below(random, rows))] = value;
  }
  return changes;
}

/// What a patch means, on the stupid twin.
void apply(Twin& twin, const Changes& changes) {
  for (const auto& [row, value] : changes) {
    if (twin.size() <= row) twin.resize(size_t{row} + 1);
    twin[row] = value;
  }
}

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::kSyntax;
}

TEST(PatchCodec, EveryPatchComesBack) {
  Random random(10);
  for (const Form form : kForms)
    for (int i = 0; i < 300; ++i) {
      const Changes changes = random_changes(random, form, 1 + below(random, kMaxChunkRows));
      const std::string bytes = encode(form, changes);
      EXPECT_TRUE(is_patch(bytes));
      Type type = Type::kAny;
      const auto patches = decode_patch(bytes, type);
      ASSERT_EQ(type, type_of(form));
      ASSERT_EQ(patches.size(), changes.size());
      auto expected = changes.begin();
      for (const Patch& patch : patches) {
        ASSERT_EQ(patch.row, expected->first);
        ASSERT_TRUE(same(value_of(form, patch), expected->second));
        const bool coded = form == Form::kCode && patch.present;
        ASSERT_TRUE(!coded || patch.text == text_of(patch.code));
        ++expected;
      }
    }
}

TEST(PatchCodec, HoldsEveryRowOfAChunk) {
  Changes changes;
  for (uint32_t row = 0; row < kMaxChunkRows; ++row)
    changes[static_cast<uint16_t>(row)] = static_cast<int64_t>(row);
  const std::string bytes = encode(Form::kInteger, changes);
  Type type = Type::kAny;
  EXPECT_EQ(decode_patch(bytes, type).size(), size_t{kMaxChunkRows});
  const Chunk chunk = decode_chunk(fold(std::nullopt, {bytes}));
  EXPECT_EQ(chunk.rows, kMaxChunkRows);
  EXPECT_EQ(chunk.integer_at(65535), 65535);
}

TEST(PatchCodec, DetectsDamage) {
  for (const Form form : kForms) {
    Random random(11);
    Changes changes;
    for (uint16_t row = 0; row < 5; ++row) changes[row] = random_value(random, form, {7});
    changes[9] = Missing{};
    const std::string bytes = encode(form, changes);
    Type type = Type::kAny;
    const auto refused = [&](const std::string& damaged) {
      return code_of([&] { decode_patch(damaged, type); }) == ErrorCode::kCorruption;
    };
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_TRUE(refused(damaged)) << "bit " << bit;
    }
    for (size_t length = 0; length < bytes.size(); ++length) {
      std::string cut = bytes.substr(0, length);
      ASSERT_TRUE(refused(cut)) << "cut to " << length;
      if (length >= bytes.size() - kChecksumBytes) continue;
      seal_bytes(cut);
      ASSERT_TRUE(refused(cut)) << "cut to " << length << " and sealed";
    }
  }
}

TEST(PatchCodec, HostileBytesWithAGoodChecksumNeverCrash) {
  Random random(12);
  size_t folded = 0;
  for (const Form form : kForms) {
    const std::string base = encode_chunk(build(form, random_twin(random, form, 20, {7})));
    const std::string bytes = encode(form, random_changes(random, form, 30));
    for (int i = 0; i < 4000; ++i) {
      std::string hostile = bytes.substr(0, bytes.size() - kChecksumBytes);
      for (uint64_t n = 1 + below(random, 3); n > 0; --n)
        hostile[4 + below(random, hostile.size() - 4)] = static_cast<char>(random());
      seal_bytes(hostile);
      try {
        decode_chunk(fold(base, {bytes, hostile, combine_patches(hostile, bytes)}));
        ++folded;
      } catch (const Error& error) {
        ASSERT_TRUE(error.code() == ErrorCode::kCorruption || error.code() == ErrorCode::kInternal);
      }
    }
  }
  EXPECT_GT(folded, 0U);
}

TEST(PatchCodec, RefusesDisorder) {
  EXPECT_THROW(encode_patch(Type::kInt64, {}), Error);
  EXPECT_THROW(
      encode_patch(Type::kInt64, {patch_of(Form::kInteger, 2, 1), patch_of(Form::kInteger, 2, 1)}),
      Error);
  EXPECT_FALSE(is_patch(encode_chunk(build(Form::kInteger, {1}))));
}

TEST(Fold, ChangesWithinTheRowsMakeTheChunkThatIsBuiltOfTheValues) {
  Random random(14);
  for (const Form form : kForms)
    for (int i = 0; i < 60; ++i) {
      const auto rows = static_cast<uint32_t>(1 + below(random, 40));
      Twin twin = random_twin(random, form, rows, random_spread(random));
      Chunk chunk = build(form, twin);
      for (int step = 0; step < 40; ++step) {
        const Changes changes = random_changes(random, form, rows);
        apply(twin, changes);
        const std::string patch = encode(form, changes);
        chunk = fold_chunk(std::move(chunk), {patch});
        const Chunk built = build(form, twin);
        ASSERT_EQ(chunk.values, built.values);
        ASSERT_EQ(chunk.valid, built.valid);
        ASSERT_EQ(encode_chunk(chunk), encode_chunk(built));
      }
    }
}

TEST(Fold, AgreesWithAnArrayOfValues) {
  Random random(13);
  for (const Form form : kForms)
    for (int i = 0; i < 200; ++i) {
      const uint32_t rows = 1 + static_cast<uint32_t>(below(random, 300));
      std::optional<std::string> base;
      Twin twin;
      if (below(random, 4) != 0) {
        const auto base_rows = static_cast<uint32_t>(below(random, rows));
        twin = random_twin(random, form, base_rows, random_spread(random));
        base = encode_chunk(build(form, twin));
      }
      std::vector<std::string> patches;
      for (uint64_t n = 1 + below(random, 6); n > 0; --n) {
        const Changes changes = random_changes(random, form, rows);
        apply(twin, changes);
        patches.push_back(encode(form, changes));
      }
      const std::string folded = fold(base, Views(patches.begin(), patches.end()));
      ASSERT_TRUE(same(twin_of(decode_chunk(folded)), twin));
      // The same bytes as a chunk that had these values from the start.
      ASSERT_EQ(folded, encode_chunk(build(form, twin)));
    }
}

TEST(Fold, GroupingDoesNotMatter) {
  Random random(14);
  for (const Form form : kForms)
    for (int i = 0; i < 200; ++i) {
      const Twin twin = random_twin(random, form, 40, random_spread(random));
      const std::string base = encode_chunk(build(form, twin));
      const std::string a = encode(form, random_changes(random, form, 60));
      const std::string b = encode(form, random_changes(random, form, 60));
      const std::string c = encode(form, random_changes(random, form, 60));
      const std::string ab_c = combine_patches(combine_patches(a, b), c);
      ASSERT_EQ(ab_c, combine_patches(a, combine_patches(b, c)));
      const std::string all = fold(base, {a, b, c});
      ASSERT_EQ(fold(base, {ab_c}), all);
      ASSERT_EQ(fold(base, {a, combine_patches(b, c)}), all);
      ASSERT_EQ(fold(fold(base, {a}), {b, c}), all);
      ASSERT_EQ(fold(fold(fold(base, {a}), {b}), {c}), all);
      ASSERT_EQ(fold(fold(std::nullopt, {a}), {b, c}), fold(std::nullopt, {ab_c}));
    }
}

TEST(Fold, WithoutPatchesChangesNothing) {
  const std::string base = encode_chunk(build(Form::kNumber, {0.5, Missing{}}));
  EXPECT_EQ(fold(base, {}), base);
  EXPECT_EQ(code_of([] { fold(std::nullopt, {}); }), ErrorCode::kInternal);
}

TEST(Fold, AMissingRowPastTheEndExtendsTheChunk) {
  const Chunk chunk = decode_chunk(fold(std::nullopt, {encode(Form::kInteger, {{7, Missing{}}})}));
  EXPECT_EQ(chunk.rows, 8U);
  EXPECT_EQ(chunk.missing, 8U);
}

TEST(Fold, RefusesOtherTypes) {
  const std::string integer = encode(Form::kInteger, {{0, 1}});
  const std::string number = encode(Form::kNumber, {{0, 1.0}});
  const std::string chunk = encode_chunk(build(Form::kNumber, {0.5}));
  EXPECT_EQ(code_of([&] { fold(chunk, {integer}); }), ErrorCode::kCorruption);
  EXPECT_EQ(code_of([&] { fold(std::nullopt, {integer, number}); }), ErrorCode::kCorruption);
  EXPECT_EQ(code_of([&] { combine_patches(integer, number); }), ErrorCode::kCorruption);
  EXPECT_EQ(code_of([&] { fold(integer, {integer}); }), ErrorCode::kCorruption);
  EXPECT_EQ(code_of([&] { fold(chunk, {chunk}); }), ErrorCode::kCorruption);
}

TEST(Fold, TextKeepsTheFormOfTheChunk) {
  const std::string coded = encode(Form::kCode, {{0, 5}});
  const std::string plain = encode(Form::kText, {{1, "new"}});
  const std::string coded_chunk = encode_chunk(build(Form::kCode, {1, 2, 3}));
  const std::string plain_chunk = encode_chunk(build(Form::kText, {"a", "b", "c"}));

  const auto folded = [](std::optional<std::string_view> base, const Views& patches) {
    return twin_of(decode_chunk(fold(base, patches)));
  };
  EXPECT_TRUE(same(folded(coded_chunk, {coded}), {5, 2, 3}));
  EXPECT_TRUE(same(folded(plain_chunk, {coded, plain}), {text_of(5), "new", "c"}));
  EXPECT_TRUE(decode_chunk(fold(std::nullopt, {coded})).is_coded());
  EXPECT_TRUE(same(folded(std::nullopt, {coded, plain}), {text_of(5), "new"}));
  EXPECT_EQ(code_of([&] { fold(coded_chunk, {plain}); }), ErrorCode::kInternal);
  // A chunk of which nothing remains takes the form of its changes.
  const std::string last_code = encode_chunk(build(Form::kCode, {Missing{}, 4}));
  EXPECT_TRUE(same(folded(last_code, {plain}), {Missing{}, "new"}));
}

}  // namespace
}  // namespace cupel::storage
