#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>

#include "cupel/error.hpp"
#include "engine/io/read_embeddings.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

/// What a file gave, as lines.
struct Recorded : EmbeddingSink {
  std::vector<std::string> lines, failures;
  std::string error;
  size_t width = 0;
  uint64_t done = 0, all = 0;

  void embedding(const Place& place, std::string_view id, std::span<const double> values) override {
    EXPECT_FALSE(values.empty());
    if (width != 0) {
      EXPECT_EQ(values.size(), width);
    }
    width = values.size();
    for (const double value : values) EXPECT_TRUE(std::isfinite(static_cast<float>(value)));
    lines.push_back(fmt::format("{}:{} {} {}", place.line, place.record, id, values));
  }
  void failed(const Place&, const std::string& sentence) override { failures.push_back(sentence); }
  void progress(uint64_t done_bytes, uint64_t all_bytes) override {
    EXPECT_GE(done_bytes, done);
    EXPECT_LE(done_bytes, all_bytes);
    done = done_bytes;
    all = all_bytes;
  }
};

Recorded read(const std::string& content, EmbeddingLimits limits = {},
              EmbeddingKey key = EmbeddingKey::kReferenceId) {
  const fs::path folder = fs::temp_directory_path() / ("embeddings_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  std::ofstream("e.json", std::ios::binary) << content;
  Recorded recorded;
  try {
    read_embeddings("e.json", key, limits, recorded);
    EXPECT_EQ(recorded.done, recorded.all);
  } catch (const Error& error) {
    recorded.error = error.message();
  }
  fs::current_path(before);
  fs::remove_all(folder);
  return recorded;
}

using Lines = std::vector<std::string>;

TEST(Embeddings, ThreeShapes) {
  const auto lines = read(
      "\xEF\xBB\xBF{\"reference_id\":\"a\",\"embedding\":[1,-2.5]}\r\n\n"
      "{\"embedding_vector\":[3e2,0],\"other\":{},\"ref_id\":\"b\"}");
  EXPECT_EQ(lines.lines, (Lines{"1:1 a [1, -2.5]", "3:2 b [300, 0]"}));
  const auto vector_first = read("{\"embedding\":[1],\"reference_id\":\"a\"}\n");
  EXPECT_EQ(vector_first.lines, Lines{"1:1 a [1]"});
  const auto list = read(
      " [{\"reference_id\":\"a\",\"embedding_vector\":[1]},\n{\"reference_id\":\"b\",\"embedding_"
      "vector\":[2]}] ");
  EXPECT_EQ(list.lines, (Lines{"0:1 a [1]", "0:2 b [2]"}));
  const auto map = read("{ \"a\" : [1, 2],\n\"caf\\u00e9\":[3,4] }\n");
  EXPECT_EQ(map.lines, (Lines{"0:1 a [1, 2]", "0:2 café [3, 4]"}));
  for (const Recorded& recorded : {lines, vector_first, list, map}) {
    EXPECT_EQ(recorded.error, "");
    EXPECT_TRUE(recorded.failures.empty());
  }
  EXPECT_EQ(read("{}").error, "");
  EXPECT_EQ(read("[]").error, "");
}

TEST(Embeddings, OfObjectsByTheirId) {
  const auto found = read("{\"reference_id\":\"a\",\"annotation_id\":\"a-1\",\"embedding\":[1]}\n",
                          {}, EmbeddingKey::kAnnotationId);
  EXPECT_EQ(found.lines, Lines{"1:1 a-1 [1]"});
  EXPECT_EQ(read("{\"x\":1,\"embedding\":[1]}", {}, EmbeddingKey::kAnnotationId).failures,
            Lines{"e.json:1 (record 1): \"annotation_id\" is missing"});
}

TEST(Embeddings, RecordsThatCannotBeTaken) {
  const auto why = [](const std::string& line) {
    const auto found =
        read("{\"reference_id\":\"z\",\"embedding\":[1,2]}\n" + line + "\n", {.width = 3});
    EXPECT_EQ(found.lines.size(), 1u) << line;
    EXPECT_EQ(found.failures.size(), 1u) << line;
    const std::string place = "e.json:2 (record 2): ";
    EXPECT_TRUE(found.failures.at(0).starts_with(place)) << found.failures.at(0);
    return found.failures.at(0).substr(place.size());
  };
  EXPECT_EQ(why(R"({"embedding":[1,2]})"), "\"reference_id\" is missing");
  EXPECT_EQ(why(R"({"reference_id":"a"})"), "\"embedding\" is missing");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":null})"), "\"embedding\" is missing");
  EXPECT_EQ(why(R"({"reference_id":7,"embedding":[1,2]})"),
            "\"reference_id\" must be a text, but is the integer 7");
  EXPECT_EQ(why(R"({"reference_id":"","embedding":[1,2]})"), "the id is empty");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":"1 2"})"),
            "\"embedding\" must be a list, but is the text \"1 2\"");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[1,null]})"),
            "\"embedding[1]\" must be a number, but is null");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[[1,2]]})"),
            "\"embedding[0]\" must be a number, but is a list");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[1,-1e39]})"),
            "\"embedding[1]\" is too large for a float");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[]})"), "\"embedding\" is an empty list");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[1]})"),
            "\"embedding\" has 1 numbers, but those before have 2");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[1,2,3,4]})"),
            "\"embedding\" has 4 numbers; a vector has at most 3");
  EXPECT_EQ(why(R"({"reference_id":"a","embedding":[NaN,1]})"),
            "\"embedding[0]\" is NaN, which is not a finite number");
  EXPECT_NE(why(R"({"reference_id":"a","embedding":[1,2])").find("not valid JSON"),
            std::string::npos);
  EXPECT_EQ(
      read("{\"a\":[1,2],\"b\":[1,\"x\"],\"c\":[3,4]}").failures,
      Lines{
          "e.json, byte 15 (record 2): \"embedding[1]\" must be a number, but is the text \"x\""});
}

