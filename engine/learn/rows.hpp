#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <variant>

/// Probability matrices as the functions of this room read them.
namespace cupel::learn {

/// IEEE 754 binary16, as it is stored.
struct Half {
  uint16_t bits = 0;
};
float to_float(Half value) noexcept;
/// Rounds to nearest even, as the hardware does.
Half to_half(float value) noexcept;

/// A matrix of N rows (examples) and K columns (classes), row-major, read in blocks of rows from
/// first to last, several times. Where the numbers live (memory, a mapped file, a store) is its
/// own affair; nothing here copies it.
template <typename T>
class Rows {
 public:
  virtual ~Rows() = default;
  virtual size_t rows() const = 0;
  virtual size_t columns() const = 0;
  /// Calls `f(first, count, data)` for consecutive blocks that cover all rows in order; `data` is
  /// count × columns() numbers, valid during the call. An exception of `f` ends the scan.
  using Visitor = std::function<void(size_t first, size_t count, const T* data)>;
  virtual void scan(const Visitor& f) const = 0;
};

/// A matrix that stands in memory (or is mapped) as one array.
template <typename T>
class ArrayRows : public Rows<T> {
 public:
  ArrayRows(const T* data, size_t rows, size_t columns)
      : data_(data), rows_(rows), columns_(columns) {}
  size_t rows() const override { return rows_; }
  size_t columns() const override { return columns_; }
  /// In blocks of about 1 MiB.
  void scan(const typename Rows<T>::Visitor& f) const override;

 private:
  const T* data_;
  size_t rows_, columns_;
};

/// A matrix of any of the three element types.
using AnyRows = std::variant<const Rows<Half>*, const Rows<float>*, const Rows<double>*>;

}  // namespace cupel::learn
