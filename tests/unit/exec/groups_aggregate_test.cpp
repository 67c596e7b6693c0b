#include "engine/exec/groups_aggregate.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cupel::exec {
namespace {

using plan::Aggregation;

constexpr size_t kGroups = 7;

/// Random numbers, a fifth of them missing where there are gaps.
storage::Chunk chunk_of(Type type, bool gaps, int64_t most) {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<int64_t> numbers(-most, most);
  storage::ChunkBuilder builder(type);
  for (uint32_t row = 0; row < 2000; ++row) {
    if (gaps && random() % 5 == 0) continue;
    if (type == Type::kInt64) {
      builder.set_integer(row, numbers(random));
    } else {
      builder.set_number(row, static_cast<double>(numbers(random)) / 8);
    }
  }
  return builder.finish();
}

Vector vector_of(const storage::Chunk& chunk, std::span<const uint32_t> rows,
                 bool missing_is_zero) {
  Vector out = Vector::missing(chunk.type, rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool missing = chunk.is_missing(rows[i]);
    out.valid[i] = !missing || missing_is_zero ? 1 : 0;
    if (missing) continue;
    if (chunk.type == Type::kInt64) {
      out.integers[i] = chunk.integer_at(rows[i]);
    } else {
      out.numbers[i] = chunk.number_at(rows[i]);
    }
  }
  return out;
}

std::vector<Value> values_of(Aggregation aggregation, const Partial& partial) {
  Aggregate aggregate(aggregation, "x");
  aggregate.resize(kGroups);
  const std::vector<uint32_t> to{0, 1, 2, 3, 4, 5, 6};
  aggregate.merge(partial, to);
  std::vector<Value> out;
  for (size_t group = 0; group < kGroups; ++group) out.push_back(aggregate.value(group));
  return out;
}

TEST(GroupsAggregate, AColumnGivesWhatItsValuesGive) {
  std::vector<uint32_t> rows, groups;
  for (uint32_t row = 5; row < 2050; row += 1 + row % 3) {  // some lie past the chunk's
    rows.push_back(row);
    groups.push_back(row * row % (kGroups - 1));  // the last group has none
  }
  const int64_t large = std::numeric_limits<int64_t>::max() / 2;
  for (const Type type : {Type::kInt64, Type::kFloat64}) {
    for (const auto& [gaps, most] :
         {std::pair{false, int64_t{100}}, {true, 30'000}, {true, large}}) {
      const storage::Chunk chunk = chunk_of(type, gaps, most);
      for (const Aggregation aggregation :
           {Aggregation::kSum, Aggregation::kAvg, Aggregation::kMin, Aggregation::kMax}) {
        for (const bool missing_is_zero : {false, true}) {
          Partial in_place;
          const bool extremes =
              aggregation == Aggregation::kMin || aggregation == Aggregation::kMax;
          ASSERT_EQ(
              add_column(aggregation, chunk, missing_is_zero, rows, groups, kGroups, in_place),
              extremes || (type == Type::kInt64 && most < large));
          if (in_place.sums.empty() && in_place.best.empty()) continue;
          Partial copied;
          Vector values = vector_of(chunk, rows, missing_is_zero);
          add_rows(aggregation, groups, kGroups, &values, copied);
          EXPECT_EQ(values_of(aggregation, in_place), values_of(aggregation, copied));
        }
      }
    }
  }
}

}  // namespace
}  // namespace cupel::exec
