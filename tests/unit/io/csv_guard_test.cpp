#include "engine/io/csv_guard.hpp"

#include <gtest/gtest.h>

#include <random>

#include "engine/io/csv_value.hpp"

namespace cupel::io {
namespace {

std::string guarded_text(const std::string& text) { return needs_guard(text) ? "'" + text : text; }

TEST(CsvGuard, WhatASpreadsheetWouldRun) {
  for (const char* text : {"=1+1", "+1", "-1+1|cmd", "@SUM(1)", "\t=1", "\r=1", "'=1", "''+x", "-"})
    EXPECT_TRUE(needs_guard(text)) << text;
  for (const char* text : {"", "'", "''", "'hello", "1", " =1", "a=1", "\n=1", "é=1"})
    EXPECT_FALSE(needs_guard(text)) << text;
}

TEST(CsvGuard, NoGuardedTextBeginsWithAFormula) {
  std::mt19937 random(1);
  const std::string letters = "'=+-@\t\ra1 ";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (unsigned length = random() % 6; length > 0; --length)
      text += letters[random() % letters.size()];
    const std::string written = guarded_text(text);
    EXPECT_TRUE(written.empty() || std::string("=+-@\t\r").find(written[0]) == std::string::npos)
        << written;
    EXPECT_EQ(unguarded(written), text);
  }
}

TEST(CsvGuard, OnlyTextsOfABatch) {
  Batch batch;
  batch.columns = {ColumnData(Type::kText), ColumnData(Type::kInt64), ColumnData(Type::kAny),
                   ColumnData(Type::kText)};
  batch.rows = 2;
  batch.columns[0].append_text("=1");
  batch.columns[0].append_missing();
  batch.columns[1].append_integer(-1);
  batch.columns[1].append_integer(1);
  batch.columns[2].append(Value("-1"));
  batch.columns[2].append(Value(int64_t{-1}));
  batch.columns[3].append_text("a");
  batch.columns[3].append_text("b");
  const std::optional<Batch> written = guarded(batch);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->rows, 2U);
  EXPECT_EQ(written->columns[0].text(0), "'=1");
  EXPECT_TRUE(written->columns[0].is_missing(1));
  EXPECT_EQ(written->columns[1].value(0), Value(int64_t{-1}));
  EXPECT_EQ(written->columns[2].value(0), Value("'-1"));
  EXPECT_EQ(written->columns[2].value(1), Value(int64_t{-1}));
  EXPECT_EQ(written->columns[3].text(1), "b");
  EXPECT_FALSE(guarded(Batch{{batch.columns[1], batch.columns[3]}, 2}));
}

TEST(CsvGuard, NamesOfColumns) {
  std::vector<ColumnInfo> columns = {{"=a", Type::kText}, {"b", Type::kInt64}};
  guard_names(columns);
  EXPECT_EQ(columns[0].name, "'=a");
  EXPECT_EQ(columns[1].name, "b");
}

}  // namespace
}  // namespace cupel::io
