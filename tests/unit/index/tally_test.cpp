#include "index/tally.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

#include "storage/count_names.hpp"

namespace cupel::index {
namespace {

using Counts = std::map<std::pair<std::string, uint64_t>, int64_t>;

/// Sums by column and item; those that are zero left out.
Counts collect(Tally& tally, uint32_t chunk_rows) {
  Counts counts;
  std::set<std::pair<std::string, uint32_t>> seen;
  uint32_t last_chunk = 0;
  tally.for_each_chunk(3, chunk_rows,
                       [&](const std::string& name, uint32_t chunk, const Sums& sums) {
                         EXPECT_TRUE(seen.emplace(name, chunk).second)
                             << name << " chunk " << chunk << " came twice";
                         EXPECT_GE(chunk, last_chunk);
                         last_chunk = chunk;
                         sums.touched.for_each([&](uint32_t row) {
                           if (sums.by_row[row] != 0)
                             counts[{name, uint64_t{chunk} * chunk_rows + row}] = sums.by_row[row];
                         });
                       });
  return counts;
}

TEST(Tally, AddsUpPerLabelTypeAndTable) {
  Tally tally;
  tally.add(5, "box", "car", 1);
  tally.add(5, "box", "car", 1);
  tally.add(5, "polygon", "car", 1);
  tally.add(2, "category", "car", 1);
  const Counts expected{{{"$count:3:box:car", 5}, 2},
                        {{"$count:3:polygon:car", 5}, 1},
                        {{"$count:3:category:car", 2}, 1},
                        {{"$count:3:box", 5}, 2},
                        {{"$count:3:polygon", 5}, 1},
                        {{"$count:3:category", 2}, 1},
                        {{"$count:3", 5}, 3}};
  EXPECT_EQ(collect(tally, 4), expected);
}

TEST(Tally, WhatCancelsOutIsZero) {
  Tally tally;
  tally.add(1, "box", "car", 1);
  tally.add(0, "box", "car", 1);
  tally.add(1, "box", "car", -1);
  const Counts expected{
      {{"$count:3:box:car", 0}, 1}, {{"$count:3:box", 0}, 1}, {{"$count:3", 0}, 1}};
  EXPECT_EQ(collect(tally, 65536), expected);
}

TEST(Tally, EqualsAPlainMapInAnyOrderAndChunkSize) {
  for (const uint32_t chunk_rows : {1u, 7u, 65536u}) {
    std::mt19937_64 random(chunk_rows);
    Tally tally;
    Counts expected;
    for (int i = 0; i < 200000; ++i) {
      const uint64_t item = random() % 300;
      const std::string type = random() % 3 == 0 ? "category" : "box";
      const std::string label = "l:" + std::to_string(random() % 3);
      const int delta = random() % 4 == 0 ? -1 : 1;
      tally.add(item, type, label, delta);
      expected[{storage::count_column(3, type, label), item}] += delta;
      expected[{storage::count_column(3, type), item}] += delta;
      if (type == "box") expected[{storage::count_column(3), item}] += delta;
    }
    std::erase_if(expected, [](const auto& entry) { return entry.second == 0; });
    EXPECT_EQ(collect(tally, chunk_rows), expected) << chunk_rows;
  }
}

}  // namespace
}  // namespace cupel::index
