#include "storage/seal.hpp"

#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

Seal sample() {
  return {"4f9c",
          SealState::kClean,
          12,
          {"MANIFEST-000005", 1234, 0x0123456789abcdef},
          {{"000010.sst", 4711, 0}},
          {{"000012.log", 0, 7}}};
}

TEST(Seal, EncodesToWhatDecodesToTheSame) {
  const Seal seal = sample();
  EXPECT_EQ(decode_seal(encode_seal(seal), "seal"), seal);
}

TEST(Seal, AnyDamagedByteIsNoticed) {
  const std::string bytes = encode_seal(sample());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 2);
    const auto error = error_of([&] { decode_seal(damaged, "the/seal"); });
    ASSERT_TRUE(error) << i;
    EXPECT_EQ(error->code(), ErrorCode::kCorruption);
    EXPECT_NE(error->message().find("the/seal"), std::string::npos);
    EXPECT_TRUE(error_of([&] { decode_seal(std::string_view(bytes).substr(0, i), "seal"); }));
  }
}

/// A closed database with 200 items.
void make_database(const DatabaseDirectory& directory) {
  const auto dataset = directory.open();
  const auto transaction = dataset->begin();
  for (int i = 0; i < 200; ++i) add_item(*transaction, "item-" + std::to_string(i));
  transaction->commit();
}

/// What a reader finds: the message of the error, or "same" when every item is there.
std::string outcome(const DatabaseDirectory& directory, bool read_only = true) {
  const auto error = error_of([&] {
    const auto dataset = directory.open({.read_only = read_only, .create = false});
    const SnapshotPtr snapshot = dataset->snapshot();
    for (uint64_t i = 0; i < 200; ++i) {
      const std::string id = "item-" + std::to_string(i);
      if (snapshot->find_item(id) != i ||
          field(*snapshot, kItems, "reference_id", Type::kText, i) != Value(id))
        throw Error(ErrorCode::kInternal, "wrong");
    }
  });
  return error ? error->message() : "same";
}

TEST(Seal, AnUndamagedDatabaseOpens) {
  const DatabaseDirectory directory;
  make_database(directory);
  EXPECT_EQ(outcome(directory, true), "same");
  EXPECT_EQ(outcome(directory, false), "same");
  EXPECT_EQ(outcome(directory, true), "same");
}

TEST(Seal, EveryDamagedBitOfTheManifestIsRefusedByName) {
  const DatabaseDirectory directory;
  make_database(directory);
  const fs::path manifest = row_files(directory.database(), "MANIFEST").front();
  const std::string bytes = file_bytes(manifest);
  for (size_t i = 0; i < bytes.size(); i += 37) {
    flip_bit(manifest, i, static_cast<int>(i % 8));
    EXPECT_NE(outcome(directory, i % 2 == 0).find(manifest.string()), std::string::npos) << i;
    write_bytes(manifest, bytes);
  }
  write_bytes(manifest, bytes.substr(0, bytes.size() - 1));
  EXPECT_NE(outcome(directory).find(manifest.string()), std::string::npos);
  write_bytes(manifest, bytes);
  EXPECT_EQ(outcome(directory), "same");
}

TEST(Seal, MissingAndCutTablesAreNamedBeforeTheStoreOpens) {
  const DatabaseDirectory directory;
  make_database(directory);
  const fs::path table = row_files(directory.database(), ".sst").front();
  const std::string bytes = file_bytes(table);
  write_bytes(table, bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(outcome(directory, false).find(table.string()), std::string::npos);
  fs::remove(table);
  EXPECT_NE(outcome(directory, false).find(table.string() + " is missing"), std::string::npos);
  write_bytes(table, bytes);
  EXPECT_EQ(outcome(directory, false), "same");
}

TEST(Seal, ADamagedTableNeverGivesAWrongAnswer) {
  const DatabaseDirectory directory;
  make_database(directory);
  for (const fs::path& table : row_files(directory.database(), ".sst")) {
    const std::string bytes = file_bytes(table);
    for (size_t i = 0; i < bytes.size(); i += 97) {
      flip_bit(table, i);
      const std::string found = outcome(directory);
      EXPECT_TRUE(found == "same" || found.find(directory.database().string()) != std::string::npos)
          << table << " at " << i << ": " << found;
      write_bytes(table, bytes);
    }
    // Inside the first block, so that reading every checksum must notice.
    flip_bit(table, 5);
    const auto error = error_of([&] { directory.open({.read_only = true})->verify_files(); });
    ASSERT_TRUE(error) << table;
    EXPECT_EQ(error->code(), ErrorCode::kCorruption);
    write_bytes(table, bytes);
  }
}

TEST(Seal, ALostCurrentOrSealOrWholeStoreIsNamed) {
  const DatabaseDirectory directory;
  make_database(directory);
  for (const fs::path& name : {fs::path("rows") / "CURRENT", fs::path("seal"), fs::path("rows")}) {
    const fs::path file = directory.database() / name;
    fs::rename(file, directory.root() / "aside");
    EXPECT_NE(outcome(directory, false), "same") << name;
    EXPECT_NE(outcome(directory, false).find(directory.database().string()), std::string::npos);
    fs::remove_all(file);
    fs::rename(directory.root() / "aside", file);
  }
  EXPECT_EQ(outcome(directory, false), "same");
}

TEST(Seal, ALaterManifestOfASessionThatFailedIsTaken) {
  const DatabaseDirectory directory;
  make_database(directory);
  Seal seal = *read_seal(directory.database());
  seal.manifest.name = "MANIFEST-000001";
  seal.state = SealState::kClean;
  write_seal(directory.database(), seal);
  EXPECT_NE(outcome(directory).find("CURRENT is damaged"), std::string::npos);
  seal.state = SealState::kLive;
  write_seal(directory.database(), seal);
  EXPECT_EQ(outcome(directory), "same");
  seal.manifest.name = "MANIFEST-999999";
  write_seal(directory.database(), seal);
  EXPECT_NE(outcome(directory).find("CURRENT is damaged"), std::string::npos);
}

TEST(Seal, AnotherDatabasesSealIsRefused) {
  const DatabaseDirectory directory;
  const DatabaseDirectory other;
  make_database(directory);
  make_database(other);
  write_bytes(directory.database() / "seal", file_bytes(other.database() / "seal"));
  EXPECT_NE(outcome(directory).find("another database"), std::string::npos);
}

TEST(Seal, ADamagedLogIsAnErrorThatNamesItsPlace) {
  const DatabaseDirectory directory;
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open());
              for (int i = 0; i < 200; ++i) {
                const auto transaction = (*dataset)->begin();
                add_item(*transaction, "item-" + std::to_string(i));
                transaction->commit();
              }
              return 0;
            }),
            0);
  const auto copy = directory.root() / "copy";
  fs::copy(directory.database(), copy, fs::copy_options::recursive);
  int refused = 0;
  for (size_t part = 1; part < 12; ++part) {
    for (const bool read_only : {true, false}) {
      fs::remove_all(directory.database());
      fs::copy(copy, directory.database(), fs::copy_options::recursive);
      fs::path log;
      for (const fs::path& file : row_files(directory.database(), ".log"))
        if (log.empty() || fs::file_size(file) > fs::file_size(log)) log = file;
      flip_bit(log, fs::file_size(log) * part / 12);
      const std::string found = outcome(directory, read_only);
      if (found != "same") ++refused;
      EXPECT_TRUE(found == "same" || found.find(directory.database().string()) != std::string::npos)
          << "read_only " << read_only << " part " << part << ": " << found;
    }
  }
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace cupel::storage
