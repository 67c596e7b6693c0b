#pragma once

#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

/// A digest of rows that several programs return, in whatever order, so that equal rows have equal
/// digests: the sum of the hashes of the rows. Cells are given one after the other. Numbers of all
/// types count as doubles, truth values as 0 and 1 (compare_digest.py has the same bytes).
class RowsDigest {
 public:
  void number(double value) {
    cell_.push_back('n');
    char bytes[sizeof(double)];
    std::memcpy(bytes, &value, sizeof value);
    cell_.append(bytes, sizeof bytes);
  }
  void text(std::string_view value) {
    cell_.push_back('t');
    cell_.append(value);
    cell_.push_back('\0');
  }
  void missing() { cell_.push_back('m'); }
  void end_row() {
    sum_ += XXH3_64bits(cell_.data(), cell_.size());
    cell_.clear();
  }
  uint64_t value() const noexcept { return sum_; }

 private:
  std::string cell_;
  uint64_t sum_ = 0;
};

}  // namespace bench
