#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

/// Appends rows [begin, end): every column present in some rows only.
void append(Dataset& dataset, uint64_t begin, uint64_t end, bool all_columns = true) {
  const auto transaction = dataset.begin();
  Appender appender(*transaction, kItems);
  const auto id = appender.slot("reference_id", Type::kText, false);
  const auto label = appender.slot("label", Type::kText);
  const auto speed = all_columns ? appender.slot("speed", Type::kInt64) : id;
  const auto score = all_columns ? appender.slot("score", Type::kFloat64) : id;
  const auto flag = all_columns ? appender.slot("flag", Type::kBool) : id;
  for (uint64_t i = begin; i < end; ++i) {
    const uint64_t row = appender.next_row();
    ASSERT_EQ(row, i);
    const std::string reference_id = "item-" + std::to_string(i);
    appender.set_text(id, reference_id);
    transaction->add_lookup(reference_id, row);
    if (i % 3 != 0) appender.set_text(label, "label " + std::to_string(i % 11));
    if (!all_columns) continue;
    if (i % 2 == 0) appender.set_integer(speed, static_cast<int64_t>(i) * 1000);
    appender.set_number(score, i % 5 == 0 ? NAN : static_cast<double>(i) / 7);
    appender.set_bool(flag, i % 4 == 0);
  }
  appender.finish();
  transaction->commit();
}

void expect_rows(const Dataset& dataset, uint64_t begin, uint64_t end, bool all_columns = true) {
  const SnapshotPtr snapshot = dataset.snapshot();
  const auto at = [&](std::string_view name, Type type, uint64_t row) {
    return field(*snapshot, kItems, name, type, row);
  };
  const uint64_t step = std::max<uint64_t>(1, (end - begin) / 1000);
  for (uint64_t i = begin; i < end; i += step) {
    const std::string id = "item-" + std::to_string(i);
    ASSERT_EQ(at("reference_id", Type::kText, i), Value(id));
    ASSERT_EQ(snapshot->find_item(id), i);
    ASSERT_EQ(at("label", Type::kText, i),
              i % 3 != 0 ? Value("label " + std::to_string(i % 11)) : Value());
    ASSERT_EQ(at("speed", Type::kInt64, i),
              all_columns && i % 2 == 0 ? Value(static_cast<int64_t>(i) * 1000) : Value());
    ASSERT_EQ(at("score", Type::kFloat64, i),
              all_columns && i % 5 != 0 ? Value(static_cast<double>(i) / 7) : Value());
    ASSERT_EQ(at("flag", Type::kBool, i), all_columns ? Value(i % 4 == 0) : Value());
  }
}

class AppenderOfChunks : public testing::TestWithParam<std::pair<uint32_t, size_t>> {};

TEST_P(AppenderOfChunks, AddsToWhatIsThere) {
  const auto [chunk_rows, write_ahead_bytes] = GetParam();
  const uint64_t scale = chunk_rows == kMaxChunkRows ? 1000 : 1;
  const DatabaseDirectory directory;
  const DatasetOptions options{.chunk_rows = chunk_rows, .write_ahead_bytes = write_ahead_bytes};
  uint64_t rows = 0;
  for (const uint64_t count : {3, 40, 1, 100, 7}) {
    const auto dataset = directory.open(options);
    append(*dataset, rows, rows + count * scale);
    rows += count * scale;
    expect_rows(*dataset, 0, rows);
  }
  const auto dataset = directory.open(options);
  expect_rows(*dataset, 0, rows);
  EXPECT_EQ(findings_of(*dataset), "");
}

INSTANTIATE_TEST_SUITE_P(Sizes, AppenderOfChunks,
                         testing::Values(std::pair{1u, size_t{0}}, std::pair{7u, size_t{0}},
                                         std::pair{7u, size_t{4} << 20},
                                         std::pair{kMaxChunkRows, size_t{0}},
                                         std::pair{kMaxChunkRows, size_t{4} << 20}));

