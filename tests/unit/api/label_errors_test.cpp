#include <chrono>
#include <cstring>
#include <filesystem>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

constexpr size_t kRows = 20'000;
constexpr size_t kColumns = 50;

std::string npy_header(size_t rows, size_t columns) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(rows) + ", " + std::to_string(columns) + "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\1\0", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header;
}

/// Item i is of class i % columns; each eighth says otherwise.
std::string matrix(size_t rows, size_t columns) {
  std::string bytes = npy_header(rows, columns);
  std::vector<float> row(columns);
  for (size_t i = 0; i < rows; ++i) {
    std::fill(row.begin(), row.end(), 0.25F / static_cast<float>(columns));
    row[i % columns] = 0.75F;
    bytes.append(reinterpret_cast<const char*>(row.data()), columns * sizeof(float));
  }
  return bytes;
}

std::string label_of(size_t i) {
  const size_t k = (i % 8 == 0 ? i + 1 : i) % kColumns;
  return (k < 10 ? "c0" : "c") + std::to_string(k);
}

/// A database of labelled items and a file of probabilities.
class LabelErrors : public ::testing::Test {
 protected:
  LabelErrors() : file_(directory_.file("x.npy", matrix(kRows, kColumns))), database_(make()) {}

  Database make() const {
    Options options;
    options.chunk_rows = 1000;
    Database database = open(directory_.path(), options);
    Session session = database.session();
    std::vector<ObjectRow> labels(kRows);
    for (size_t i = 0; i < kRows; ++i) {
      labels[i].reference_id = "i" + std::to_string(i);
      labels[i].type = "category";
      labels[i].taxonomy = "kind";
      labels[i].label = label_of(i);
    }
    EXPECT_TRUE(session.append_items(numbered_items(kRows)).ok());
    EXPECT_TRUE(session.append_annotations(labels).ok());
    return database;
  }
  std::string find() const { return "FIND LABEL ERRORS USING PROBABILITIES FROM '" + file_ + "'"; }
  std::string import() const { return "IMPORT PROBABILITIES FROM '" + file_ + "' AS p"; }

  void expect_nothing(Session& session) const {
    EXPECT_EQ(count(session, "FROM annotations WHERE metadata.potential_mislabel IS NOT MISSING"),
              0);
    EXPECT_EQ(count(session, "WHERE metadata.mislabel_score IS NOT MISSING"), 0);
    EXPECT_EQ(error_of(session, "SHOW LABEL ERRORS").code(), ErrorCode::kName);
    EXPECT_EQ(run(session, "SHOW PROBABILITIES").rows(), 0U);
  }

  Directory directory_;
  std::string file_;
  Database database_;
};

constexpr int64_t kWrong = kRows / 8;

TEST_F(LabelErrors, AreFoundInAFileAndInAStoredSet) {
  Session session = database_.session();
  const Table found = run(session, find());
  EXPECT_EQ(found.message,
            "2,500 of 20,000 labels are suspected (12.5 %); SHOW LABEL ERRORS has them by class");
  EXPECT_EQ(found.value(0, 0), Value(int64_t{kRows}));
  EXPECT_EQ(found.value(0, 1), Value(kWrong));
  EXPECT_EQ(found.value(0, 2), Value(int64_t{kColumns}));
  EXPECT_NEAR(found.value(0, 3).as_double(), 0.125, 1e-9);
  EXPECT_EQ(found.value(0, 4), Value("prune_by_noise_rate"));
  EXPECT_EQ(count(session, "WHERE annotations.metadata.potential_mislabel = 1"), kWrong);

  const Table imported = run(session, import());
  EXPECT_EQ(imported.message, "p: 20,000 rows of 50 classes (float32)");
  const Table sets = run(session, "SHOW PROBABILITIES");
  ASSERT_EQ(sets.rows(), 1U);
  EXPECT_EQ(sets.value(0, 0), Value("p"));
  EXPECT_EQ(sets.value(0, 1), Value(int64_t{kRows}));
  EXPECT_EQ(sets.value(0, 2), Value(int64_t{kColumns}));
  EXPECT_EQ(sets.value(0, 3), Value("float32"));
  EXPECT_EQ(sets.value(0, 4), Value(file_));
  EXPECT_TRUE(sets.value(0, 5).is_timestamp());
  run(session, "FIND LABEL ERRORS USING PROBABILITIES p METHOD predicted_neq_given");
  EXPECT_EQ(count(session, "WHERE metadata.mislabel_score > 0"), kWrong);
  EXPECT_TRUE(run(session, "SHOW LABEL ERRORS").warnings.empty());
  EXPECT_TRUE(check(directory_.path()).ok());
}

