#include "storage/cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "random_block.hpp"
#include "storage/change_log.hpp"

namespace cupel::storage {
namespace {

ChunkPtr chunk_of(int64_t value, uint32_t rows) {
  ChunkBuilder builder(Type::kInt64);
  for (uint32_t row = 0; row < rows; ++row) builder.set_integer(row, value);
  return std::make_shared<const Chunk>(builder.finish());
}

TEST(ChunkCache, KeepsVersionsApart) {
  ChunkCache cache(1 << 20);
  cache.insert({{1, 2}, 3}, chunk_of(7, 10));
  cache.insert({{1, 2}, 4}, chunk_of(8, 10));
  EXPECT_EQ(cache.find({{1, 2}, 3})->integer_at(0), 7);
  EXPECT_EQ(cache.find({{1, 2}, 4})->integer_at(0), 8);
  EXPECT_EQ(cache.find({{2, 1}, 3}), nullptr);
}

TEST(ChunkCache, KeepsBlocksBesideChunksUnderOneBudget) {
  const auto block = std::make_shared<const VectorBlock>(testing::block_of(64, 100, 1));
  ChunkCache cache(block->memory_bytes() * 5 / 2);
  cache.insert_block({{1, 2}, 3}, block);
  EXPECT_EQ(cache.find({{1, 2}, 3}), nullptr) << "a chunk of the same key is another thing";
  cache.insert({{1, 2}, 3}, chunk_of(7, 10));
  EXPECT_EQ(cache.find_block({{1, 2}, 3}), block);
  EXPECT_EQ(cache.find({{1, 2}, 3})->integer_at(0), 7);
  for (uint32_t i = 0; i < 3; ++i) cache.insert_block({{2, i}, 0}, block);
  EXPECT_EQ(cache.find_block({{1, 2}, 3}), nullptr);
  EXPECT_EQ(cache.find_block({{2, 2}, 0}), block);
  EXPECT_LE(cache.memory_bytes(), block->memory_bytes() * 5 / 2);
}

TEST(ChunkCache, LetsTheLeastRecentlyUsedGo) {
  const size_t one = chunk_of(1, 1000)->memory_bytes();
  ChunkCache cache(3 * one + one / 2);
  cache.insert({{0, 0}, 0}, chunk_of(1, 1000));
  cache.insert({{0, 1}, 0}, chunk_of(1, 1000));
  EXPECT_NE(cache.find({{0, 0}, 0}), nullptr);
  for (uint32_t i = 2; i < 4; ++i) cache.insert({{0, i}, 0}, chunk_of(1, 1000));
  EXPECT_LE(cache.memory_bytes(), 3 * one + one / 2);
  EXPECT_EQ(cache.find({{0, 1}, 0}), nullptr);
  EXPECT_NE(cache.find({{0, 3}, 0}), nullptr);
  const size_t before = cache.memory_bytes();
  cache.insert({{9, 9}, 0}, chunk_of(70000, 60000));
  EXPECT_EQ(cache.memory_bytes(), before) << "a chunk over the budget is not kept";
}

TEST(ChunkCache, IsSafeFromManyThreads) {
  ChunkCache cache(20000);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (uint32_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 2000; ++i) {
        const uint32_t number = (i * 7 + t) % 50;
        const ChunkPtr found = cache.find({{0, number}, 0});
        if (found && found->integer_at(0) != number) ++wrong;
        if (!found) cache.insert({{0, number}, 0}, chunk_of(number, 100));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(cache.memory_bytes(), 20000u);
}

TEST(ChangeLog, TellsTheLastChangeOfEachGeneration) {
  ChangeLog log;
  log.hold(3);
  log.record({{1, 0}}, 4);
  log.record({{1, 0}, {1, 1}}, 6);
  EXPECT_EQ(log.last_change({1, 0}, 3), 0u);
  EXPECT_EQ(log.last_change({1, 0}, 4), 4u);
  EXPECT_EQ(log.last_change({1, 0}, 5), 4u);
  EXPECT_EQ(log.last_change({1, 0}, 9), 6u);
  EXPECT_EQ(log.last_change({1, 1}, 5), 0u);
  EXPECT_EQ(log.last_change({2, 0}, 9), 0u);
}

TEST(ChangeLog, ForgetsOnlyWhatNobodyCanAsk) {
  ChangeLog log;
  log.hold(5);
  for (uint64_t generation = 1; generation <= 10; ++generation) log.record({{0, 0}}, generation);
  for (uint64_t generation = 5; generation <= 10; ++generation)
    EXPECT_EQ(log.last_change({0, 0}, generation), generation);
  log.release(5);
  log.hold(10);
  log.record({{0, 0}}, 11);
  EXPECT_EQ(log.last_change({0, 0}, 10), 10u);
  EXPECT_EQ(log.last_change({0, 0}, 11), 11u);
}

}  // namespace
}  // namespace cupel::storage