TEST(Appender, WhatADeadProcessWroteAheadIsSwept) {
  const DatabaseDirectory directory;
  const DatasetOptions options{.chunk_rows = 7, .write_ahead_bytes = 0};
  append(*directory.open(options), 0, 10);
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open(options));
              auto* transaction = new auto((*dataset)->begin());
              Appender appender(**transaction, kItems);
              const auto speed = appender.slot("speed", Type::kInt64);
              const auto fresh = appender.slot("fresh", Type::kInt64);
              const auto id = appender.slot("reference_id", Type::kText);
              for (int i = 0; i < 25000; ++i) {
                const uint64_t row = appender.next_row();
                appender.set_integer(speed, -1);
                appender.set_integer(fresh, -1);
                appender.set_text(id, "orphan-" + std::to_string(i));
                (*transaction)->add_lookup("orphan-" + std::to_string(i), row);
              }
              appender.finish();
              uint64_t chunks = 0;
              (*dataset)->for_each_chunk([&](ColumnId, uint32_t, uint64_t) { ++chunks; });
              return chunks == 10 ? 0 : 1;  // five columns, two chunks: readers see no more
            }),
            0);
  const auto dataset = directory.open(options);
  EXPECT_EQ(findings_of(*dataset), "");
  EXPECT_EQ(dataset->snapshot()->find_item("orphan-5"), std::nullopt);
  append(*dataset, 10, 60, false);
  expect_rows(*dataset, 0, 10);
  expect_rows(*dataset, 10, 60, false);
  EXPECT_EQ(findings_of(*dataset), "");
}

TEST(Appender, ADistinctColumnLeavesTheDictionaryEmpty) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  const auto transaction = dataset->begin();
  Appender appender(*transaction, kItems);
  const auto note = appender.slot("note", Type::kText);
  const auto label = appender.slot("label", Type::kText);
  for (int i = 0; i < 70000; ++i) {
    appender.next_row();
    appender.set_text(note, "note " + std::to_string(i));
    appender.set_text(label, i % 2 == 0 ? "car" : "bus");
  }
  appender.finish();
  transaction->commit();
  const SnapshotPtr snapshot = dataset->snapshot();
  const Column* notes = snapshot->catalog().find(kItems, "note", Type::kText);
  const Column* labels = snapshot->catalog().find(kItems, "label", Type::kText);
  EXPECT_FALSE(notes->coded);
  EXPECT_EQ(snapshot->dictionary(notes->id)->size(), 0u);
  EXPECT_TRUE(labels->coded);
  EXPECT_EQ(snapshot->dictionary(labels->id)->size(), 2u);
  EXPECT_EQ(snapshot->value(notes->id, 69999), Value("note 69999"));
  EXPECT_EQ(snapshot->value(labels->id, 69999), Value("bus"));
}

TEST(Appender, TheLastSetOfARowWins) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  const auto transaction = dataset->begin();
  Appender appender(*transaction, kItems);
  const auto text = appender.slot("t", Type::kText);
  const auto number = appender.slot("n", Type::kInt64);
  EXPECT_EQ(appender.slot("n", Type::kInt64), number);
  for (int i = 0; i < 3; ++i) {
    appender.next_row();
    appender.set_text(text, "first");
    appender.set_text(text, "last");
    appender.set_integer(number, 1);
    appender.set_integer(number, 2);
  }
  appender.finish();
  transaction->commit();
  EXPECT_EQ(field(*dataset->snapshot(), kItems, "t", Type::kText, 1), Value("last"));
  EXPECT_EQ(field(*dataset->snapshot(), kItems, "n", Type::kInt64, 1), Value(2));
}

TEST(Appender, MeetsRowChangesOfTheSameChunk) {
  const DatabaseDirectory directory;
  const auto dataset = directory.open();
  append(*dataset, 0, 100);
  const auto transaction = dataset->begin();
  const ColumnId speed = transaction->column(kItems, "speed", Type::kInt64);
  transaction->set(speed, 1, 5);
  Appender appender(*transaction, kItems);
  const auto slot = appender.slot("speed", Type::kInt64);
  for (int i = 0; i < 200; ++i) {
    appender.next_row();
    appender.set_integer(slot, i);
  }
  appender.finish();
  transaction->set(speed, 299, -1);
  transaction->commit();
  const SnapshotPtr snapshot = dataset->snapshot();
  EXPECT_EQ(snapshot->value(speed, 1), Value(5));
  EXPECT_EQ(snapshot->value(speed, 2), Value(2000));
  EXPECT_EQ(snapshot->value(speed, 100), Value(0));
  EXPECT_EQ(snapshot->value(speed, 299), Value(-1));
}

}  // namespace
}  // namespace cupel::storage