/// The warnings of both statements that tell of an analysis, which are the same.
std::vector<std::string> warnings_of(Session& session) {
  std::vector<std::string> found;
  for (const std::string statement : {"SHOW LABEL ERRORS", "EXPLAIN LABEL ERROR 'i8'"}) {
    std::vector<std::string> texts;
    for (const Warning& warning : run(session, statement).warnings)
      texts.push_back(warning.message);
    if (statement.starts_with("EXPLAIN")) {
      EXPECT_EQ(texts, found);
    }
    found = texts;
  }
  return found;
}
std::vector<std::string> since(const std::string& what) {
  return {what + " since label errors were looked for; run FIND LABEL ERRORS again"};
}

TEST_F(LabelErrors, AFileThatWasChangedIsNoticed) {
  Session session = database_.session();
  run(session, find());
  EXPECT_TRUE(warnings_of(session).empty());
  const auto moment = std::filesystem::last_write_time(file_);
  std::filesystem::last_write_time(file_, moment + std::chrono::hours(1));
  EXPECT_TRUE(warnings_of(session).empty());
  std::string bytes = matrix(kRows, kColumns);
  const float number = 0.5F;
  std::memcpy(&bytes[bytes.size() / 2 / sizeof(float) * sizeof(float)], &number, sizeof(number));
  directory_.file("x.npy", bytes);
  std::filesystem::last_write_time(file_, moment + std::chrono::hours(2));
  EXPECT_EQ(warnings_of(session), since("the file " + file_ + " was changed"));
  run(session, find());
  EXPECT_TRUE(warnings_of(session).empty());
  std::filesystem::remove(file_);
  EXPECT_EQ(warnings_of(session), since("the file " + file_ + " was removed"));
}

TEST_F(LabelErrors, FilesAreFoundFromAnywhere) {
  Session session = database_.session();
  const std::filesystem::path before = std::filesystem::current_path();
  std::string ids;
  for (size_t i = 0; i < kRows; ++i) ids += "i" + std::to_string(i) + "\n";
  const std::string list = directory_.file("ids.txt", ids);
  std::filesystem::current_path(directory_.path(""));
  run(session, "FIND LABEL ERRORS USING PROBABILITIES FROM 'x.npy' IDS FROM 'ids.txt'");
  std::filesystem::current_path(before);
  EXPECT_TRUE(warnings_of(session).empty());
  EXPECT_EQ(run(session, "EXPLAIN LABEL ERROR 'i8'").value(4, 0), Value("self_confidence"));
  directory_.file("ids.txt", ids + "i0\n");
  const std::vector<Warning> warnings = run(session, "EXPLAIN LABEL ERROR 'i8'").warnings;
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].message, since("the file " + list + " was changed").front());
}

TEST_F(LabelErrors, ItemsThatCameOrWentAreNoticed) {
  Session session = database_.session();
  run(session, import());
  run(session, "FIND LABEL ERRORS USING PROBABILITIES p");
  run(session, "BEGIN");
  ItemRow row;
  row.reference_id = "new";
  EXPECT_TRUE(session.append_items(std::vector<ItemRow>{row}).ok());
  EXPECT_EQ(warnings_of(session), since("items were added"));
  run(session, "ROLLBACK");
  EXPECT_TRUE(warnings_of(session).empty());
  run(session, "DELETE FROM annotations WHERE item.reference_id = i7");
  std::vector<std::string> warnings = since("labels in taxonomy 'kind' have changed");
  warnings.push_back(since("what was found of 1 of 20000 labels was overwritten or deleted")[0]);
  EXPECT_EQ(warnings_of(session), warnings);
  run(session, "DELETE FROM items WHERE reference_id = i7");
  warnings.insert(warnings.begin(), since("items were deleted")[0]);
  EXPECT_EQ(warnings_of(session), warnings);
}

