#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/value.hpp"

namespace cupel {

/// One column of a batch of results: `size()` rows in one contiguous array, by type.
/// - kBool, kInt64, kTimestamp: `integers` (0/1; the value; micros);
/// - kFloat64: `numbers`;
/// - kText: row i is bytes[offsets[i] .. offsets[i+1]), UTF-8;
/// - kAny: `values`.
/// A missing row holds 0, an empty range or Missing, and has its `valid` byte 0.
struct CUPEL_EXPORT ColumnData {
  Type type = Type::kInt64;
  std::vector<uint8_t> valid;  ///< Empty when no row is missing, else one byte a row.
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  std::vector<uint64_t> offsets;
  std::string bytes;
  std::vector<Value> values;

  explicit ColumnData(Type type = Type::kInt64);
  size_t size() const noexcept;
  bool is_missing(size_t row) const noexcept { return !valid.empty() && !valid[row]; }
  std::string_view text(size_t row) const noexcept {
    return std::string_view(bytes).substr(offsets[row], offsets[row + 1] - offsets[row]);
  }
  Value value(size_t row) const;

  void append_missing();
  void append_integer(int64_t value);
  void append_number(double value);
  void append_text(std::string_view value);
  /// Must have the column's type, or be missing; any value for kAny.
  void append(const Value& value);
  void append_from(const ColumnData& other, size_t row);
};

/// Name and type of a result column.
struct ColumnInfo {
  std::string name;
  Type type = Type::kInt64;
};

/// Some rows of a result, column by column.
struct Batch {
  std::vector<ColumnData> columns;
  size_t rows = 0;
};

/// Writers of results as text, for files and pipes; row by row into `out`.
///   csv       RFC 4180 with `\n` as line end, header line, missing is empty, text that is empty
///             is `""`
///   jsonl     one object a line; missing is null
///   markdown  a pipe table
enum class TextFormat { kCsv, kJson, kJsonl, kMarkdown };
CUPEL_EXPORT void write_header(std::string& out, TextFormat format,
                               const std::vector<ColumnInfo>& columns);
/// `first` is true for the first batch after the header (JSON needs it for commas).
CUPEL_EXPORT void write_batch(std::string& out, TextFormat format,
                              const std::vector<ColumnInfo>& columns, const Batch& batch,
                              bool first);
CUPEL_EXPORT void write_footer(std::string& out, TextFormat format);

/// Columns of a terminal that UTF-8 text takes: 2 for East Asian wide characters, 0 for combining
/// ones; a control character or an invalid byte takes those of what terminal_text shows for it.
CUPEL_EXPORT size_t display_width(std::string_view text);
/// Text that cannot steer a terminal: control characters, invalid bytes and bidirectional controls
/// are shown as `\x1b`, `\u202e`; the rest is kept.
CUPEL_EXPORT std::string terminal_text(std::string_view text);

/// A JSON string literal, quotes included: control characters escaped, the rest kept.
CUPEL_EXPORT std::string json_quote(std::string_view text);
/// A value as JSON: numbers shortest, timestamps as text, missing as null.
CUPEL_EXPORT std::string to_json(const Value& value);

}  // namespace cupel
