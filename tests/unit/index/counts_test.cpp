#include "index/counts.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace cupel::index {
namespace {

using storage::kAnnotations;
using storage::kItems;

class Counts : public testing::TestWithParam<uint32_t> {
 protected:
  Counts() {
    storage::DatasetOptions options;
    options.chunk_rows = GetParam();
    dataset_ = storage::Dataset::open(":memory:", options);
    const auto transaction = dataset_->begin();
    storage::Appender items(*transaction, kItems);
    const auto reference = items.slot("reference_id", Type::kText, false);
    for (int i = 0; i < 20; ++i) {
      const std::string name = "i" + std::to_string(i);
      transaction->add_lookup(name, items.next_row());
      items.set_text(reference, name);
    }
    items.finish();
    transaction->commit();
  }

  /// Appends an object of each (item, type, label); counts them when asked.
  void append(const std::vector<std::tuple<int64_t, std::string, std::string>>& objects,
              bool count) {
    const auto transaction = dataset_->begin();
    storage::Appender rows(*transaction, kAnnotations);
    const auto item_slot = rows.slot("$item", Type::kInt64);
    const auto type_slot = rows.slot("type", Type::kText);
    const auto label_slot = rows.slot("label", Type::kText);
    CountChanges counts(*transaction, kAnnotations);
    for (const auto& [item, type, label] : objects) {
      rows.next_row();
      rows.set_integer(item_slot, item);
      rows.set_text(type_slot, type);
      rows.set_text(label_slot, label);
      if (count) counts.add(static_cast<uint64_t>(item), type, label, 1);
    }
    rows.finish();
    counts.apply();
    transaction->commit();
  }

  Value count(const std::string& name, uint64_t item) const {
    const auto snapshot = dataset_->snapshot();
    const auto* column = snapshot->catalog().find(kItems, name, Type::kInt64);
    return column ? snapshot->value(column->id, item) : Value();
  }

  std::shared_ptr<storage::Dataset> dataset_;
};

TEST_P(Counts, AreStoredByLabelTypeAndTable) {
  append({{3, "box", "car"},
          {3, "box", "car"},
          {3, "box", "traffic: light"},
          {19, "category", "night"}},
         true);
  EXPECT_EQ(count("$count:1", 3), Value(3));
  EXPECT_EQ(count("$count:1:box", 3), Value(3));
  EXPECT_EQ(count("$count:1:box:car", 3), Value(2));
  EXPECT_EQ(count("$count:1:box:traffic: light", 3), Value(1));
  EXPECT_EQ(count("$count:1:category:night", 19), Value(1));
  EXPECT_EQ(count("$count:1", 19), Value()) << "category labels are not counted";
  EXPECT_EQ(count("$count:1", 0), Value());
  EXPECT_TRUE(check_counts(*dataset_->snapshot()).empty());
}

TEST_P(Counts, GrowAndShrink) {
  append({{3, "box", "car"}, {4, "box", "car"}}, true);
  append({{3, "box", "car"}}, true);
  EXPECT_EQ(count("$count:1:box:car", 3), Value(2));
  const auto transaction = dataset_->begin();
  CountChanges changes(*transaction, kAnnotations);
  changes.add(4, "box", "car", -1);
  changes.add(3, "box", "car", -1);
  changes.add(3, "box", "bus", 1);
  changes.apply();
  transaction->commit();
  EXPECT_EQ(count("$count:1:box:car", 3), Value(1));
  EXPECT_EQ(count("$count:1:box:bus", 3), Value(1));
  EXPECT_EQ(count("$count:1", 3), Value(2));
  EXPECT_EQ(count("$count:1", 4), Value()) << "zero is kept as missing";
}

TEST_P(Counts, TheCheckNamesEachWrongCount) {
  append({{3, "box", "car"}}, true);
  append({{3, "box", "car"}, {5, "line", "lane"}}, false);
  const auto findings = check_counts(*dataset_->snapshot());
  std::set<std::string> sentences;
  for (const auto& finding : findings) sentences.insert(finding.what);
  EXPECT_EQ(sentences.size(), 6u);
  EXPECT_TRUE(sentences.contains(
      "the stored count '$count:1:box:car' of item 3 ('i3') is 1, its objects are 2"));
  EXPECT_TRUE(sentences.contains(
      "the stored count '$count:1:line:lane' of item 5 ('i5') is 0, its objects are 1"));
}

TEST_P(Counts, TheCheckFindsCountsOfNothing) {
  const auto transaction = dataset_->begin();
  transaction->set(transaction->column(kItems, "$count:1:box:car", Type::kInt64), 7, Value(4));
  transaction->commit();
  const auto findings = check_counts(*dataset_->snapshot());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].what,
            "the stored count '$count:1:box:car' of item 7 ('i7') is 4, its objects are 0");
}

TEST_P(Counts, TheCheckPassesHiddenTables) {
  const auto transaction = dataset_->begin();
  storage::Appender rows(*transaction, transaction->hidden_table("tasks"));
  const auto item = rows.slot("$item", Type::kInt64);
  const auto type = rows.slot("type", Type::kText);
  const auto label = rows.slot("label", Type::kText);
  for (int i = 0; i < 10; ++i) {
    rows.next_row();
    rows.set_integer(item, i);
    rows.set_text(type, "box");
    rows.set_text(label, "car");
  }
  rows.finish();
  transaction->commit();
  EXPECT_TRUE(check_counts(*dataset_->snapshot()).empty());
}

INSTANTIATE_TEST_SUITE_P(ChunkRows, Counts, testing::Values(1, 7, 65536));

}  // namespace
}  // namespace cupel::index
