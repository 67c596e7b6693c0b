// Every limit of the public door at both sides of its edge: what is just within works, one more is
// refused with kLimit (an import counts the record as failed), and the session goes on. Those of
// files that only a reader sees have their edges in tests/unit/io (npy headers, lists of ids),
// those of the parser's own in tests/unit/grammar/limits_test.cpp.

#include <functional>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

std::string repeat(const std::string& text, size_t times) {
  std::string result;
  for (size_t i = 0; i < times; ++i) result += text;
  return result;
}

class Limits : public ::testing::Test {
 protected:
  void SetUp() override {
    run(session_, "IMPORT ITEMS FROM '" +
                      directory_.file("one.jsonl", "{\"reference_id\":\"a\",\"width\":1}") + "'");
    const ObjectRow object = box("a", "car", "n1");
    ASSERT_TRUE(session_.append_annotations({&object, 1}).ok());
  }

  /// `statement(n)` is fine up to `most`, and refused by limit one above it.
  void edge(const std::string& what, size_t most,
            const std::function<std::string(size_t)>& statement) {
    const Result<Table> within = session_.execute(statement(most));
    EXPECT_TRUE(within.ok()) << what << ": " << (within.ok() ? "" : within.error().what());
    const Result<Table> above = session_.execute(statement(most + 1));
    ASSERT_FALSE(above.ok()) << what;
    EXPECT_EQ(above.error().code(), ErrorCode::kLimit) << what << ": " << above.error().what();
    EXPECT_EQ(count(session_, "WHERE width = 1"), 1) << what;
  }

  /// `record(n)` is imported up to `most`, and counted as failed one above it.
  void record_edge(const std::string& what, size_t most,
                   const std::function<std::string(size_t)>& record) {
    const auto import = [&](size_t n) {
      const std::string file = directory_.file("edge.jsonl", record(n) + "\n{\"id\":\"after\"}\n");
      const Table table =
          run(session_, "IMPORT ITEMS FROM '" + file + "' FORMAT jsonl UPDATE ON ERROR SKIP");
      return texts(table, table.columns.size() - 1).at(0);
    };
    EXPECT_EQ(import(most), "0") << what;
    EXPECT_EQ(import(most + 1), "1") << what;
  }

  Directory directory_;
  Database database_ = open();
  Session session_ = database_.session();
};

TEST_F(Limits, OfAStatement) {
  edge("bytes", size_t{1} << 20, [](size_t n) {
    const std::string query = "width = 1";
    return query + std::string(n - query.size(), ' ');
  });
  edge("nesting", 200, [](size_t n) { return repeat("(", n) + "width = 1" + repeat(")", n); });
}

TEST_F(Limits, OfACondition) {
  edge("values of IN", 100'000, [](size_t n) { return "width IN (1" + repeat(",2", n - 1) + ")"; });
  edge("comparisons", 10'000,
       [](size_t n) { return "width = 1" + repeat(" OR width = 2", n - 1); });
  for (const char* op : {"LIKE", "ILIKE", "~"})
    edge(std::string("a pattern of ") + op, 1'000, [&](size_t n) {
      return std::string("reference_id ") + op + " '" + std::string(n, 'x') + "'";
    });
}

TEST_F(Limits, OfLiveSlices) {
  run(session_, "CREATE LIVE SLICE s1 AS width = 1");
  for (int i = 2; i <= 65; ++i) {
    const Result<Table> made = session_.execute("CREATE LIVE SLICE s" + std::to_string(i) +
                                                " AS slice = s" + std::to_string(i - 1));
    EXPECT_EQ(made.ok(), i <= 64) << i;
    if (!made.ok()) {
      EXPECT_EQ(made.error().code(), ErrorCode::kLimit) << made.error().what();
    }
  }
  EXPECT_EQ(count(session_, "WHERE slice = s64"), 1);
}

