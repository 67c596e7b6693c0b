#include "engine/exec/groups_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace cupel::exec {
namespace {

using storage::Chunk;

/// A table of so many cells is cheap for any number of rows.
constexpr uint64_t kSmallTable = 4096;
constexpr uint64_t kMostDigits = 1 << 16;  ///< of one key

/// Calls `f` with the chunk's array of numbers or codes; false when it holds texts.
template <typename F>
bool with_array(const Chunk& chunk, F&& f) {
  return std::visit(
      [&](const auto& array) {
        if constexpr (std::is_same_v<std::decay_t<decltype(array)>, storage::PlainText>) {
          return false;
        } else {
          return f(array);
        }
      },
      chunk.values);
}

/// The least and the largest value of a chunk of integers; of codes, those that there can be.
template <typename Array>
std::pair<int64_t, int64_t> range_of(const Chunk& chunk, const Array& array) {
  if (chunk.has_range) return {chunk.min_integer, chunk.max_integer};
  typename Array::value_type most{};
  for (const auto value : array) most = value > most ? value : most;
  return {0, static_cast<int64_t>(most)};
}

}  // namespace

Cells::Cells(std::span<const uint32_t> rows)
    : rows_(rows),
      limit_(std::max<uint64_t>(kSmallTable, rows.size())),
      contiguous_(rows.empty() || rows.back() - rows.front() + 1 == rows.size()) {}

bool Cells::add_column(const storage::ChunkPtr& kept) {
  const Chunk* const chunk = kept.get();
  if (chunk == nullptr) return true;
  chunks_.push_back(kept);
  if (chunk->type == Type::kFloat64) return false;
  return with_array(*chunk, [&](const auto& array) {
    const auto [least, most] = range_of(*chunk, array);
    const uint64_t width = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
    if (width >= kMostDigits) return false;
    const auto low = static_cast<uint32_t>(least);
    const auto* data = array.data();
    const auto missing = static_cast<uint32_t>(width) + 1;
    const auto digit = [=](size_t row) { return static_cast<uint32_t>(data[row]) - low; };
    if (all_present(*chunk)) return add(width + 1, digit);
    return add(width + 2, digit, {chunk, missing});
  });
}

bool Cells::add_counts(const storage::ChunkPtr& kept) {
  const Chunk* const chunk = kept.get();
  if (chunk == nullptr) return true;
  chunks_.push_back(kept);
  const int64_t most = chunk->has_range ? chunk->max_integer : 0;
  if (most < 0 || most >= int64_t{kMostDigits}) return false;
  if (chunk->has_range && chunk->min_integer < 0) return false;
  const uint64_t digits = static_cast<uint64_t>(most) + 1;
  return with_array(*chunk, [&](const auto& array) {
    const auto* data = array.data();
    const size_t end = array.size();
    // A missing row holds 0.
    if (rows_.empty() || rows_.back() < end)
      return add(digits, [=](size_t row) { return static_cast<uint32_t>(data[row]); });
    return add(digits,
               [=](size_t row) { return row < end ? static_cast<uint32_t>(data[row]) : 0U; });
  });
}

bool Cells::add_buckets(const storage::ChunkPtr& kept, double width) {
  const Chunk* const chunk = kept.get();
  if (chunk == nullptr) return true;
  chunks_.push_back(kept);
  const bool real = chunk->type == Type::kFloat64;
  if (!chunk->has_range || (!real && chunk->type != Type::kInt64)) return false;
  const double least = real ? chunk->min_number : static_cast<double>(chunk->min_integer);
  const double most = real ? chunk->max_number : static_cast<double>(chunk->max_integer);
  const double first = std::floor(least / width);
  const double last = std::floor(most / width);
  constexpr double kFar = 1 << 30;  // buckets that an int32 counts
  if (!(first > -kFar && last < kFar && last - first < kMostDigits)) return false;
  const auto low = static_cast<int32_t>(first);
  const auto digits = static_cast<uint32_t>(last - first) + 1;
  return with_array(*chunk, [&](const auto& array) {
    const auto* data = array.data();
    const auto bucket = [=](size_t row) {
      const double place = static_cast<double>(data[row]) / width;
      const auto whole = static_cast<int32_t>(place);
      return static_cast<uint32_t>(whole - (static_cast<double>(whole) > place ? 1 : 0) - low);
    };
    if (all_present(*chunk)) return add(digits, bucket);
    return add(digits + 1, bucket, {chunk, digits});
  });
}

bool Cells::all_present(const Chunk& chunk) const {
  return chunk.missing == 0 && (rows_.empty() || rows_.back() < chunk.rows);
}

template <typename F>
void Cells::for_blocks(F&& f) const {
  constexpr size_t kBlock = 1024;
  std::array<uint32_t, kBlock> cells;
  for (size_t begin = 0; begin < rows_.size(); begin += kBlock) {
    const size_t size = std::min(kBlock, rows_.size() - begin);
    cells.fill(0);
    for (const auto& key : keys_) key(begin, size, cells.data());
    if (!f(begin, std::span<const uint32_t>(cells.data(), size))) return;
  }
}

void Cells::count() {
  // Neighbours are often alike: two tables, so that one addition need not wait for the other.
  std::vector<uint32_t> even(size_, 0);
  std::vector<uint32_t> odd(size_, 0);
  for_blocks([&](size_t, std::span<const uint32_t> cells) {
    size_t i = 0;
    for (; i + 1 < cells.size(); i += 2) {
      ++even[cells[i]];
      ++odd[cells[i + 1]];
    }
    if (i < cells.size()) ++even[cells[i]];
    return true;
  });
  size_t groups = 0;
  for (size_t cell = 0; cell < size_; ++cell) {
    even[cell] += odd[cell];
    groups += even[cell] != 0 ? 1 : 0;
  }
  constexpr uint32_t kNone = ~uint32_t{0};
  numbers_.assign(size_, kNone);
  for_blocks([&](size_t begin, std::span<const uint32_t> cells) {
    for (size_t i = 0; i < cells.size() && first_rows_.size() < groups; ++i) {
      uint32_t& number = numbers_[cells[i]];
      if (number != kNone) continue;
      number = static_cast<uint32_t>(first_rows_.size());
      first_rows_.push_back(rows_[begin + i]);
    }
    return first_rows_.size() < groups;
  });
  cell_counts_ = std::move(even);
}

std::vector<uint64_t> Cells::counts() const {
  std::vector<uint64_t> out(first_rows_.size());
  for (size_t cell = 0; cell < size_; ++cell)
    if (cell_counts_[cell] != 0) out[numbers_[cell]] = cell_counts_[cell];
  return out;
}

std::vector<uint32_t> Cells::groups_of_rows() const {
  std::vector<uint32_t> out(rows_.size());
  for_blocks([&](size_t begin, std::span<const uint32_t> cells) {
    for (size_t i = 0; i < cells.size(); ++i) out[begin + i] = numbers_[cells[i]];
    return true;
  });
  return out;
}

}  // namespace cupel::exec
