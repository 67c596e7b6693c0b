#include "engine/exec/groups_aggregate.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

namespace cupel::exec {
namespace {

using plan::Aggregation;

constexpr uint32_t kNoRow = ~uint32_t{0};

bool is_better(Aggregation aggregation, int order) noexcept {
  return aggregation == Aggregation::kMin ? order < 0 : order > 0;
}

/// The row of the least or greatest argument of each group; kNoRow where it has none.
std::vector<uint32_t> extreme_rows(Aggregation aggregation, std::span<const uint32_t> groups,
                                   size_t group_count, const Vector& arguments) {
  std::vector<uint32_t> rows(group_count, kNoRow);
  const auto each = [&](auto&& better) {
    for (uint32_t i = 0; i < groups.size(); ++i) {
      if (!arguments.present(i)) continue;
      uint32_t& row = rows[groups[i]];
      if (row == kNoRow || better(i, row)) row = i;
    }
  };
  const auto of_array = [&](const auto& array) {
    if (aggregation == Aggregation::kMin) {
      each([&](uint32_t i, uint32_t row) { return array[i] < array[row]; });
    } else {
      each([&](uint32_t i, uint32_t row) { return array[i] > array[row]; });
    }
  };
  switch (arguments.type) {
    case Type::kFloat64: of_array(arguments.numbers); break;
    case Type::kBool:
    case Type::kInt64:
    case Type::kTimestamp: of_array(arguments.integers); break;
    case Type::kText:
    case Type::kAny:
      each([&](uint32_t i, uint32_t row) {
        return is_better(aggregation, sort_compare_rows(arguments, i, arguments, row));
      });
  }
  return rows;
}

void add_best(Aggregation aggregation, const Value& value, Value& best) {
  if (value.is_missing()) return;
  if (best.is_missing() || is_better(aggregation, sort_compare(value, best))) best = value;
}

void count_rows(std::span<const uint32_t> groups, const Vector* arguments,
                std::vector<uint64_t>& counts) {
  if (arguments == nullptr || arguments->valid.empty()) {
    for (const uint32_t group : groups) ++counts[group];
  } else {
    for (size_t i = 0; i < groups.size(); ++i) counts[groups[i]] += arguments->valid[i];
  }
}

/// Of the rows of a chunk in one group.
template <typename T>
struct Total {
  T value{};
  uint64_t count = 0;  ///< of values
};

/// The arguments of one chunk's rows: values of the chunk.
struct Arguments {
  const storage::Chunk& chunk;
  bool missing_is_zero;
  std::span<const uint32_t> rows, groups;
  size_t group_count;

  /// `combine(total, value)` over the values of each group, from `first`, which changes no value.
  template <typename T, typename Combine>
  std::vector<Total<T>> totals(T first, Combine&& combine) const {
    // Neighbours are often of one group: each next row has totals of its own, so that one addition
    // need not wait for the other. Many totals would rather be near.
    const uint32_t shift = group_count <= 1024 ? 2 : 0;
    std::vector<Total<T>> parts(group_count << shift, Total<T>{first});
    std::visit(
        [&](const auto& array) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(array)>, storage::PlainText>)
            add(array.data(), first, combine, shift, parts);
        },
        chunk.values);
    if (shift == 0) return parts;
    std::vector<Total<T>> out(group_count, Total<T>{first});
    for (size_t i = 0; i < parts.size(); ++i) {
      Total<T>& total = out[i >> shift];
      total.value = combine(total.value, parts[i].value);
      total.count += parts[i].count;
    }
    return out;
  }

 private:
  template <typename Value, typename T, typename Combine>
  void add(const Value* values, T first, Combine&& combine, uint32_t shift,
           std::vector<Total<T>>& parts) const {
    const size_t mask = (size_t{1} << shift) - 1;
    const auto take = [&](size_t i, uint64_t present, T value) {
      Total<T>& total = parts[(size_t{groups[i]} << shift) + (i & mask)];
      // Whether a value is missing cannot be foreseen, so nothing branches on it.
      const uint64_t bits = (std::bit_cast<uint64_t>(value) & (0 - present)) |
                            (std::bit_cast<uint64_t>(first) & (present - 1));
      total.value = combine(total.value, std::bit_cast<T>(bits));
      total.count += present;
    };
    const auto end = std::lower_bound(rows.begin(), rows.end(), chunk.rows) - rows.begin();
    const auto inside = static_cast<size_t>(end);  // the others are missing
    if (chunk.missing == 0 || missing_is_zero) {   // a missing row holds zero
      for (size_t i = 0; i < inside; ++i) take(i, 1, static_cast<T>(values[rows[i]]));
    } else {
      const auto valid = chunk.valid.words();
      for (size_t i = 0; i < inside; ++i) {
        const uint64_t present = (valid[rows[i] / 64] >> (rows[i] % 64)) & 1;
        take(i, present, static_cast<T>(values[rows[i]]));
      }
    }
    for (size_t i = inside; missing_is_zero && i < rows.size(); ++i) take(i, 1, T{});
  }
};

