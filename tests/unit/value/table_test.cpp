#include "cupel/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cupel {
namespace {

Batch sample(std::vector<ColumnInfo>& columns) {
  columns = {{"name", Type::kText}, {"n", Type::kInt64},      {"x", Type::kFloat64},
             {"on", Type::kBool},   {"at", Type::kTimestamp}, {"any", Type::kAny}};
  Batch batch;
  for (const ColumnInfo& column : columns) batch.columns.emplace_back(column.type);
  const Timestamp instant = *parse_timestamp("2021-06-01T12:30:05Z");
  const std::vector<std::vector<Value>> rows = {
      {"a,\"b\"", 1, 0.5, true, instant, "text"},
      {"", -7, 1.0, false, Timestamp{0}, 3},
      {Missing{}, Missing{}, Missing{}, Missing{}, Missing{}, Missing{}},
      {"=1+2|\n", 9, -0.25, true, instant, 2.5}};
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) batch.columns[i].append(row[i]);
  }
  batch.rows = rows.size();
  return batch;
}

std::string written(TextFormat format) {
  std::vector<ColumnInfo> columns;
  const Batch batch = sample(columns);
  std::string out;
  write_header(out, format, columns);
  write_batch(out, format, columns, batch, true);
  write_footer(out, format);
  return out;
}

TEST(ColumnData, KeepsValuesOfEachType) {
  std::vector<ColumnInfo> columns;
  const Batch batch = sample(columns);
  for (const ColumnData& column : batch.columns) {
    EXPECT_EQ(column.size(), 4U);
    EXPECT_FALSE(column.is_missing(0));
    EXPECT_TRUE(column.is_missing(2));
    EXPECT_FALSE(column.is_missing(3));
    EXPECT_EQ(column.value(2), Value());
  }
  EXPECT_EQ(batch.columns[0].value(0), Value("a,\"b\""));
  EXPECT_EQ(batch.columns[0].text(1), "");
  EXPECT_EQ(batch.columns[1].value(1), Value(-7));
  EXPECT_EQ(batch.columns[2].value(3), Value(-0.25));
  EXPECT_EQ(batch.columns[3].value(1), Value(false));
  EXPECT_EQ(batch.columns[4].value(1), Value(Timestamp{0}));
  EXPECT_EQ(batch.columns[5].value(3), Value(2.5));
}

TEST(ColumnData, HasNoValidityWhereNothingIsMissing) {
  ColumnData column(Type::kInt64);
  column.append_integer(1);
  EXPECT_TRUE(column.valid.empty());
  column.append_missing();
  EXPECT_EQ(column.valid, (std::vector<uint8_t>{1, 0}));
  column.append_integer(3);
  EXPECT_EQ(column.valid, (std::vector<uint8_t>{1, 0, 1}));
}

TEST(ColumnData, CopiesRowsOfOthersAndOfItself) {
  std::vector<ColumnInfo> columns;
  const Batch batch = sample(columns);
  for (const ColumnData& from : batch.columns) {
    ColumnData same(from.type);
    ColumnData any(Type::kAny);
    for (size_t row = 0; row < 4; ++row) {
      same.append_from(from, row);
      any.append_from(from, row);
    }
    for (int i = 0; i < 20; ++i) same.append_from(same, 0);
    for (size_t row = 0; row < 4; ++row) {
      EXPECT_EQ(same.value(row), from.value(row));
      EXPECT_EQ(any.value(row), from.value(row));
    }
    EXPECT_EQ(same.value(23), from.value(0));
  }
}

TEST(TableText, Csv) {
  EXPECT_EQ(written(TextFormat::kCsv),
            "name,n,x,on,at,any\n"
            "\"a,\"\"b\"\"\",1,0.5,true,2021-06-01T12:30:05Z,text\n"
            "\"\",-7,1,false,1970-01-01T00:00:00Z,3\n"
            ",,,,,\n"
            "\"=1+2|\n\",9,-0.25,true,2021-06-01T12:30:05Z,2.5\n");
}

TEST(TableText, Jsonl) {
  EXPECT_EQ(written(TextFormat::kJsonl),
            R"({"name":"a,\"b\"","n":1,"x":0.5,"on":true,"at":"2021-06-01T12:30:05Z","any":"text"})"
            "\n"
            R"({"name":"","n":-7,"x":1,"on":false,"at":"1970-01-01T00:00:00Z","any":3})"
            "\n"
            R"({"name":null,"n":null,"x":null,"on":null,"at":null,"any":null})"
            "\n"
            R"({"name":"=1+2|\n","n":9,"x":-0.25,"on":true,"at":"2021-06-01T12:30:05Z","any":2.5})"
            "\n");
}

TEST(TableText, JsonIsOneArrayOverBatches) {
  Batch batch;
  batch.columns.emplace_back(Type::kInt64);
  batch.columns[0].append_integer(1);
  batch.columns[0].append_integer(2);
  batch.rows = 2;
  const std::vector<ColumnInfo> columns = {{"a\"b", Type::kInt64}};
  std::string out;
  write_header(out, TextFormat::kJson, columns);
  write_batch(out, TextFormat::kJson, columns, batch, true);
  write_batch(out, TextFormat::kJson, columns, batch, false);
  write_footer(out, TextFormat::kJson);
  EXPECT_EQ(out, "[\n{\"a\\\"b\":1},\n{\"a\\\"b\":2},\n{\"a\\\"b\":1},\n{\"a\\\"b\":2}\n]\n");
  std::string none;
  write_header(none, TextFormat::kJson, columns);
  write_footer(none, TextFormat::kJson);
  EXPECT_EQ(none, "[\n]\n");
}

TEST(TableText, Markdown) {
  EXPECT_EQ(written(TextFormat::kMarkdown),
            "| name | n | x | on | at | any |\n"
            "| --- | ---: | ---: | --- | --- | --- |\n"
            "| a,\"b\" | 1 | 0.5 | true | 2021-06-01T12:30:05Z | text |\n"
            "|  | -7 | 1 | false | 1970-01-01T00:00:00Z | 3 |\n"
            "|  |  |  |  |  |  |\n"
            "| =1+2\\|<br> | 9 | -0.25 | true | 2021-06-01T12:30:05Z | 2.5 |\n");
}

TEST(Json, QuotesWhatItMust) {
  EXPECT_EQ(json_quote("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json_quote(std::string_view("\b\f\n\r\t\0\x1b\x7f", 8)),
            R"("\b\f\n\r\t\u0000\u001b\u007f")");
  EXPECT_EQ(json_quote("ü€😀"), "\"ü€😀\"");
  EXPECT_EQ(json_quote(""), "\"\"");
}

TEST(Json, Values) {
  EXPECT_EQ(to_json(Value()), "null");
  EXPECT_EQ(to_json(Value(true)), "true");
  EXPECT_EQ(to_json(Value(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(to_json(Value(0.1)), "0.1");
  EXPECT_EQ(to_json(Value(1e300)), "1e+300");
  EXPECT_EQ(to_json(Value(std::nan(""))), "null");
  EXPECT_EQ(to_json(Value(-std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(to_json(Value("x\n")), "\"x\\n\"");
  EXPECT_EQ(to_json(Value(Timestamp{0})), "\"1970-01-01T00:00:00Z\"");
}

}  // namespace
}  // namespace cupel
