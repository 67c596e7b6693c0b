#include "engine/exec/groups_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
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

/// Counts the rows of each cell, and collects the first row of each in each table. Neighbours are
/// often alike: of several tables each next row has the next, so that one addition need not wait
/// for the other. `counted`: the tables' counts of a cell are side by side.
template <size_t kTables>
void add_up(std::span<const uint16_t> cells, uint32_t* counted, std::vector<uint32_t>& firsts) {
  const auto add = [&](size_t i, size_t table) {
    uint32_t& count = counted[cells[i] * kTables + table];
    if (count++ == 0) [[unlikely]]
      firsts.push_back(static_cast<uint32_t>(i));
  };
  size_t i = 0;
  for (; i + kTables <= cells.size(); i += kTables)
    for (size_t table = 0; table < kTables; ++table) add(i + table, table);
  for (; i < cells.size(); ++i) add(i, i % kTables);
}

}  // namespace

Cells::Cells(std::span<const uint32_t> rows)
    : rows_(rows),
      limit_(std::clamp<uint64_t>(rows.size(), kSmallTable, kMostCells)),
      contiguous_(rows.empty() || rows.back() - rows.front() + 1 == rows.size()) {}

bool Cells::add_key(uint64_t digits, AddDigits add_digits) {
  if (digits == 0 || digits > limit_ / size_) return false;
  keys_.emplace_back(static_cast<Cell>(size_), std::move(add_digits));
  size_ *= digits;
  return true;
}

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
    const auto bucket = [=](double number) {
      const double place = number / width;
      const auto whole = static_cast<int32_t>(place);
      return static_cast<Cell>(whole - (static_cast<double>(whole) > place ? 1 : 0) - low);
    };
    const auto digit = [=](size_t row) { return bucket(static_cast<double>(data[row])); };
    if (!all_present(*chunk)) return add(digits + 1, digit, {chunk, digits});
    if (contiguous_) return add(digits, digit);
    // Numbers side by side are divided several at a time.
    return add_key(digits,
                   [=, rows = rows_.data()](Cell stride, size_t begin, size_t size, Cell* cells) {
                     std::array<double, kBlock> numbers;
                     for (size_t i = 0; i < size; ++i)
                       numbers[i] = static_cast<double>(data[rows[begin + i]]);
                     for (size_t i = 0; i < size; ++i) cells[i] += stride * bucket(numbers[i]);
                   });
  });
}

bool Cells::all_present(const Chunk& chunk) const {
  return chunk.missing == 0 && (rows_.empty() || rows_.back() < chunk.rows);
}

void Cells::count() {
  cells_.assign(rows_.size(), 0);
  for (size_t begin = 0; begin < rows_.size(); begin += kBlock)
    for (const auto& [stride, add_digits] : keys_)
      add_digits(stride, begin, std::min(kBlock, rows_.size() - begin), cells_.data() + begin);
  const size_t tables = size_ <= kSmallTable ? 4 : 1;
  std::vector<uint32_t> counted(size_ * tables, 0);
  std::vector<uint32_t> firsts;
  if (tables == 1) {
    add_up<1>(cells_, counted.data(), firsts);
  } else {
    add_up<4>(cells_, counted.data(), firsts);
  }
  constexpr uint32_t kNone = ~uint32_t{0};
  numbers_.assign(size_, kNone);
  for (const uint32_t i : firsts) {
    const Cell cell = cells_[i];
    if (numbers_[cell] != kNone) continue;
    numbers_[cell] = static_cast<uint32_t>(first_rows_.size());
    first_rows_.push_back(rows_[i]);
    const auto* first = counted.data() + cell * tables;
    counts_.push_back(std::accumulate(first, first + tables, uint64_t{0}));
  }
}

std::vector<uint32_t> Cells::groups_of_rows() const {
  std::vector<uint32_t> out(cells_.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = numbers_[cells_[i]];
  return out;
}

}  // namespace cupel::exec
