#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/learn/element.hpp"

namespace cupel::learn {

/// 1 - p in the arithmetic of T.
template <typename T>
T complement(T p) {
  if constexpr (std::is_same_v<T, Half>) {
    return to_half(1.0F - to_float(p));
  } else {
    return T{1} - p;
  }
}

/// One column of probabilities as a matrix of two classes: (1 - p, p).
template <typename T>
class BinaryRows final : public Rows<T> {
 public:
  explicit BinaryRows(std::vector<T> column) : column_(std::move(column)) {}
  size_t rows() const override { return column_.size(); }
  size_t columns() const override { return 2; }
  void scan(const typename Rows<T>::Visitor& f) const override {
    std::vector<T> block(2 * std::min(kBlock, column_.size()));
    for (size_t first = 0; first < column_.size(); first += kBlock) {
      const size_t count = std::min(kBlock, column_.size() - first);
      for (size_t i = 0; i < count; ++i) {
        block[2 * i] = complement(column_[first + i]);
        block[2 * i + 1] = column_[first + i];
      }
      f(first, count, block.data());
    }
  }

 private:
  static constexpr size_t kBlock = 8192;
  std::vector<T> column_;
};

}  // namespace cupel::learn
