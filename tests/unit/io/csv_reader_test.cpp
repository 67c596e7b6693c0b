#include "engine/io/csv_reader.hpp"

#include <gtest/gtest.h>

#include <random>

#include "engine/io/csv_value.hpp"

namespace cupel::io {
namespace {

constexpr size_t kLong = size_t{1} << 20;

/// A record a line: `LINE: cell|"quoted"|`, or `LINE: error`.
std::vector<std::string> records_of(std::string_view text, size_t window_bytes = kLong,
                                    size_t max_bytes = kLong, char delimiter = ',') {
  FileWindow window("x.csv", text, window_bytes);
  CsvReader reader(window, delimiter, max_bytes);
  std::vector<std::string> lines;
  while (const auto record = reader.next()) {
    std::string line = std::to_string(record->line) + ": ";
    if (record->error) line += record->error->sentence();
    for (const CsvCell& cell : record->cells) {
      const std::string text_of_cell(cell.text);
      line += (cell.quoted ? "\"" + text_of_cell + "\"" : text_of_cell) + "|";
    }
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(CsvReader, ReadsPlainAndQuotedCells) {
  EXPECT_EQ(records_of("a,b\n1,\"two, and\nthree\"\n\"say \"\"hi\"\"\",\"\"\n,\n"),
            (Lines{"1: a|b|", "2: 1|\"two, and\nthree\"|", "4: \"say \"hi\"\"|\"\"|", "5: ||"}));
}

TEST(CsvReader, TakesBothLineEndsAndAFileWithoutTheLast) {
  EXPECT_EQ(records_of("\xEF\xBB\xBF" "a,b\r\n\"1\",\"2\"\r\n3,\"4\""),
            (Lines{"1: a|b|", "2: \"1\"|\"2\"|", "3: 3|\"4\"|"}));
  EXPECT_EQ(records_of("a\rb,\"c\rd\"\r"), (Lines{"1: a\rb|\"c\rd\"|"}));
  EXPECT_EQ(records_of("a,"), (Lines{"1: a||"}));
  EXPECT_EQ(records_of(""), Lines{});
}

TEST(CsvReader, SkipsBlankLinesAndCountsThem) {
  EXPECT_EQ(records_of("\n\r\na\n\n\nb,c\n\n"), (Lines{"3: a|", "6: b|c|"}));
  EXPECT_EQ(records_of("\"\"\n"), (Lines{"1: \"\"|"}));
}

TEST(CsvReader, LeavesQuotesInsideOfPlainCellsAlone) {
  EXPECT_EQ(records_of("5\" disk, \"x\"\n"), (Lines{"1: 5\" disk| \"x\"|"}));
}

TEST(CsvReader, TakesOtherDelimiters) {
  EXPECT_EQ(records_of("a,1\tb\n", kLong, kLong, '\t'), (Lines{"1: a,1|b|"}));
  EXPECT_EQ(records_of("0,5;\"x;y\"\n", kLong, kLong, ';'), (Lines{"1: 0,5|\"x;y\"|"}));
}

TEST(CsvReader, NamesWhatIsBrokenAndGoesOn) {
  EXPECT_EQ(records_of("a,\"b\"c,d\nok\n"),
            (Lines{"1: text stands behind the closing quote of column 2; quotes inside of quotes "
                   "are doubled",
                   "2: ok|"}));
  EXPECT_EQ(records_of("a,\"b\nok,1\nok,2\n"),
            (Lines{"1: the quote that opens column 2 is not closed before the file ends",
                   "2: ok|1|", "3: ok|2|"}));
  EXPECT_EQ(records_of("a\n\xff,1\nok\n"),
            (Lines{"1: a|", "2: the record is not valid UTF-8", "3: ok|"}));
}

TEST(CsvReader, EndsLongRecordsWithTheirFirstLine) {
  const std::string too_long = "the record is longer than 10 bytes, the most that one may have";
  EXPECT_EQ(records_of("0123456789\n0123456789a\nok\n", kLong, 10),
            (Lines{"1: 0123456789|", "2: " + too_long, "3: ok|"}));
  EXPECT_EQ(records_of("\"01\n3456789a\"\nok\n", kLong, 10),
            (Lines{"1: the quote that opens column 1 is not closed within 10 bytes, the most that a "
                   "record may have",
                   "2: 3456789a\"|", "3: ok|"}));
}

TEST(CsvReader, HoldsTenThousandColumns) {
  EXPECT_EQ(records_of(std::string(9999, ',') + "\n").size(), 1U);
  EXPECT_EQ(records_of(std::string(10000, ',') + "\nok\n"),
            (Lines{"1: the record has more than 10,000 columns", "2: ok|"}));
}

TEST(CsvReader, RestartsAtTheBeginning) {
  FileWindow window("x.csv", "\xEF\xBB\xBFid\nNA\n\"NA\"\n", 3);
  CsvReader reader(window, ',', kLong);
  while (reader.next()) {
  }
  reader.restart();
  EXPECT_EQ(reader.next()->cells[0].text, "id");
  reader.call_missing("NA");
  const auto record = reader.next();
  EXPECT_EQ(record->line, 2U);
  EXPECT_TRUE(record->cells[0].missing());
  EXPECT_EQ(reader.next()->cells[0].text, "NA");
}

/// Whatever texts are written by the rules are read again, with windows of every size.
TEST(CsvReader, ReadsBackRandomTables) {
  std::mt19937 random(7);
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  static constexpr std::string_view kBytes = "ab,\"\n\r\t';= \xc3";
  for (int round = 0; round < 300; ++round) {
    const std::string end = below(2) == 0 ? "\n" : "\r\n";
    std::string text;
    Lines expected;
    uint64_t line = 1;
    const size_t columns = 2 + below(3);
    for (size_t row = below(5); row > 0; --row) {
      std::string words = std::to_string(line) + ": ";
      for (size_t column = 0; column < columns; ++column) {
        std::string cell;
        for (size_t i = below(6); i > 0; --i) {
          const char c = kBytes[below(kBytes.size())];
          cell += c;
          if (c == '\xc3') cell += '\xa9';
          if (c == '\n') ++line;
        }
        text += column == 0 ? "\"" : ",\"";
        for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
        text += '"';
        words += "\"" + cell + "\"|";
      }
      text += end;
      ++line;
      expected.push_back(words);
    }
    for (const size_t window : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{64}, kLong})
      ASSERT_EQ(records_of(text, window), expected) << text << " window " << window;
  }
}

TEST(CsvValue, ReadsNumbersAndTruth) {
  EXPECT_EQ(integer_in(" -12 "), -12);
  EXPECT_EQ(integer_in("9223372036854775807"), INT64_MAX);
  for (const char* none : {"", "9223372036854775808", "007", "1.0", "+1", "0x1", "1 2", "-"})
    EXPECT_EQ(integer_in(none), std::nullopt) << none;
  EXPECT_EQ(number_in("0.5"), 0.5);
  EXPECT_EQ(number_in("-.5"), -0.5);
  EXPECT_EQ(number_in("1e-3"), 0.001);
  for (const char* none : {"", "nan", "inf", "-inf", "00.5", "1e999", "0x1p3", "1,5", "."})
    EXPECT_EQ(number_in(none), std::nullopt) << none;
  EXPECT_EQ(truth_in("True"), true);
  EXPECT_EQ(truth_in(" FALSE"), false);
  EXPECT_EQ(truth_in("yes"), std::nullopt);
}

TEST(CsvValue, TakesTheGuardOffOnce) {
  EXPECT_EQ(unguarded("'=1"), "=1");
  EXPECT_EQ(unguarded("''=1"), "'=1");
  EXPECT_EQ(unguarded("'-5"), "-5");
  EXPECT_EQ(unguarded("'\tx"), "\tx");
  for (const char* plain : {"", "'", "''", "'hello", "=1", "x'=1"})
    EXPECT_EQ(unguarded(plain), plain);
}

CsvColumnType type_of(const std::vector<std::string>& cells) {
  CsvColumnType type;
  uint64_t line = 1;
  for (const std::string& cell : cells) type.count({cell, false}, ++line);
  return type;
}

TEST(CsvValue, FindsTheTypeOfAColumn) {
  using Type = CsvColumnType::Type;
  EXPECT_EQ(type_of({"1", "", "-2"}).type(), Type::kInteger);
  EXPECT_EQ(type_of({"1", "nan", "2"}).type(), Type::kInteger);
  EXPECT_EQ(type_of({"1", "0.5", "NaN"}).type(), Type::kNumber);
  EXPECT_EQ(type_of({"nan"}).type(), Type::kNumber);
  EXPECT_EQ(type_of({"true", "False"}).type(), Type::kTruth);
  EXPECT_EQ(type_of({"1", "true"}).type(), Type::kEach);
  EXPECT_EQ(type_of({"007"}).type(), Type::kText);
  EXPECT_EQ(type_of({"18446744073709551616"}).type(), Type::kText);
  EXPECT_EQ(type_of({"", ""}).type(), Type::kText);
}

TEST(CsvValue, SaysWhichTypesMaySurprise) {
  EXPECT_EQ(type_of({"1", "2", "N/A"}).surprise(),
            "is text, since 1 of its 3 cells are neither numbers nor truth values (the first in "
            "line 4: \"N/A\")");
  EXPECT_EQ(type_of({"1", "true"}).surprise(), "");
  EXPECT_EQ(type_of({"a", "1"}).surprise(), "");
  EXPECT_EQ(type_of({"01", "2", "3"}).surprise(), "");
  EXPECT_EQ(type_of({"1", "2"}).surprise(), "");
}

}  // namespace
}  // namespace cupel::io
