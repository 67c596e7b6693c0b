#include "index/lookup.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "storage/dataset.hpp"

namespace cupel::index {
namespace {

TEST(ItemSet, FindsMembersInRanges) {
  std::mt19937_64 random(4);
  ItemSet items(500);
  std::set<uint64_t> twin;
  EXPECT_TRUE(items.empty());
  for (int i = 0; i < 12; ++i) {
    const uint64_t item = random() % 500;
    items.add(item);
    twin.insert(item);
  }
  for (uint64_t first = 0; first < 520; ++first) {
    EXPECT_EQ(items.contains(first), twin.contains(first)) << first;
    for (uint64_t last = first; last < 520; last += 13) {
      const auto at = twin.lower_bound(first);
      EXPECT_EQ(items.any_between(first, last), at != twin.end() && *at <= last)
          << first << " to " << last;
    }
  }
  EXPECT_FALSE(items.any_between(9, 3));
  for (const uint64_t item : twin) items.remove(item);
  EXPECT_TRUE(items.empty());
}

TEST(ItemSet, OfNoItemsHasNone) {
  const ItemSet items(0);
  EXPECT_FALSE(items.contains(0));
  EXPECT_FALSE(items.any_between(0, 100));
}

class ObjectLookup : public testing::TestWithParam<uint32_t> {};

TEST_P(ObjectLookup, FindsTheVisibleObjectsOfItems) {
  storage::DatasetOptions options;
  options.chunk_rows = GetParam();
  const auto dataset = storage::Dataset::open(":memory:", options);
  constexpr uint64_t kItems = 40;
  std::vector<uint64_t> item_of;
  std::mt19937_64 random(GetParam());
  {
    const auto transaction = dataset->begin();
    storage::Appender items(*transaction, storage::kItems);
    for (uint64_t i = 0; i < kItems; ++i) items.next_row();
    items.finish();
    storage::Appender objects(*transaction, storage::kAnnotations);
    const auto slot = objects.slot("$item", Type::kInt64);
    for (int i = 0; i < 90; ++i) {
      item_of.push_back(random() % (kItems / 2));
      EXPECT_EQ(objects.next_row(), static_cast<uint64_t>(i));
      objects.set_integer(slot, static_cast<int64_t>(item_of.back()));
    }
    objects.finish();
    for (uint64_t row = 0; row < 90; row += 9) transaction->erase(storage::kAnnotations, row);
    transaction->commit();
  }
  const auto snapshot = dataset->snapshot();
  ItemSet wanted(kItems);
  for (uint64_t item = 0; item < kItems; item += 3) wanted.add(item);
  std::vector<std::pair<uint64_t, uint64_t>> expected;
  std::set<uint64_t> with_objects;
  for (uint64_t row = 0; row < 90; ++row) {
    if (row % 9 == 0) continue;
    with_objects.insert(item_of[row]);
    if (item_of[row] % 3 == 0) expected.emplace_back(row, item_of[row]);
  }
  std::vector<std::pair<uint64_t, uint64_t>> found;
  for_each_object(*snapshot, storage::kAnnotations, wanted,
                  [&](uint64_t row, uint64_t item) { found.emplace_back(row, item); });
  EXPECT_EQ(found, expected);
  const ItemSet have = items_with_objects(*snapshot, storage::kAnnotations);
  for (uint64_t item = 0; item < kItems; ++item)
    EXPECT_EQ(have.contains(item), with_objects.contains(item)) << item;
}

INSTANTIATE_TEST_SUITE_P(ChunkRows, ObjectLookup, testing::Values(1, 7, 65536));

}  // namespace
}  // namespace cupel::index
