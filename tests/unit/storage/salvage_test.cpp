#include "storage/salvage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "database_directory.hpp"
#include "random_block.hpp"
#include "storage/core.hpp"
#include "storage/key.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

/// Width of the embeddings: four rows a block.
constexpr uint32_t kWidth = 32768;
constexpr uint64_t kRows = 30;

/// A closed database with 30 items, three of them deleted, an object of each, embeddings and a
/// slice. Seven rows a chunk. Columns: 0 reference_id, 1 place, 2 $item, 3 label, 4 $slice:1, 5
/// $deleted of the items.
void make_database(const DatabaseDirectory& directory) {
  const auto dataset = directory.open({.chunk_rows = 7});
  const auto transaction = dataset->begin();
  for (uint64_t i = 0; i < kRows; ++i) add_item(*transaction, "item-" + std::to_string(i));
  const ColumnId place = transaction->column(kItems, "place", Type::kText);
  const ColumnId item = transaction->column(kAnnotations, "$item", Type::kInt64);
  const ColumnId label = transaction->column(kAnnotations, "label", Type::kText);
  Slice slice;
  slice.name = "some";
  transaction->add_slice(slice);
  const ColumnId members = transaction->column(kItems, "$slice:1", Type::kBool);
  transaction->append_rows(kAnnotations, kRows - 3);
  for (uint64_t row = 0; row < kRows; ++row) {
    transaction->set(place, row, "place " + std::to_string(row % 5));
    if (row >= kRows - 3) continue;
    transaction->set(members, row, true);
    transaction->set(item, row, static_cast<int64_t>(row));
    transaction->set(label, row, "label " + std::to_string(row % 3));
  }
  transaction->flush();
  for (uint64_t row = kRows - 3; row < kRows; ++row) transaction->erase(kItems, row);
  VectorSet set;
  set.name = "clip";
  set.width = kWidth;
  const uint32_t clip = transaction->add_vectors(set);
  for (uint32_t block = 0; block < 7; ++block)
    transaction->write_block(clip, block, testing::block_of(kWidth, 4, block));
  transaction->commit();
}

void change(const DatabaseDirectory& directory, const std::function<void(WriteSet&)>& damage) {
  Core core(directory.database(), {.memory_bytes = 16u << 20});
  core.set_generation(1);
  WriteSet changes = core.store().changes();
  damage(changes);
  core.store().write(changes, true);
}

std::map<std::string, std::string> all_files(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) files[entry.path().string()] = file_bytes(entry.path());
  return files;
}

/// What a salvage reports, and the database that it makes, in which check() finds nothing.
struct Saved {
  std::string report;
  std::shared_ptr<Dataset> dataset;
  SnapshotPtr view;

  uint64_t live(TableId table) const { return view->catalog().live_rows(table); }
};

Saved salvaged(const DatabaseDirectory& directory) {
  const fs::path to = directory.root() / "new";
  fs::remove_all(to);
  const auto before = all_files(directory.database());
  Saved saved;
  for (const std::string& line : salvage(directory.database(), to, directory.root() / "aside"))
    saved.report += line + "\n";
  EXPECT_EQ(all_files(directory.database()), before);
  EXPECT_FALSE(fs::exists(directory.root() / "aside"));
  saved.dataset = Dataset::open(to, {.create = false, .memory_bytes = 32u << 20});
  EXPECT_EQ(findings_of(*saved.dataset), "");
  saved.view = saved.dataset->snapshot();
  return saved;
}

/// Every row that is there has what it had, or nothing.
void expect_nothing_else(const Saved& saved) {
  const Snapshot& view = *saved.view;
  for (uint64_t row = 0; row < kRows; ++row) {
    const auto chunk = static_cast<uint32_t>(row / 7);
    if (!view.visible(kItems, chunk).test(row % 7)) continue;
    const std::string id = "item-" + std::to_string(row);
    EXPECT_EQ(field(view, kItems, "reference_id", Type::kText, row), Value(id));
    EXPECT_EQ(view.find_item(id), row);
    const Value place = field(view, kItems, "place", Type::kText, row);
    EXPECT_TRUE(place.is_missing() || place == Value("place " + std::to_string(row % 5)));
    const VectorBlockPtr block = view.vector_block(1, static_cast<uint32_t>(row / 4));
    if (block) {
      const VectorBlock whole = testing::block_of(kWidth, 4, static_cast<uint32_t>(row / 4));
      EXPECT_EQ(encode_block(*block), encode_block(whole));
    }
  }
}

