#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/io/csv_reader.hpp"
#include "engine/io/record.hpp"

/// What the cells of CSV files say. Spaces around numbers and truth values do not count.
namespace cupel::io {

std::string_view without_spaces(std::string_view text);
/// Without the quote that keeps spreadsheets from running a text: of any number of `'` in front of
/// one of `= + - @`, a tab or a carriage return, one is taken off.
std::string_view unguarded(std::string_view text);

/// Nothing for what is none: an integer of 64 bits without leading zeros; a finite number
/// (`1`, `0.5`, `1e-3`); `true` and `false`, also with a capital or in capitals.
std::optional<int64_t> integer_in(std::string_view text);
std::optional<double> number_in(std::string_view text);
std::optional<bool> truth_in(std::string_view text);

/// `NaN`, as programs write a number that is missing.
bool is_nan_word(std::string_view text);

// The value of a cell that must have a type; nothing where it is missing or quoted and empty.
// They throw RecordError, which calls the field `column`. 640.0 is an integer, too.
std::optional<int64_t> integer_of(const CsvCell& cell, const std::string& column);
std::optional<double> number_of(const CsvCell& cell, const std::string& column);

/// The types of the values in a column, counted cell by cell, from which follows what the column
/// is: integers, numbers, truth values, or else texts. Empty cells and NaN fit every type.
class CsvColumnType {
 public:
  /// kEach: numbers and truth values, each cell what it is.
  enum class Type { kInteger, kNumber, kTruth, kEach, kText };

  /// `line`: of the cell's record.
  void count(const CsvCell& cell, uint64_t line);
  Type type() const;
  /// Nothing where the cell is missing as a value of this type; the view is the cell's.
  static std::optional<Scalar> value(Type type, const CsvCell& cell);
  /// Why a column that is mostly numbers is text: a sentence's end; empty when it is none.
  std::string surprise() const;

 private:
  uint64_t integers_ = 0, numbers_ = 0, truths_ = 0, codes_ = 0, texts_ = 0, nans_ = 0;
  uint64_t first_line_ = 0;  ///< of texts_
  std::string first_text_;
};

}  // namespace cupel::io