template <typename T>
void add_extremes(Aggregation aggregation, const Arguments& arguments, T least, T most,
                  Partial& to) {
  const auto totals =
      aggregation == Aggregation::kMin
          ? arguments.totals(most, [](T best, T value) { return std::min(best, value); })
          : arguments.totals(least, [](T best, T value) { return std::max(best, value); });
  to.best.resize(totals.size());
  for (size_t g = 0; g < totals.size(); ++g)
    if (totals[g].count != 0) to.best[g] = totals[g].value;
}

}  // namespace

bool add_column(Aggregation aggregation, const storage::Chunk& chunk, bool missing_is_zero,
                std::span<const uint32_t> rows, std::span<const uint32_t> groups,
                size_t group_count, Partial& to) {
  if (rows.empty() || !chunk.has_range) return false;
  const Arguments arguments{chunk, missing_is_zero, rows, groups, group_count};
  const bool integers = chunk.type == Type::kInt64;
  if (aggregation == Aggregation::kMin || aggregation == Aggregation::kMax) {
    if (integers) {
      using Limits = std::numeric_limits<int64_t>;
      add_extremes<int64_t>(aggregation, arguments, Limits::min(), Limits::max(), to);
    } else if (chunk.type == Type::kFloat64) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      add_extremes<double>(aggregation, arguments, -kInfinity, kInfinity, to);
    }
    return integers || chunk.type == Type::kFloat64;
  }
  // Sums of a chunk's rows fit 64 bits when no value passes this.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / storage::kMaxChunkRows;
  const bool sums = aggregation == Aggregation::kSum || aggregation == Aggregation::kAvg;
  if (!sums || !integers || chunk.min_integer < -kMost || chunk.max_integer > kMost) return false;
  const auto totals = arguments.totals(int64_t{0}, [](int64_t a, int64_t b) { return a + b; });
  to.sums.resize(group_count);
  for (size_t g = 0; g < group_count; ++g) to.sums[g].add(totals[g].value, totals[g].count);
  return true;
}

void add_rows(Aggregation aggregation, std::span<const uint32_t> groups, size_t group_count,
              Vector* arguments, Partial& to) {
  if (aggregation == Aggregation::kCount) {
    to.counts.resize(group_count);
    count_rows(groups, arguments, to.counts);
    return;
  }
  if (arguments == nullptr) return;
  if (aggregation == Aggregation::kMin || aggregation == Aggregation::kMax) {
    to.best.resize(group_count);
    const auto rows = extreme_rows(aggregation, groups, group_count, *arguments);
    for (size_t g = 0; g < group_count; ++g)
      if (rows[g] != kNoRow) add_best(aggregation, arguments->value(rows[g]), to.best[g]);
  } else if (arguments->type == Type::kInt64) {
    to.sums.resize(group_count);
    for (size_t i = 0; i < groups.size(); ++i)
      if (arguments->present(i)) to.sums[groups[i]].add(arguments->integers[i]);
  } else if (arguments->type == Type::kFloat64 || arguments->type == Type::kAny) {
    to.groups.insert(to.groups.end(), groups.begin(), groups.end());
    to.numbers.append(std::move(*arguments));
  }
}

void Aggregate::resize(size_t groups) {
  switch (aggregation_) {
    case Aggregation::kCount: counts_.resize(groups); break;
    case Aggregation::kSum:
    case Aggregation::kAvg: sums_.resize(groups); break;
    case Aggregation::kMin:
    case Aggregation::kMax: best_.resize(groups); break;
  }
}

size_t Aggregate::bytes_per_group() const noexcept {
  if (aggregation_ == Aggregation::kCount) return sizeof(uint64_t);
  const bool sum = aggregation_ == Aggregation::kSum || aggregation_ == Aggregation::kAvg;
  return sum ? sizeof(Sum) : sizeof(Value);
}

void Aggregate::merge(const Partial& partial, std::span<const uint32_t> to) {
  for (size_t g = 0; g < partial.counts.size(); ++g) counts_[to[g]] += partial.counts[g];
  for (size_t g = 0; g < partial.sums.size(); ++g) sums_[to[g]].add_whole(partial.sums[g]);
  for (size_t g = 0; g < partial.best.size(); ++g)
    add_best(aggregation_, partial.best[g], best_[to[g]]);
  const Vector& numbers = partial.numbers;
  for (size_t i = 0; i < partial.groups.size(); ++i) {
    if (!numbers.present(i)) continue;
    Sum& sum = sums_[to[partial.groups[i]]];
    if (numbers.type == Type::kFloat64) {
      sum.add(numbers.numbers[i]);
    } else if (numbers.values[i].is_int()) {
      sum.add(numbers.values[i].as_int());
    } else if (numbers.values[i].is_double()) {
      sum.add(numbers.values[i].as_double());
    }
  }
}

Value Aggregate::value(size_t group) const {
  switch (aggregation_) {
    case Aggregation::kCount: return static_cast<int64_t>(counts_[group]);
    case Aggregation::kSum: return sums_[group].total(what_);
    case Aggregation::kAvg: return sums_[group].average();
    case Aggregation::kMin:
    case Aggregation::kMax: break;
  }
  return best_[group];
}

}  // namespace cupel::exec