TEST(Salvage, AnUndamagedDatabaseComesOutWhole) {
  const DatabaseDirectory directory;
  make_database(directory);
  const std::string uuid = directory.open()->uuid();
  const Saved saved = salvaged(directory);
  EXPECT_EQ(saved.report,
            "items: 27 rows kept, 0 lost\nannotations: 27 rows kept, 0 lost\n"
            "the embeddings 'clip': 28 vectors kept, 0 lost\n");
  EXPECT_EQ(saved.dataset->uuid(), uuid);
  EXPECT_EQ(saved.view->catalog().slices().size(), 1U);
  expect_nothing_else(saved);
}

TEST(Salvage, OfDamagedTablesComesOutWhatIsWhole) {
  const DatabaseDirectory directory;
  make_database(directory);
  for (const fs::path& table : row_files(directory.database(), ".sst")) {
    const std::string bytes = file_bytes(table);
    for (size_t part = 0; part < 3; ++part) {
      flip_bit(table, bytes.size() * part / 3);
      try {
        expect_nothing_else(salvaged(directory));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kCorruption);
        EXPECT_NE(error.message().find("the catalog of the database"), std::string::npos)
            << error.message();
      }
      write_bytes(table, bytes);
    }
  }
}

TEST(Salvage, WithoutManifestOrCurrentOrSealOrNameEverythingComesOut) {
  const DatabaseDirectory directory;
  make_database(directory);
  const fs::path manifest = row_files(directory.database(), "MANIFEST").front();
  for (const fs::path& file : {manifest, directory.database() / "rows" / "CURRENT",
                               directory.database() / "seal", directory.database() / "CUPEL"}) {
    const std::string bytes = file_bytes(file);
    for (const std::string& damaged : {bytes.substr(0, bytes.size() / 2), std::string("x")}) {
      write_bytes(file, damaged);
      const Saved saved = salvaged(directory);
      EXPECT_EQ(saved.live(kItems), 27U) << file << saved.report;
      EXPECT_EQ(saved.live(kAnnotations), 27U);
      expect_nothing_else(saved);
    }
    fs::remove(file);
    EXPECT_EQ(salvaged(directory).live(kItems), 27U) << file;
    write_bytes(file, bytes);
  }
}

TEST(Salvage, WithoutManifestWhatIsInTheLogComesOut) {
  const DatabaseDirectory directory;
  make_database(directory);
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open());
              const auto transaction = (*dataset)->begin();
              add_item(*transaction, "item-30");
              transaction->set(1, 4, "place 4");
              transaction->commit();
              return 0;
            }),
            0);
  for (const fs::path& manifest : row_files(directory.database(), "MANIFEST")) fs::remove(manifest);
  const Saved saved = salvaged(directory);
  EXPECT_EQ(saved.live(kItems), 28U) << saved.report;
  EXPECT_EQ(saved.view->find_item("item-30"), 30U);
  expect_nothing_else(saved);
}

TEST(Salvage, OfADamagedLogComesOutWhatIsBeforeTheDamage) {
  const DatabaseDirectory directory;
  const auto log = [&] {
    const auto logs = row_files(directory.database(), ".log");
    return *std::max_element(logs.begin(), logs.end());
  };
  ASSERT_EQ(in_child([&] {
              auto* dataset = new std::shared_ptr<Dataset>(directory.open());
              for (int i = 0; i < 3; ++i) {
                const auto transaction = (*dataset)->begin();
                add_item(*transaction, "item-" + std::to_string(i));
                transaction->commit();
              }
              return 0;
            }),
            0);
  flip_bit(log(), fs::file_size(log()) - 20);
  const Saved saved = salvaged(directory);
  EXPECT_EQ(saved.live(kItems), 2U) << saved.report;
  EXPECT_NE(saved.report.find("its log is damaged: it is as of generation 2"), std::string::npos);
}

