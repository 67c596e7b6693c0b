#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "cupel/table.hpp"

namespace cupel::report {

/// A distribution to be drawn: what there is, how often.
struct Bars {
  struct Bar {
    std::string label;
    uint64_t count = 0;
  };
  std::string title;
  std::vector<Bar> bars;
  uint64_t others = 0;   ///< rows of values that have no bar of their own
  uint64_t missing = 0;  ///< rows without a value
};

/// How the values of one result column are distributed. Numbers and instants fall into at most 20
/// bins of round width, or have a bar each where they are few integers; of all else the 20 most
/// frequent values have one, more frequent first, equally frequent ones by value.
class Distribution {
 public:
  explicit Distribution(ColumnInfo column);

  void add(const ColumnData& values);
  /// Bytes held so far, about.
  size_t bytes() const noexcept;
  /// Nothing to draw (no bars) where no row has a value, or where every value is another.
  Bars finish() const;

 private:
  void add_value(const Value& value);
  Bars frequent() const;
  Bars binned() const;

  ColumnInfo column_;
  uint64_t rows_ = 0;
  uint64_t missing_ = 0;
  std::vector<double> numbers_;
  std::unordered_map<std::string, uint64_t> texts_;
  size_t text_bytes_ = 0;
};

/// A figure with its title: one horizontal bar a value, as SVG.
std::string draw(const Bars& bars);

}  // namespace cupel::report
