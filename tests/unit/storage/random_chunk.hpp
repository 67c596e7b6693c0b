#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "storage/chunk.hpp"

namespace cupel::storage::testing {

using Random = std::mt19937_64;

inline uint64_t below(Random& random, uint64_t end) { return random() % end; }

/// What a column holds; text comes in two forms.
enum class Form { kBool, kInteger, kTimestamp, kNumber, kCode, kText };
inline constexpr Form kForms[] = {Form::kBool,   Form::kInteger, Form::kTimestamp,
                                  Form::kNumber, Form::kCode,    Form::kText};

inline Type type_of(Form form) {
  switch (form) {
    case Form::kBool: return Type::kBool;
    case Form::kInteger: return Type::kInt64;
    case Form::kTimestamp: return Type::kTimestamp;
    case Form::kNumber: return Type::kFloat64;
    default: return Type::kText;
  }
}

/// The stupid twin of a chunk: a value for each row. Codes and timestamps are integers here.
using Twin = std::vector<Value>;

/// How the values of a column are spread, so that every width and encoding comes up.
struct Spread {
  int bits = 8;           ///< Magnitude of integers and codes, length of texts.
  bool constant = false;  ///< One value for all.
  bool exact = false;     ///< Numbers that a float holds.
  int decimals = -1;      ///< Numbers of so many decimals; -1: any.
  uint64_t missing = 0;   ///< Of 1000 rows, so many are missing.
};

inline Spread random_spread(Random& random) {
  static constexpr int kBits[] = {1, 7, 8, 15, 16, 31, 32, 63};
  static constexpr uint64_t kMissing[] = {0, 0, 1, 300, 990, 1000};
  const int decimals = below(random, 3) == 0 ? static_cast<int>(below(random, 10)) : -1;
  return {kBits[below(random, 8)], below(random, 4) == 0, below(random, 2) == 0, decimals,
          kMissing[below(random, 6)]};
}

inline Value random_number(Random& random, const Spread& spread) {
  if (spread.decimals >= 0) {
    const auto whole = static_cast<double>(random() >> (64 - spread.bits));
    const double number = (below(random, 2) == 0 ? whole : -whole) / std::pow(10, spread.decimals);
    return spread.exact ? static_cast<double>(static_cast<float>(number)) : number;
  }
  static constexpr double kSpecial[] = {0.0,
                                        -0.0,
                                        std::numeric_limits<double>::infinity(),
                                        -std::numeric_limits<double>::infinity(),
                                        1e300,
                                        5e-324};
  if (below(random, 20) == 0) return kSpecial[below(random, spread.exact ? 4 : 6)];
  const auto raw = random();
  if (spread.exact) {
    const auto number = std::bit_cast<float>(static_cast<uint32_t>(raw));
    return std::isnan(number) ? 0.5 : static_cast<double>(number);
  }
  const auto number = std::bit_cast<double>(raw);
  return std::isnan(number) ? 0.1 : number;
}

inline Value random_value(Random& random, Form form, const Spread& spread) {
  const uint64_t raw = random();
  switch (form) {
    case Form::kBool: return static_cast<int64_t>(raw & 1);
    case Form::kInteger:
    case Form::kTimestamp: {
      const auto magnitude = static_cast<int64_t>(raw >> (64 - spread.bits));
      return below(random, 2) == 0 ? magnitude : -magnitude - 1;
    }
    case Form::kNumber: return random_number(random, spread);
    case Form::kCode: return static_cast<int64_t>((raw >> 32) >> (32 - std::min(spread.bits, 31)));
    case Form::kText: {
      std::string text(below(random, static_cast<uint64_t>(spread.bits)), '\0');
      for (char& c : text) c = static_cast<char>(random());
      return text;
    }
  }
  return {};
}

inline Twin random_twin(Random& random, Form form, uint32_t rows, const Spread& spread) {
  Twin twin(rows);
  const Value one = random_value(random, form, spread);
  for (Value& value : twin)
    if (below(random, 1000) >= spread.missing)
      value = spread.constant ? one : random_value(random, form, spread);
  return twin;
}

inline void set_row(ChunkBuilder& builder, Form form, uint32_t row, const Value& value) {
  switch (form) {
    case Form::kNumber: builder.set_number(row, value.as_double()); break;
    case Form::kCode: builder.set_code(row, static_cast<uint32_t>(value.as_int())); break;
    case Form::kText: builder.set_text(row, value.as_text()); break;
    default: builder.set_integer(row, value.as_int()); break;
  }
}

inline Chunk build(ChunkBuilder& builder, Form form, const Twin& twin) {
  for (uint32_t row = 0; row < twin.size(); ++row)
    if (!twin[row].is_missing()) set_row(builder, form, row, twin[row]);
  builder.pad(static_cast<uint32_t>(twin.size()));
  return builder.finish();
}

inline Chunk build(Form form, const Twin& twin) {
  ChunkBuilder builder(type_of(form));
  return build(builder, form, twin);
}

/// The rows of a chunk, one at a time by its accessors.
inline Twin twin_of(const Chunk& chunk) {
  Twin twin(chunk.rows);
  for (uint32_t row = 0; row < chunk.rows; ++row) {
    if (chunk.is_missing(row)) continue;
    if (const auto* text = std::get_if<PlainText>(&chunk.values)) {
      twin[row] = text->at(row);
    } else if (chunk.is_coded()) {
      twin[row] = static_cast<int64_t>(chunk.code_at(row));
    } else if (chunk.type == Type::kFloat64) {
      twin[row] = chunk.number_at(row);
    } else {
      twin[row] = chunk.integer_at(row);
    }
  }
  return twin;
}

/// Identity down to the bit, so that -0.0 is not 0.0.
inline bool same(const Value& left, const Value& right) {
  if (left.is_double() && right.is_double())
    return std::bit_cast<uint64_t>(left.as_double()) == std::bit_cast<uint64_t>(right.as_double());
  return left == right;
}

inline bool same(const Twin& left, const Twin& right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i)
    if (!same(left[i], right[i])) return false;
  return true;
}

inline bool same(const Chunk& left, const Chunk& right) {
  return left.type == right.type && left.rows == right.rows && left.missing == right.missing &&
         left.valid == right.valid && left.values.index() == right.values.index() &&
         left.values == right.values && same(twin_of(left), twin_of(right)) &&
         left.has_range == right.has_range && left.min_integer == right.min_integer &&
         left.max_integer == right.max_integer && left.min_number == right.min_number &&
         left.max_number == right.max_number;
}

}  // namespace cupel::storage::testing
