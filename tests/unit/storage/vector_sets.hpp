#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "database_directory.hpp"
#include "random_block.hpp"
#include "storage/core.hpp"

// Databases of 22 items with sets of embeddings that reach over six blocks.

namespace cupel::storage::testing {

inline constexpr uint32_t kWidth = 32768;  // so that a block has four rows
inline constexpr uint32_t kRows = 22;
inline constexpr uint32_t kBlocks = 6;

inline VectorSet embeddings(std::string name) {
  VectorSet set;
  set.name = std::move(name);
  set.width = kWidth;
  set.source = "a test";
  return set;
}

inline void add_rows(Dataset& dataset) {
  const auto transaction = dataset.begin();
  transaction->append_rows(kItems, kRows);
  transaction->column(kItems, "label", Type::kText);
  transaction->commit();
}

/// Row r of the set gets `first + r`.
inline void fill(Transaction& transaction, uint32_t set, float first) {
  for (uint32_t block = 0; block < kBlocks; ++block) {
    const uint32_t rows = std::min(4u, kRows - block * 4);
    transaction.write_block(set, block, block_of(kWidth, rows, first + block * 4.0f));
  }
}

inline uint32_t add_set(Dataset& dataset, const std::string& name, float first) {
  const auto transaction = dataset.begin();
  const uint32_t id = transaction->add_vectors(embeddings(name));
  fill(*transaction, id, first);
  transaction->commit();
  return id;
}

inline void expect_set(const Snapshot& snapshot, const std::string& name, float first) {
  const VectorSet* set = snapshot.catalog().vectors(VectorUse::kEmbedding, name);
  ASSERT_NE(set, nullptr) << name;
  EXPECT_EQ(set->vectors, kRows);
  EXPECT_EQ(set->block_rows, 4u);
  ASSERT_EQ(block_count(snapshot.catalog(), *set), kBlocks);
  for (uint32_t row = 0; row < kRows; ++row) {
    const VectorBlockPtr block = snapshot.vector_block(set->id, row / 4);
    ASSERT_NE(block, nullptr);
    ASSERT_TRUE(block->has(row % 4));
    ASSERT_EQ(first_of(*block, row % 4), first + static_cast<float>(row)) << name << " " << row;
  }
  EXPECT_EQ(snapshot.vector_block(set->id, kBlocks), nullptr);
}

inline uint64_t stored_blocks(const Dataset& dataset) {
  uint64_t blocks = 0;
  dataset.for_each_block([&](uint32_t, uint32_t, uint64_t) { ++blocks; });
  return blocks;
}

/// What the store holds, whoever may see it; the database is closed.
inline uint64_t blocks_in_store(const DatabaseDirectory& directory) {
  Core core(directory.database(), {.memory_bytes = 16u << 20});
  uint64_t blocks = 0;
  core.store().scan(Family::kVectors, {}, {}, nullptr, [&](std::string_view, std::string_view) {
    ++blocks;
    return true;
  });
  return blocks;
}

}  // namespace cupel::storage::testing