TEST_F(Limits, OfNames) {
  const auto name = [](size_t n) { return "\"" + std::string(n, 'n') + "\""; };
  edge("a slice", 256, [&](size_t n) { return "CREATE SLICE " + name(n) + " AS width = 1"; });
  edge("a slice's new name", 255, [&](size_t n) {
    return "RENAME SLICE " + name(n == 255 ? 256 : 255) + " TO " + name(n == 255 ? 255 : 257);
  });
  edge("a metadata key", 256,
       [&](size_t n) { return "UPDATE items SET metadata." + name(n) + " = 1"; });
  edge("a label", 256, [&](size_t n) { return "UPDATE annotations SET label = " + name(n); });
  const std::string predictions = directory_.file(
      "predictions.jsonl",
      R"({"reference_id":"a","label":"c","geometry":{"x":1,"y":2,"width":3,"height":4},"confidence":1})");
  EXPECT_EQ(
      run(session_, "IMPORT PREDICTIONS FROM '" + predictions + "' AS RUN " + name(256)).rows(),
      1U);
  EXPECT_FALSE(
      session_.execute("IMPORT PREDICTIONS FROM '" + predictions + "' AS RUN " + name(257)).ok());
  const float vector[2] = {1, 0};
  const std::string_view row = "a";
  EXPECT_TRUE(session_.append_embeddings(std::string(256, 'e'), {&row, 1}, 2, vector).ok());
  const auto long_name = session_.append_embeddings(std::string(257, 'e'), {&row, 1}, 2, vector);
  ASSERT_FALSE(long_name.ok());
  EXPECT_EQ(long_name.error().code(), ErrorCode::kLimit);
}

TEST_F(Limits, OfRecords) {
  record_edge("depth", 64, [](size_t n) {
    return "{\"id\":\"a\",\"x\":" + repeat("[", n - 1) + repeat("]", n - 1) + "}";
  });
  record_edge("keys", 10'000, [](size_t n) {
    std::string line = "{\"id\":\"a\",\"x\":{\"k0\":1";
    for (size_t i = 1; i < n; ++i) line += ",\"k" + std::to_string(i) + "\":null";
    return line + "}}";
  });
  record_edge("text", size_t{8} << 20, [](size_t n) {
    return "{\"id\":\"a\",\"metadata\":{\"t\":\"" + std::string(n, 't') + "\"}}";
  });
  record_edge("line", size_t{16} << 20, [](size_t n) {
    const std::string begin = "{\"id\":\"a\",";
    const std::string end = "\"x\":1}";
    return begin + std::string(n - begin.size() - end.size(), ' ') + end;
  });
  record_edge("a name", 256, [](size_t n) {
    return "{\"id\":\"a\",\"metadata\":{\"" + std::string(n, 'm') + "\":1}}";
  });
  record_edge("a reference_id", 1'024,
              [](size_t n) { return "{\"id\":\"" + std::string(n, 'r') + "\"}"; });
}

TEST_F(Limits, OfVectors) {
  const std::string_view row = "a";
  const std::vector<float> components(8'193, 0.5F);
  const auto append = [&](uint32_t width) {
    return session_.append_embeddings("v" + std::to_string(width), {&row, 1}, width,
                                      {components.data(), width});
  };
  EXPECT_TRUE(append(1).ok());
  EXPECT_TRUE(append(8'192).ok());
  EXPECT_FALSE(append(8'193).ok());
  EXPECT_FALSE(append(0).ok());
  EXPECT_EQ(run(session_, "SHOW EMBEDDINGS").rows(), 2U);
}

TEST_F(Limits, OfChunks) {
  for (const uint32_t rows : {0U, 1U, 65'536U, 65'537U}) {
    Options options;
    options.chunk_rows = rows;
    EXPECT_EQ(Database::open(":memory:", options).ok(), rows == 1 || rows == 65'536) << rows;
  }
}

/// Each level says its inner one three times in SQL, which ends before memory does.
TEST_F(Limits, OfSql) {
  run(session_, "UPDATE items SET metadata.n = 1");
  const auto query = [](int levels) {
    std::string inner = "area > 1";
    for (int i = 0; i < levels; ++i)
      inner = "item.metadata.n > item.annotations[" + inner + "].max(area)";
    return "EXPLAIN SQL annotations[" + inner + "]";
  };
  EXPECT_TRUE(session_.execute(query(5)).ok());
  for (const int levels : {15, 60}) {
    const Result<Table> above = session_.execute(query(levels));
    ASSERT_FALSE(above.ok());
    EXPECT_EQ(above.error().code(), ErrorCode::kLimit) << above.error().what();
  }
  EXPECT_EQ(count(session_, "WHERE width = 1"), 1);
}

}  // namespace
}  // namespace cupel::testing
