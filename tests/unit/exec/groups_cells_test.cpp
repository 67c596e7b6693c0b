#include "engine/exec/groups_cells.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

namespace cupel::exec {
namespace {

/// Row i holds i % 3, and nothing where i % 5 is 4.
storage::ChunkPtr thirds(uint32_t rows) {
  storage::ChunkBuilder builder(Type::kInt64);
  for (uint32_t row = 0; row < rows; ++row)
    if (row % 5 != 4) builder.set_integer(row, row % 3);
  builder.pad(rows);
  return std::make_shared<const storage::Chunk>(builder.finish());
}

std::vector<uint32_t> rows_from(uint32_t first, size_t size) {
  std::vector<uint32_t> rows(size);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

TEST(Cells, KeepTheChunkThatTheyRead) {
  const std::vector<uint32_t> rows = rows_from(0, 3000);
  Cells cells(rows);
  storage::ChunkPtr chunk = thirds(3000);
  const std::weak_ptr<const storage::Chunk> watched = chunk;
  ASSERT_TRUE(cells.add_column(chunk));
  chunk.reset();  // as a cache does that is full
  EXPECT_FALSE(watched.expired());
  cells.count();
  EXPECT_EQ(cells.groups(), 4u);
}

TEST(Cells, CountWhatRowsOneByOneSay) {
  const storage::ChunkPtr chunk = thirds(5000);
  const uint32_t past = 70;  // rows behind the chunk's are missing
  std::vector<uint32_t> gaps;
  for (uint32_t row = 3; row < 5000 + past; row += 1 + row / 7 % 3) gaps.push_back(row);
  for (const auto& rows :
       {rows_from(0, 5000), rows_from(63, 1025), rows_from(100, 5000 + past - 100), gaps}) {
    Cells cells(rows);
    ASSERT_TRUE(cells.add_column(chunk));
    ASSERT_TRUE(cells.add(2, [](size_t row) { return static_cast<uint32_t>(row % 2); }));
    cells.count();
    const std::vector<uint32_t> groups = cells.groups_of_rows();
    std::vector<uint64_t> counts(cells.groups(), 0);
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t first = cells.first_rows().at(groups[i]);
      ++counts[groups[i]];
      ASSERT_LE(first, rows[i]);
      ASSERT_EQ(first % 2, rows[i] % 2);
      ASSERT_EQ(chunk->is_missing(first), chunk->is_missing(rows[i])) << rows[i];
      if (!chunk->is_missing(first)) {
        ASSERT_EQ(chunk->integer_at(first), chunk->integer_at(rows[i]));
      }
    }
    EXPECT_EQ(cells.groups(), 8u);
    EXPECT_EQ(cells.counts(), counts);
  }
}

TEST(Cells, AsManyAsThereAre) {
  const std::vector<uint32_t> rows = rows_from(0, 65536);
  Cells cells(rows);
  ASSERT_TRUE(cells.add(256, [](size_t row) { return static_cast<uint32_t>(row % 256); }));
  ASSERT_TRUE(cells.add(256, [](size_t row) { return static_cast<uint32_t>(row / 256); }));
  EXPECT_FALSE(cells.add(2, [](size_t) { return 0U; }));
  ASSERT_TRUE(cells.add(1, [](size_t) { return 0U; }));
  cells.count();
  EXPECT_EQ(cells.first_rows(), rows);
  EXPECT_EQ(cells.groups_of_rows(), rows);
  EXPECT_EQ(cells.counts(), std::vector<uint64_t>(65536, 1));
}

TEST(Cells, BucketsAreWhatDivisionAndFloorSay) {
  storage::ChunkBuilder builder(Type::kFloat64);
  for (uint32_t row = 0; row < 3000; ++row) builder.set_number(row, row * 0.7 - 800);
  const auto full = std::make_shared<const storage::Chunk>(builder.finish());
  for (uint32_t row = 0; row < 3000; row += 2) builder.set_number(row, row * 0.7 - 800);
  const auto half = std::make_shared<const storage::Chunk>(builder.finish());
  std::vector<uint32_t> gaps;
  for (uint32_t row = 1; row < 2990; row += 1 + row % 3) gaps.push_back(row);
  for (const auto& chunk : {full, half}) {
    for (const auto& rows : {rows_from(0, 2900), gaps}) {
      Cells cells(rows);
      ASSERT_TRUE(cells.add_buckets(chunk, 0.7));
      cells.count();
      const std::vector<uint32_t> groups = cells.groups_of_rows();
      const auto bucket = [&](uint32_t row) {
        return chunk->is_missing(row) ? NAN : std::floor(chunk->number_at(row) / 0.7);
      };
      std::map<std::string, uint64_t> expected;
      for (const uint32_t row : rows) ++expected[std::to_string(bucket(row))];
      std::map<std::string, uint64_t> found;
      for (size_t g = 0; g < cells.groups(); ++g)
        found[std::to_string(bucket(cells.first_rows()[g]))] += cells.counts()[g];
      EXPECT_EQ(found, expected);
      for (size_t i = 0; i < rows.size(); ++i)
        ASSERT_EQ(std::to_string(bucket(rows[i])),
                  std::to_string(bucket(cells.first_rows()[groups[i]])));
    }
  }
}

}  // namespace
}  // namespace cupel::exec
