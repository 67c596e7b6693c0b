#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/exec/value_vector.hpp"

namespace cupel::exec {

/// Numbers 64-bit keys 0, 1, 2 … in the order in which they come. Open addressing.
class DenseIds {
 public:
  DenseIds() : slots_(kFirstSlots) {}
  uint32_t id(uint64_t key) {
    for (size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.id == kNone) return insert(at, key);
      if (slot.key == key) return slot.id;
    }
  }
  uint32_t size() const noexcept { return size_; }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  static constexpr size_t kFirstSlots = 64;
  struct Slot {
    uint64_t key = 0;
    uint32_t id = kNone;
  };
  size_t place(uint64_t key) const noexcept {
    key *= 0x9e3779b97f4a7c15U;
    return (key ^ (key >> 32)) & (slots_.size() - 1);
  }
  uint32_t insert(size_t at, uint64_t key);

  std::vector<Slot> slots_;
  uint32_t size_ = 0;
};

/// Numbers the distinct values of one group key in the order in which they come. Missing is a
/// value of its own. Values are the same that sort_compare calls equal: 1 and 1.0 are, true and 1
/// are not; the first that came stands for them.
class KeyIds {
 public:
  /// The number of each row's value.
  std::vector<uint32_t> ids(Vector values);
  /// The distinct values, by number.
  const Vector& distinct() const noexcept { return distinct_; }

 private:
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  using Texts = std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>>;

  void adapt(Vector& values);
  uint32_t missing_id();
  uint32_t text_id(std::string_view text);
  uint32_t value_id(const Value& value);
  /// Appends a new distinct value; returns its number.
  uint32_t add(const Vector& values, size_t i);
  void ids_of_codes(const Vector& values, std::vector<uint32_t>& out);
  template <typename Key>
  void ids_of_numbers(const Vector& values, std::vector<uint32_t>& out, Key&& key);

  Vector distinct_;  ///< no rows until the first values come
  std::optional<uint32_t> missing_;
  /// By type of distinct_: bool, int64, timestamp and float64 by their bits; texts; values by
  /// their bytes. DenseIds number their keys without missing, so `dense_` maps to ids.
  DenseIds numbers_;
  std::vector<uint32_t> dense_;
  Texts texts_;
};

/// Numbers rows of several keys: the distinct tuples of the keys' numbers, as they come.
class TupleIds {
 public:
  /// `columns`: one list of numbers a key, all of one length. No keys: every row is tuple 0.
  std::vector<uint32_t> ids(const std::vector<std::vector<uint32_t>>& columns, size_t rows);
  /// The first row of tuples that were new in the last call, in order.
  const std::vector<uint32_t>& new_rows() const noexcept { return new_rows_; }

 private:
  std::vector<DenseIds> pairs_;  ///< (number so far, number of the next key) → number so far
  uint32_t size_ = 0;
  std::vector<uint32_t> new_rows_;
};

}  // namespace cupel::exec
