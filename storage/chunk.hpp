#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cupel/value.hpp"
#include "storage/bitmap.hpp"

namespace cupel::storage {

/// Rows of a chunk unless a database was created with fewer (tests do that). At most 65,536, so
/// that a row inside a chunk is a uint16_t.
inline constexpr uint32_t kMaxChunkRows = 65536;

/// Text kept as it is: value i is bytes[offsets[i] .. offsets[i+1]). `offsets` has rows + 1
/// entries; a missing row is an empty range.
struct PlainText {
  std::vector<uint32_t> offsets{0};
  std::string bytes;
  std::string_view at(uint32_t i) const noexcept {
    return std::string_view(bytes).substr(offsets[i], offsets[i + 1] - offsets[i]);
  }
  friend bool operator==(const PlainText&, const PlainText&) = default;
};

/// The values of a chunk, in the narrowest array that holds them all:
/// - bool: vector<uint8_t> (0 or 1);
/// - int64, timestamp: a signed vector;
/// - float64: vector<float> where every value survives the round trip, else vector<double>;
/// - text: an unsigned vector of dictionary codes, or PlainText.
/// A missing row holds 0 (codes too: check `valid` first).
using ChunkValues =
    std::variant<std::vector<uint8_t>, std::vector<uint16_t>, std::vector<uint32_t>,
                 std::vector<int8_t>, std::vector<int16_t>, std::vector<int32_t>,
                 std::vector<int64_t>, std::vector<float>, std::vector<double>, PlainText>;

/// One column of one chunk, decoded. Immutable once published, shared between threads.
struct Chunk {
  Type type = Type::kInt64;
  uint32_t rows = 0;     ///< Rows present; rows of the table past it are missing.
  uint32_t missing = 0;  ///< How many of `rows` are missing.
  Bitmap valid;          ///< Empty (size 0) when nothing is missing, else `rows` bits.
  ChunkValues values;
  /// Smallest and largest present value, where the type is int64, timestamp, float64 or bool and
  /// some value is present. float64 in `*_number`, the others in `*_integer`.
  bool has_range = false;
  int64_t min_integer = 0, max_integer = 0;
  double min_number = 0, max_number = 0;

  bool is_missing(uint32_t row) const noexcept {
    return row >= rows || (valid.size() != 0 && !valid.test(row));
  }
  /// The integer (or 0/1, or timestamp micros) of a present row. Not for kernels.
  int64_t integer_at(uint32_t row) const;
  /// The number of a present int64 or float64 row as a double. Not for kernels.
  double number_at(uint32_t row) const;
  /// The dictionary code of a present text row; only when `is_coded()`.
  uint32_t code_at(uint32_t row) const;
  bool is_coded() const noexcept {
    return type == Type::kText && !std::holds_alternative<PlainText>(values);
  }
  /// The approximate bytes held, for the cache's budget.
  size_t memory_bytes() const noexcept;
};

using ChunkPtr = std::shared_ptr<const Chunk>;

/// Fills one chunk row by row, in row order, gaps allowed (they are missing). Type is fixed;
/// numbers are kept wide and narrowed by `finish`. Reused after finish(): its arrays keep their
/// capacity, so that setting a row allocates nothing in the steady state.
/// Setting the last row again replaces its value. A row of kMaxChunkRows or more throws kInternal.
class ChunkBuilder {
 public:
  explicit ChunkBuilder(Type type) : type_(type) {}

  Type type() const noexcept { return type_; }
  /// Rows so far (one past the last row set).
  uint32_t rows() const noexcept { return rows_; }
  /// Sets a row at or after rows(); `value` must fit the type. A NaN is stored as missing.
  void set_integer(uint32_t row, int64_t value) {  ///< bool (0/1), int64, timestamp
    place(row, integers_);
    integers_[row] = value;
  }
  void set_number(uint32_t row, double value) {  ///< float64
    place(row, numbers_);
    if (value == value) {
      numbers_[row] = value;
    } else {
      numbers_[row] = 0;
      valid_.reset(row);
    }
  }
  void set_text(uint32_t row, std::string_view value);
  /// Text as a dictionary code; a builder is given either codes or text, never both.
  void set_code(uint32_t row, uint32_t code) {
    place(row, codes_);
    codes_[row] = code;
  }
  /// Extends with missing rows to `rows`.
  void pad(uint32_t rows);
  /// The chunk, narrowed, with range and validity; the builder is empty again.
  Chunk finish();
  size_t memory_bytes() const noexcept;

 private:
  /// Makes room for a row and marks it present.
  template <typename T>
  void place(uint32_t row, std::vector<T>& values) {
    if (row >= values.size()) [[unlikely]]
      grow(row, values);
    valid_.set(row);
    if (row >= rows_) rows_ = row + 1;
  }
  template <typename T>
  void grow(uint32_t row, std::vector<T>& values);
  void grow_valid(uint32_t rows);
  void finish_integers(Chunk& chunk);
  void finish_numbers(Chunk& chunk);
  void finish_text(Chunk& chunk);

  // Invariants: 1. valid_ has a bit for every value of the array in use. 2. Values and validity
  // at rows_ and past it, and values of missing rows, are zero. 3. codes_ is empty while text_
  // holds rows, so that set_code meets its slow path, which refuses the mixture.
  Type type_;
  uint32_t rows_ = 0;
  Bitmap valid_;
  std::vector<int64_t> integers_;
  std::vector<double> numbers_;
  std::vector<uint32_t> codes_;
  PlainText text_;
};

extern template void ChunkBuilder::grow(uint32_t row, std::vector<int64_t>& values);
extern template void ChunkBuilder::grow(uint32_t row, std::vector<double>& values);
extern template void ChunkBuilder::grow(uint32_t row, std::vector<uint32_t>& values);

}  // namespace cupel::storage
