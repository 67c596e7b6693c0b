#include <algorithm>
#include <fstream>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

namespace fs = std::filesystem;

void fill(const std::string& path) {
  Session session = open(path).session();
  std::vector<ItemRow> items = numbered_items(20'000);
  for (size_t i = 0; i < items.size(); ++i)
    items[i].metadata.emplace_back("text", "words " + std::to_string(i * 7919 % 20'011));
  ASSERT_TRUE(session.append_items(items).ok());
  std::vector<ObjectRow> boxes;
  for (int i = 0; i < 3000; ++i)
    boxes.push_back(box("i" + std::to_string(i % 500), "car", std::to_string(i)));
  ASSERT_TRUE(session.append_annotations(boxes).ok());
  const std::vector<float> vectors(20'000 * 16, 0.5F);
  ASSERT_TRUE(session.append_embeddings("e", {}, 16, vectors).ok());
  run(session, "CREATE SLICE some AS metadata.n < 100");
  run(session, "UPDATE items SET metadata.n = 5 WHERE metadata.n = 6");
  run(session, "DELETE FROM items WHERE metadata.n = 7");
}

std::vector<fs::path> files_of(const std::string& database, std::string_view extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(database))
    if (entry.path().extension() == extension && entry.file_size() > 0)
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void flip(const fs::path& file, uint64_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ 0x5a));
}

/// Errors of opening count as being told; what matters is that nobody says that all is well.
bool told(const std::string& path) {
  const Result<std::vector<std::string>> findings = check(path);
  return !findings.ok() || !findings.value().empty();
}

TEST(Check, AGoodDatabaseFits) {
  const Directory directory;
  fill(directory.path());
  const Result<std::vector<std::string>> findings = check(directory.path());
  ASSERT_TRUE(findings.ok()) << findings.error().message();
  EXPECT_EQ(findings.value(), std::vector<std::string>());
}

TEST(Check, NoDatabaseIsAnError) {
  const Directory directory;
  EXPECT_EQ(check(directory.path()).error().code(), ErrorCode::kIo);
  EXPECT_FALSE(fs::exists(directory.path()));
}

TEST(Check, RunsBesideAWriter) {
  const Directory directory;
  fill(directory.path());
  const Database writer = open(directory.path());
  EXPECT_TRUE(check(directory.path()).value().empty());
}

TEST(Check, FlippedBytesInATableFileAreTold) {
  const Directory directory;
  fill(directory.path());
  { const Database reopened = open(directory.path()); }
  const std::vector<fs::path> tables = files_of(directory.path(), ".sst");
  ASSERT_FALSE(tables.empty());
  for (const fs::path& table : tables) {
    const uint64_t size = fs::file_size(table);
    for (const uint64_t at : {size / 3, size / 2}) {
      flip(table, at);
      EXPECT_TRUE(told(directory.path())) << table << " at " << at;
      flip(table, at);
    }
  }
  EXPECT_FALSE(told(directory.path()));
}

TEST(Check, ATableFileThatIsGoneIsTold) {
  const Directory directory;
  fill(directory.path());
  { const Database reopened = open(directory.path()); }
  const std::vector<fs::path> tables = files_of(directory.path(), ".sst");
  ASSERT_FALSE(tables.empty());
  fs::remove(tables.front());
  const Result<std::vector<std::string>> findings = check(directory.path());
  ASSERT_FALSE(findings.ok() && findings.value().empty());
  if (!findings.ok()) {
    EXPECT_EQ(findings.error().code(), ErrorCode::kCorruption);
  }
}

TEST(Check, ADamagedIdentityIsCorruption) {
  const Directory directory;
  fill(directory.path());
  directory.file("database/CUPEL", "cupel databose\n1\n");
  EXPECT_EQ(check(directory.path()).error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(Database::open(directory.path()).error().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace cupel::testing