TEST(Embeddings, LongRecordsAreLeftOut) {
  const std::string middle(200, '1');
  for (const std::string& text :
       {"{\"a\":[1],\"b\":[" + middle + "],\"c\":[2]}",
        "[{\"reference_id\":\"a\",\"embedding\":[1]},{\"reference_id\":\"b\",\"embedding\":[" +
            middle + "]},{\"reference_id\":\"c\",\"embedding\":[2]}]",
        "{\"reference_id\":\"a\",\"embedding\":[1]}\n{\"reference_id\":\"b\",\"embedding\":[" +
            middle + "]}\n{\"reference_id\":\"c\",\"embedding\":[2]}\n"}) {
    const auto found = read(text, {.window_bytes = 16, .record_bytes = 100});
    EXPECT_EQ(found.lines.size(), 2u) << text;
    ASSERT_EQ(found.failures.size(), 1u) << text;
    EXPECT_TRUE(found.failures[0].ends_with("(record 2): the record is longer than 100 bytes"));
  }
}

TEST(Embeddings, FilesOfNoKnownShape) {
  const std::string sentence =
      "e.json holds no embeddings: a line such as {\"reference_id\": \"a\", \"embedding\": [0.1, "
      "0.2]}, a list of these, or {\"a\": [0.1, 0.2]} is read";
  for (const std::string text : {"", "  \n", "12", "\x93NUMPY"})
    EXPECT_EQ(read(text).error, sentence);
  EXPECT_EQ(read("{\"a\":[1,2],\"b\":[3").error,
            "e.json ends at byte 17 in the middle of the value that begins at byte 15: the file is "
            "cut off or has an unclosed bracket or text");
  EXPECT_EQ(read("{\"a\":[1]} {\"b\":[2]}").error,
            "e.json, byte 10: something follows the end of the JSON value that is the file");
}

/// Whatever the bytes, reading ends with records, failures or an error in words; and the size of
/// the window changes nothing of it.
TEST(Embeddings, DamagedFilesNeverBreakIt) {
  const std::string files[] = {
      "{\"reference_id\":\"a\",\"embedding\":[1,-2.5]}\n{\"reference_id\":\"b\",\"embedding\":[3e2,"
      "0]}\n",
      "[{\"reference_id\":\"a\",\"embedding_vector\":[1]},{\"reference_id\":\"b\",\"embedding_"
      "vector\":[2]}]",
      "{\"a\":[1,2],\"caf\\u00e9\":[3,4],\"x\\\"y\":[-1e5,0.125]}"};
  std::mt19937 random(20240608);
  const auto same = [&](const std::string& content) {
    const auto whole = read(content), pieces = read(content, {.window_bytes = 5});
    EXPECT_EQ(whole.lines, pieces.lines) << content;
    EXPECT_EQ(whole.failures, pieces.failures) << content;
    EXPECT_EQ(whole.error, pieces.error) << content;
    return !whole.error.empty() || !whole.failures.empty();
  };
  size_t bad = 0;
  static constexpr std::string_view kBytes = "{}[]\",:\\0-9.eEtn \n\xff\xc3u";
  for (const std::string& file : files) {
    for (size_t size = 0; size < file.size(); ++size) same(file.substr(0, size));
    for (int round = 0; round < 300; ++round) {
      std::string content = file;
      for (size_t i = 0; i <= random() % 3; ++i)
        content[random() % content.size()] = kBytes[random() % kBytes.size()];
      bad += static_cast<size_t>(same(content));
    }
  }
  EXPECT_GT(bad, 400u);
}

TEST(Embeddings, RowsThatAreNotFiniteAreListed) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> rows = {
      1, 2, inf, 4, 5, 6, 7, NAN, -inf, 10, std::numeric_limits<float>::max(), 0};
  NpyHeader header;
  header.type = NpyType::kFloat32;
  header.rows = 6;
  header.columns = 2;
  const auto* bytes = reinterpret_cast<const std::byte*>(rows.data());
  size_t polled = 0;
  const auto found = rows_not_finite(header, bytes, 2, [&] { ++polled; });
  EXPECT_EQ(found.count, 3u);
  EXPECT_EQ(found.rows, (std::vector<uint64_t>{1, 3}));
  EXPECT_EQ(polled, 1u);
  const std::vector<double> wide = {1, NAN, 1e300};
  header.type = NpyType::kFloat64;
  header.rows = 3;
  header.columns = 1;
  EXPECT_EQ(rows_not_finite(header, reinterpret_cast<const std::byte*>(wide.data()), 9).rows,
            std::vector<uint64_t>{1});
  const std::vector<uint16_t> halves = {0x3C00, 0x7C00, 0x7BFF, 0xFE00, 0x0001};
  header.type = NpyType::kFloat16;
  header.rows = 5;
  EXPECT_EQ(rows_not_finite(header, reinterpret_cast<const std::byte*>(halves.data()), 9).rows,
            (std::vector<uint64_t>{1, 3}));
}

}  // namespace
}  // namespace cupel::io