TEST_F(LabelErrors, AreRolledBack) {
  Session session = database_.session();
  run(session, "BEGIN");
  run(session, import());
  run(session, "FIND LABEL ERRORS USING PROBABILITIES p");
  EXPECT_EQ(count(session, "WHERE metadata.mislabel_score > 0"), kWrong);
  EXPECT_TRUE(run(session, "SHOW LABEL ERRORS").warnings.empty());
  // A statement that fails takes back only itself.
  EXPECT_EQ(error_of(session, import() + " IN TAXONOMY kin").code(), ErrorCode::kConflict);
  EXPECT_EQ(count(session, "WHERE metadata.mislabel_score > 0"), kWrong);
  run(session, "ROLLBACK");
  expect_nothing(session);
}

TEST_F(LabelErrors, AreCommittedAndReopened) {
  {
    Session session = database_.session();
    run(session, "BEGIN");
    run(session, import());
    run(session, "FIND LABEL ERRORS USING PROBABILITIES p");
    run(session, "COMMIT");
  }
  database_ = open(":memory:");
  Options options;
  options.read_only = true;
  const Database reopened = open(directory_.path(), options);
  Session session = reopened.session();
  EXPECT_EQ(count(session, "WHERE metadata.mislabel_score > 0"), kWrong);
  EXPECT_TRUE(run(session, "SHOW LABEL ERRORS").warnings.empty());
  EXPECT_EQ(run(session, "EXPLAIN LABEL ERROR 'i0'").value(0, 1), Value("c01"));
  EXPECT_EQ(error_of(session, find()).code(), ErrorCode::kUnsupported);
  EXPECT_EQ(error_of(session, "DROP PROBABILITIES p").code(), ErrorCode::kUnsupported);
}

TEST_F(LabelErrors, AreInterruptedAnywhereAndLeaveNothing) {
  Session session = database_.session();
  for (const std::string& statement : {find(), import()}) {
    // Interrupted at the first, second, fourth … report.
    size_t reports = 0;
    session.on_progress([&](const Progress&) { ++reports; });
    run(session, "BEGIN");
    run(session, statement);
    run(session, "ROLLBACK");
    ASSERT_GT(reports, 3U) << statement;
    for (size_t stop = 1; stop < reports; stop *= 2) {
      size_t seen = 0;
      session.on_progress([&](const Progress&) {
        if (++seen == stop) session.interrupt();
      });
      EXPECT_EQ(error_of(session, statement).code(), ErrorCode::kInterrupted) << stop;
      session.on_progress({});
      expect_nothing(session);
    }
  }
}

TEST_F(LabelErrors, AreNotFoundInAFileThatBecomesShorterMeanwhile) {
  Session session = database_.session();
  session.on_progress([&](const Progress& progress) {
    if (progress.done > kRows / 2) std::filesystem::resize_file(file_, 5'000);
  });
  const Error error = error_of(session, find());
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_NE(error.message().find("was changed while it was read"), std::string::npos);
  session.on_progress({});
  expect_nothing(session);
}

TEST_F(LabelErrors, NeedMemoryThatIsAccountedFor) {
  constexpr size_t kMany = 1000;
  std::string ids, classes;
  for (size_t i = 0; i < 100; ++i) ids += "i" + std::to_string(i) + "\n";
  for (size_t k = 0; k < kMany; ++k) classes += (k < 10 ? "c0" : "c") + std::to_string(k) + "\n";
  const std::string statement = "FIND LABEL ERRORS USING PROBABILITIES FROM '" +
                                directory_.file("many.npy", matrix(100, kMany)) + "' IDS FROM '" +
                                directory_.file("ids.txt", ids) + "' CLASSES FROM '" +
                                directory_.file("classes.txt", classes) + "'";
  database_ = open(":memory:");
  Options options;
  options.memory_bytes = size_t{32} << 20;  // a statement has half of it; matrices of classes more
  const Database small = open(directory_.path(), options);
  Session session = small.session();
  const Error error = error_of(session, statement);
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_NE(error.message().find("working memory"), std::string::npos);
  expect_nothing(session);
}

}  // namespace
}  // namespace cupel::testing
