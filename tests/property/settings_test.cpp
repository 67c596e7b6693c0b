// No setting changes an answer: chunk size, threads, rewriting, memory for caches, memory or disk.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "grammar/print.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

constexpr size_t kSmallest = size_t{32} << 20;  ///< of memory: the least that is taken

struct Setting {
  uint32_t chunk_rows;
  int threads;
  bool rewrite;
  size_t memory_bytes;  ///< 0: the default
  bool on_disk;         ///< opened again before each query
};

constexpr Setting kSettings[] = {
    {65536, 1, true, 0, false},      {65536, 4, false, 0, false},
    {7, 3, true, 0, false},          {7, 1, true, kSmallest, false},
    {1, 4, false, kSmallest, false}, {64, 2, true, kSmallest, true},
    {3, 2, false, kSmallest, false}, {65536, 8, true, kSmallest, false}};

std::string name_of(const Setting& setting) {
  return fmt::format("chunk_rows {}, threads {}, rewrite {}, memory {}, on disk {}",
                     setting.chunk_rows, setting.threads, setting.rewrite, setting.memory_bytes,
                     setting.on_disk);
}

Options options_of(const Setting& setting) {
  Options options;
  options.chunk_rows = setting.chunk_rows;
  options.threads = setting.threads;
  options.rewrite = setting.rewrite;
  options.memory_bytes = setting.memory_bytes;
  return options;
}

/// One database with one setting.
class Subject {
 public:
  Subject(const Setting& setting, const RandomData& data, const std::filesystem::path& directory)
      : setting_(setting), path_(setting.on_disk ? (directory / "database").string() : ":memory:") {
    open();
    load(data, *session_, directory.string());
  }

  /// Every cell with its type, and the sentence of an error.
  std::string answer(const std::string& query) {
    if (setting_.on_disk) open();
    const Result<Table> result = session_->execute(query);
    if (!result.ok()) return "error: " + result.error().message();
    const Table& table = result.value();
    std::string text;
    for (const ColumnInfo& column : table.columns)
      text += fmt::format("{}:{}|", column.name, to_string(column.type));
    for (size_t row = 0; row < table.rows(); ++row) {
      text += "\n";
      for (size_t column = 0; column < table.columns.size(); ++column) {
        const Value value = table.value(row, column);
        text += value.is_missing() ? "|"
                                   : fmt::format("{} {}|", to_string(value.type()), to_json(value));
      }
    }
    return text;
  }

 private:
  void open() {
    session_.reset();
    database_.reset();
    database_ = Database::open(path_, options_of(setting_)).value();
    session_ = database_->session();
  }

  Setting setting_;
  std::string path_;
  std::optional<Database> database_;
  std::optional<Session> session_;
};

class Settings : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Settings, ChangeNoAnswer) {
  std::mt19937_64 random(GetParam());
  const RandomData data = random_data(random);
  const auto directory =
      std::filesystem::temp_directory_path() / fmt::format("cupel_settings_{}", ::getpid());
  std::filesystem::create_directories(directory);
  std::vector<Subject> subjects;
  for (const Setting& setting : kSettings) subjects.emplace_back(setting, data, directory);
  for (int i = 0; i < 120; ++i) {
    const std::string query = grammar::print(RandomQuery(random, data.vocabulary).query());
    const std::string expected = subjects.front().answer(query);
    EXPECT_FALSE(expected.starts_with("error")) << query << "\n" << expected;
    for (size_t s = 1; s < subjects.size(); ++s) {
      const bool slow = kSettings[s].on_disk && i % 8 != 0;
      if (!slow) {
        EXPECT_EQ(subjects[s].answer(query), expected) << query << "\n" << name_of(kSettings[s]);
      }
    }
  }
  subjects.clear();
  std::filesystem::remove_all(directory);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Settings, ::testing::Range<uint64_t>(21, 31));

}  // namespace
}  // namespace cupel::testing
