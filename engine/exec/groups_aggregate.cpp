#include "engine/exec/groups_aggregate.hpp"

namespace cupel::exec {
namespace {

using plan::Aggregation;

constexpr uint32_t kNoRow = ~uint32_t{0};

bool is_better(Aggregation aggregation, int order) noexcept {
  return aggregation == Aggregation::kMin ? order < 0 : order > 0;
}

std::vector<Value> extremes(Aggregation aggregation, std::span<const uint32_t> groups,
                            size_t group_count, const Vector& arguments) {
  std::vector<uint32_t> rows(group_count, kNoRow);
  const auto each = [&](auto&& better) {
    for (uint32_t i = 0; i < groups.size(); ++i) {
      if (!arguments.present(i)) continue;
      uint32_t& row = rows[groups[i]];
      if (row == kNoRow || better(i, row)) row = i;
    }
  };
  if (arguments.type == Type::kFloat64) {
    const double sign = aggregation == Aggregation::kMin ? 1 : -1;
    each([&](uint32_t i, uint32_t row) {
      return arguments.numbers[i] * sign < arguments.numbers[row] * sign;
    });
  } else {
    each([&](uint32_t i, uint32_t row) {
      return is_better(aggregation, sort_compare_rows(arguments, i, arguments, row));
    });
  }
  std::vector<Value> best(group_count);
  for (size_t g = 0; g < group_count; ++g)
    if (rows[g] != kNoRow) best[g] = arguments.value(rows[g]);
  return best;
}

}  // namespace

Partial aggregate(Aggregation aggregation, std::span<const uint32_t> groups, size_t group_count,
                  Vector* arguments) {
  Partial partial;
  if (aggregation == Aggregation::kCount) {
    partial.counts.assign(group_count, 0);
    if (arguments == nullptr || arguments->valid.empty()) {
      for (const uint32_t group : groups) ++partial.counts[group];
    } else {
      for (size_t i = 0; i < groups.size(); ++i) partial.counts[groups[i]] += arguments->valid[i];
    }
    return partial;
  }
  if (arguments == nullptr) return partial;
  if (aggregation == Aggregation::kMin || aggregation == Aggregation::kMax) {
    partial.best = extremes(aggregation, groups, group_count, *arguments);
  } else if (arguments->type == Type::kInt64) {
    partial.sums.resize(group_count);
    for (size_t i = 0; i < groups.size(); ++i)
      if (arguments->present(i)) partial.sums[groups[i]].add(arguments->integers[i]);
  } else if (arguments->type == Type::kFloat64 || arguments->type == Type::kAny) {
    partial.groups.assign(groups.begin(), groups.end());
    partial.numbers = std::move(*arguments);
  }
  return partial;
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
  for (size_t g = 0; g < partial.best.size(); ++g) {
    const Value& value = partial.best[g];
    Value& best = best_[to[g]];
    if (value.is_missing()) continue;
    if (best.is_missing() || is_better(aggregation_, sort_compare(value, best))) best = value;
  }
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
