#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cupel/table.hpp"
#include "storage/chunk.hpp"
#include "storage/snapshot.hpp"

namespace cupel::exec {

/// The values of one expression for a list of rows, in one array by type:
/// - kBool, kInt64, kTimestamp: `integers`; kFloat64: `numbers`;
/// - kText: `codes` into `dictionary` where that is set, else `texts`;
/// - kAny: `values`.
/// A missing row holds zero (codes too) and has its `valid` byte 0. Views are kept alive by
/// `owners` and `dictionary`.
struct Vector {
  Type type = Type::kAny;
  size_t size = 0;
  std::vector<uint8_t> valid;  ///< Empty when nothing is missing, else one byte a row.
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  std::vector<std::string_view> texts;
  std::vector<uint32_t> codes;
  storage::DictionaryPtr dictionary;
  std::vector<Value> values;
  std::vector<std::shared_ptr<const void>> owners;

  /// `size` missing values.
  static Vector missing(Type type, size_t size);

  bool present(size_t i) const noexcept { return valid.empty() || valid[i] != 0; }
  std::string_view text(size_t i) const {
    return dictionary ? dictionary->text(codes[i]) : texts[i];
  }
  Value value(size_t i) const;

  void set_missing(size_t i);
  /// Puts the other's rows behind these. Different types become kAny.
  void append(Vector other);
  /// Row i is row order[i] of this.
  Vector gather(std::span<const uint32_t> order) const;
  /// Values of several types, one Value a row.
  void make_any();
  /// Text as views, whatever it was.
  void make_views();
  /// Takes the type where that loses nothing (a number column that holds integers, or nothing but
  /// missing values); throws kInternal otherwise.
  void append_to(ColumnData& out) const;
  size_t memory_bytes() const noexcept;
};

/// sort_compare of row i of one and row j of another.
int sort_compare_rows(const Vector& left, size_t i, const Vector& right, size_t j);

/// The values of a column at rows of a decoded chunk (null: all missing), in any order. Rows past
/// the chunk's are missing.
Vector gather_column(const storage::Snapshot& snapshot, const storage::Column& column,
                     const storage::ChunkPtr& chunk, std::span<const uint32_t> rows);

/// The set bits, ascending.
std::vector<uint32_t> rows_of(const storage::Bitmap& bitmap);

}  // namespace cupel::exec
