#include "storage/pending_blocks.hpp"

#include <gtest/gtest.h>

namespace cupel::storage {
namespace {

class PendingBlocksTest : public ::testing::Test {
 protected:
  std::string stored(ColumnKey key) const {
    std::string found;
    store_->read(Family::kVectors, encode_key(key), nullptr,
                 [&](std::string_view bytes) { found = bytes; });
    return found;
  }
  void roll_back() {
    WriteSet removals = store_->changes();
    blocks_.rollback(removals);
    store_->write(removals, false);
  }

  const std::unique_ptr<Store> store_ = Store::open({.in_memory = true, .create = true});
  PendingBlocks blocks_{5};
};

TEST_F(PendingBlocksTest, CountWhatMayGoAhead) {
  blocks_.put({4, 0}, "of an older set", 1);
  EXPECT_EQ(blocks_.kept_bytes(), 0u);
  blocks_.put({5, 0}, "1234", 1);
  blocks_.put({5, 1}, "12345", 1);
  EXPECT_EQ(blocks_.kept_bytes(), 9u);
  blocks_.put({5, 1}, "1", 1);
  EXPECT_EQ(blocks_.kept_bytes(), 5u);
  blocks_.savepoint();
  blocks_.erase({5, 0});
  blocks_.put({6, 0}, "123", 1);
  EXPECT_EQ(blocks_.kept_bytes(), 4u);
  roll_back();
  EXPECT_EQ(blocks_.kept_bytes(), 5u);
  blocks_.spill(*store_);
  EXPECT_EQ(blocks_.kept_bytes(), 0u);
  EXPECT_EQ(stored({5, 0}), "1234");
  EXPECT_EQ(stored({4, 0}), "");
}

TEST_F(PendingBlocksTest, WhatWentAheadBeforeTheSavepointIsNotOverwritten) {
  blocks_.put({5, 0}, "first", 1);
  blocks_.spill(*store_);
  blocks_.savepoint();
  blocks_.put({5, 0}, "second", 1);
  EXPECT_EQ(blocks_.kept_bytes(), 0u);
  blocks_.spill(*store_);
  EXPECT_EQ(stored({5, 0}), "first");
  roll_back();
  EXPECT_EQ(blocks_.find({5, 0})->kind, BlockChange::Kind::kAhead);
  EXPECT_EQ(stored({5, 0}), "first");
  blocks_.put({5, 0}, "third", 1);
  blocks_.savepoint();
  EXPECT_EQ(blocks_.kept_bytes(), 5u);
  blocks_.spill(*store_);
  EXPECT_EQ(stored({5, 0}), "third");
  roll_back();
  EXPECT_EQ(stored({5, 0}), "");
  ASSERT_EQ(blocks_.find({5, 0})->kind, BlockChange::Kind::kValue);
  EXPECT_EQ(*blocks_.find({5, 0})->bytes, "third");
  WriteSet commit = store_->changes();
  blocks_.write(commit);
  store_->write(commit, true);
  EXPECT_EQ(stored({5, 0}), "third");
}

TEST_F(PendingBlocksTest, HandedOutChangesStayAsTheyWere) {
  blocks_.put({5, 0}, "first", 1);
  const auto seen = blocks_.changes();
  const uint64_t version = seen->at({5, 0}).version;
  blocks_.put({5, 0}, "second", 1);
  blocks_.spill(*store_);
  EXPECT_EQ(*seen->at({5, 0}).bytes, "first");
  EXPECT_NE(blocks_.find({5, 0})->version, version);
  EXPECT_EQ(blocks_.keys(5), (std::vector<ColumnKey>{{5, 0}}));
  EXPECT_TRUE(blocks_.keys(6).empty());
}

}  // namespace
}  // namespace cupel::storage
