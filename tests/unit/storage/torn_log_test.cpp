#include <random>

#include "database_directory.hpp"
#include "storage/store_log.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPage = 4096;

std::string noise(size_t bytes, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::string text(bytes, 'a');
  for (char& letter : text) letter = static_cast<char>('a' + random() % 26);
  return text;
}

void commit_item(Dataset& dataset, const std::string& name, const std::string& note) {
  const auto transaction = dataset.begin();
  const uint64_t row = add_item(*transaction, name);
  transaction->set(transaction->column(kItems, "note", Type::kText, false), row, note);
  transaction->commit();
}

fs::path log_of(const DatabaseDirectory& directory) {
  fs::path log;
  for (const fs::path& file : row_files(directory.database(), ".log"))
    if (log.empty() || fs::file_size(file) > fs::file_size(log)) log = file;
  return log;
}

/// Leaves items "a", "b" and "c" in the log; returns how long the log was after each.
std::vector<size_t> leave_three(const DatabaseDirectory& directory,
                                const std::string& note = noise(5 * kPage)) {
  const fs::path lengths = directory.root() / "lengths";
  EXPECT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open());
              std::ofstream out(lengths);
              for (const char* name : {"a", "b", "c"}) {
                commit_item(**dataset, name, note);
                out << fs::file_size(log_of(directory)) << std::endl;
              }
              return 0;
            }),
            0);
  std::ifstream in(lengths);
  return {std::istream_iterator<size_t>(in), {}};
}

/// Makes the first whole page from `begin` on one that was never written.
void lose_page(const fs::path& log, size_t begin) {
  std::string bytes = file_bytes(log);
  const size_t page = (begin + kPage - 1) / kPage * kPage;
  ASSERT_LE(page + kPage, bytes.size());
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page), kPage, '\0');
  write_bytes(log, bytes);
}

/// The names of the items, or the error.
std::string items_of(const DatabaseDirectory& directory, bool read_only) {
  std::string names;
  const auto error = error_of([&] {
    const auto dataset = directory.open({.read_only = read_only, .create = false});
    const SnapshotPtr snapshot = dataset->snapshot();
    for (uint64_t row = 0; row < snapshot->catalog().row_count(kItems); ++row)
      names += field(*snapshot, kItems, "reference_id", Type::kText, row).as_text();
    names += findings_of(*dataset);
  });
  return error ? error->message() : names;
}

TEST(TornLog, APageMissingFromTheLastCommitIsWhatAPowerLossLeaves) {
  const DatabaseDirectory directory;
  const std::vector<size_t> lengths = leave_three(directory);
  lose_page(log_of(directory), lengths.at(1));
  EXPECT_EQ(items_of(directory, true), "ab");
  EXPECT_EQ(items_of(directory, false), "ab");
  EXPECT_EQ(items_of(directory, true), "ab");
}

TEST(TornLog, APageMissingBeforeACommitIsDamage) {
  const DatabaseDirectory directory;
  const std::vector<size_t> lengths = leave_three(directory);
  lose_page(log_of(directory), lengths.at(0));
  for (const bool read_only : {true, false})
    EXPECT_NE(items_of(directory, read_only).find(directory.database().string()),
              std::string::npos);
}

TEST(TornLog, AFlippedBitIsDamageAlsoInTheLastCommit) {
  const DatabaseDirectory directory;
  const std::vector<size_t> lengths = leave_three(directory);
  flip_bit(log_of(directory), (lengths.at(1) + lengths.at(2)) / 2);
  for (const bool read_only : {true, false})
    EXPECT_NE(items_of(directory, read_only).find(directory.database().string()),
              std::string::npos);
}

TEST(TornLog, AFlippedBitAmongZerosIsNoMissingSector) {
  const DatabaseDirectory directory;
  // All three commits are in one block.
  const std::vector<size_t> lengths = leave_three(directory, std::string(4000, '\0'));
  const fs::path log = log_of(directory);
  const std::string whole = file_bytes(log);
  for (const size_t begin : {lengths.at(0), lengths.at(1)})
    for (size_t at = begin; at < begin + 300; at += at < begin + 7 ? 1 : 41)
      for (int bit = 0; bit < 8; ++bit) {
        flip_bit(log, at, bit);
        EXPECT_FALSE(logs_end_torn(log.parent_path())) << at - begin << " " << bit;
        write_bytes(log, whole);
      }
}

TEST(TornLog, ALogOfAnotherDatabaseIsRefusedByName) {
  const DatabaseDirectory directory;
  const DatabaseDirectory other;
  leave_three(directory);
  leave_three(other);
  const fs::path log = log_of(directory);
  fs::copy_file(log_of(other), log, fs::copy_options::overwrite_existing);
  for (const bool read_only : {true, false, true})
    EXPECT_NE(items_of(directory, read_only).find(log.string() + " is of another database"),
              std::string::npos);
}

TEST(TornLog, PagesMissingFromWhatWasWrittenAheadAreNoDamage) {
  const DatabaseDirectory directory;
  const fs::path length = directory.root() / "length";
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(
                  directory.open({.chunk_rows = 4, .write_ahead_bytes = 0}));
              commit_item(**dataset, "a", noise(10));
              auto* transaction = (*dataset)->begin().release();
              Appender appender(*transaction, kItems);
              const auto slot = appender.slot("note", Type::kText, false);
              for (int row = 0; row < 40; ++row) {
                if (row == 8) std::ofstream(length) << fs::file_size(log_of(directory));
                appender.next_row();
                appender.set_text(slot, noise(kPage, static_cast<unsigned>(row)));
              }
              return 0;
            }),
            0);
  size_t begin = 0;
  std::ifstream(length) >> begin;
  const fs::path log = log_of(directory);
  const std::string whole = file_bytes(log);
  ASSERT_GT(whole.size(), begin + 20 * kPage);
  for (size_t page = begin; page + 2 * kPage < whole.size(); page += 3 * kPage) {
    lose_page(log, page);
    EXPECT_TRUE(logs_end_torn(log.parent_path())) << page;
    if (page == begin) {
      EXPECT_EQ(items_of(directory, true), "a");
    }
    write_bytes(log, whole);
  }
  for (size_t page = begin; page + 2 * kPage < whole.size(); page += 3 * kPage) lose_page(log, page);
  EXPECT_EQ(items_of(directory, false), "a");
  EXPECT_EQ(items_of(directory, true), "a");
}

TEST(TornLog, AWholeLogIsNotTorn) {
  const DatabaseDirectory directory;
  leave_three(directory);
  EXPECT_FALSE(logs_end_torn(log_of(directory).parent_path()));
  EXPECT_EQ(items_of(directory, false), "abc");
}

}  // namespace
}  // namespace cupel::storage