TEST(Salvage, RowsWithoutTheEssentialAreLostAndOtherValuesMissing) {
  const DatabaseDirectory directory;
  make_database(directory);
  change(directory, [](WriteSet& w) {
    w.put(Family::kColumns, encode_key({0, 1}), "no chunk");  // reference_id of items 7 to 13
    w.put(Family::kColumns, encode_key({1, 2}), "no chunk");  // place of 14 to 20
    w.erase(Family::kDictionary, encode_key({1, 0}));         // of 0 and 5, and of lost ones
    w.put(Family::kColumns, encode_key({3, 0}), "no chunk");  // label of the objects 0 to 6
    w.put(Family::kVectors, encode_key({1, 3}), "no block");
  });
  const Saved saved = salvaged(directory);
  EXPECT_EQ(saved.live(kItems), 20U);
  EXPECT_EQ(saved.live(kAnnotations), 13U);
  EXPECT_NE(saved.report.find("items: 20 rows kept, 7 lost\n'place' of items: what up to 10 rows "
                              "had is lost\n"),
            std::string::npos)
      << saved.report;
  EXPECT_NE(saved.report.find("24 vectors kept, 4 lost"), std::string::npos);
  EXPECT_TRUE(field(*saved.view, kItems, "place", Type::kText, 5).is_missing());
  EXPECT_EQ(field(*saved.view, kItems, "place", Type::kText, 4), Value("place 4"));
  expect_nothing_else(saved);
}

TEST(Salvage, ItemsWhoseMarkOfDeletionIsLostAreKnownByTheirLookups) {
  const DatabaseDirectory directory;
  make_database(directory);
  const ColumnId marks =
      directory.open()->snapshot()->catalog().find(kItems, "$deleted", Type::kBool)->id;
  change(directory, [&](WriteSet& w) {
    for (uint32_t chunk = 0; chunk < 5; ++chunk)
      w.erase(Family::kColumns, encode_key({marks, chunk}));
  });
  EXPECT_EQ(salvaged(directory).live(kItems), 27U);
  change(directory, [&](WriteSet& w) { w.erase(Family::kLookup, "item-3"); });
  const Saved saved = salvaged(directory);
  EXPECT_EQ(saved.live(kItems), 30U);
  EXPECT_NE(saved.report.find("up to 3 rows are there again that had been deleted"),
            std::string::npos);
}

TEST(Salvage, WhatWasFoundOutFromLostValuesIsOutdated) {
  const DatabaseDirectory directory;
  make_database(directory);
  {
    const auto dataset = directory.open();
    const auto transaction = dataset->begin();
    transaction->watch(1);
    transaction->commit();
  }
  const uint64_t before = directory.open()->snapshot()->catalog().watched.at(1);
  EXPECT_EQ(salvaged(directory).view->catalog().watched.at(1), before);
  change(directory, [](WriteSet& w) { w.erase(Family::kDictionary, encode_key({1, 0})); });
  EXPECT_GT(salvaged(directory).view->catalog().watched.at(1), before);
}

TEST(Salvage, WhatCannotBeSalvagedIsRefused) {
  const DatabaseDirectory directory;
  const auto refused = [&] {
    return error_of([&] {
      salvage(directory.database(), directory.root() / "new", directory.root() / "aside");
    });
  };
  EXPECT_EQ(refused()->code(), ErrorCode::kIo);
  fs::create_directory(directory.database());
  write_bytes(directory.database() / "picture.jpg", "x");
  EXPECT_EQ(refused()->code(), ErrorCode::kUnsupported);
  fs::remove_all(directory.database());
  make_database(directory);
  {
    const auto writer = directory.open();
    EXPECT_EQ(refused()->code(), ErrorCode::kConflict);
  }
  change(directory, [](WriteSet& w) { w.put(Family::kMeta, kCatalogKey, "no catalog"); });
  EXPECT_EQ(refused()->code(), ErrorCode::kCorruption);
  EXPECT_FALSE(fs::exists(directory.root() / "aside"));
}

}  // namespace
}  // namespace cupel::storage
