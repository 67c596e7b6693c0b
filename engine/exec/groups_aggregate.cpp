#include "engine/exec/groups_aggregate.hpp"

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

}  // namespace

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
