#include <gtest/gtest.h>

#include "database_directory.hpp"
#include "random_block.hpp"
#include "storage/core.hpp"
#include "storage/key.hpp"
#include "storage/state.hpp"

namespace cupel::storage {
namespace {

/// Width of the embeddings: four rows a block.
constexpr uint32_t kWidth = 32768;

/// A database of 10 items, two of them deleted, with an object, embeddings, a document and a hidden
/// table; closed.
void make_database(const DatabaseDirectory& directory) {
  const auto dataset = directory.open({.chunk_rows = 7});
  const auto transaction = dataset->begin();
  for (int i = 0; i < 10; ++i) add_item(*transaction, "item-" + std::to_string(i));
  const ColumnId label = transaction->column(kItems, "label", Type::kText);
  for (uint64_t row = 0; row < 10; ++row) transaction->set(label, row, "a");
  transaction->append_rows(kAnnotations, 1);
  transaction->set(transaction->column(kAnnotations, "$item", Type::kInt64), 0, 3);
  transaction->flush();
  transaction->erase(kItems, 4);
  transaction->erase(kItems, 9);
  VectorSet set;
  set.name = "clip";
  set.width = kWidth;
  const uint32_t clip = transaction->add_vectors(set);
  transaction->write_block(clip, 0, testing::block_of(kWidth, 4, 1));
  transaction->write_block(clip, 2, testing::block_of(kWidth, 2, 1));
  transaction->set_document("project", "p", "{}");
  const TableId tasks = transaction->hidden_table("tasks");
  transaction->append_rows(tasks, 3);
  transaction->set(transaction->column(tasks, "state", Type::kInt64), 2, 1);
  transaction->commit();
}

/// What check() finds after `damage` has written past every rule.
std::string found_after(const std::function<void(WriteSet&)>& damage) {
  const DatabaseDirectory directory;
  make_database(directory);
  {
    Core core(directory.database(), {.memory_bytes = 16u << 20});
    core.set_generation(1);
    WriteSet changes = core.store().changes();
    damage(changes);
    core.store().write(changes, true);
  }
  return findings_of(*directory.open({.read_only = true}));
}

std::string chunk_of(Type type, uint32_t rows) {
  ChunkBuilder builder(type);
  for (uint32_t row = 0; row < rows; ++row) {
    if (type == Type::kText) {
      builder.set_code(row, 7);
    } else {
      builder.set_integer(row, 1);
    }
  }
  return encode_chunk(builder.finish());
}

std::string block_bytes(uint32_t width, uint32_t rows) {
  return encode_block(testing::block_of(width, rows, 1));
}

TEST(Check, FindsNothingInAGoodDatabase) {
  EXPECT_EQ(found_after([](WriteSet&) {}), "");
}

// Columns of the database: 0 reference_id, 1 label, 2 $item, 3 $deleted, 4 state of a hidden table.
// Set 1 has blocks 0 and 2.
struct Damage {
  const char* finding;
  std::function<void(WriteSet&)> change;
};

void expect_found(const Damage& damage) {
  const std::string found = found_after(damage.change);
  EXPECT_NE(found.find(damage.finding), std::string::npos)
      << "expected: " << damage.finding << "\nfound: " << found;
}

TEST(Check, FindsEachKindOfDamage) {
  const std::vector<Damage> cases = {
      {"column number 77",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({77, 0}), chunk_of(Type::kBool, 1));
       }},
      {"past the rows",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({1, 2}), chunk_of(Type::kText, 1));
       }},
      {"uses code 7, its dictionary has 1",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({1, 0}), chunk_of(Type::kText, 7));
       }},
      {"has 4 rows, its table has 1",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({2, 0}), chunk_of(Type::kInt64, 4));
       }},
      {"chunk 0 of column 'label'",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({1, 0}), chunk_of(Type::kBool, 7));
       }},
      {"chunk 1 of column 'label'",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({1, 1}), "no chunk");
       }},
      {"chunk 1 of column 'label'",
       [](WriteSet& w) {
         w.merge(Family::kColumns, encode_key({1, 1}), "no patch");
       }},
      {"are counted",
       [](WriteSet& w) {
         w.erase(Family::kColumns, encode_key({3, 0}));
       }},
      {"item 'item-2' in row 2 is not found",
       [](WriteSet& w) { w.erase(Family::kLookup, "item-2"); }},
      {"look-up of item 'ghost'",
       [](WriteSet& w) { w.put(Family::kLookup, "ghost", encode_ordinal(2)); }},
      {"look-up of item 'item-4'",
       [](WriteSet& w) { w.put(Family::kLookup, "item-4", encode_ordinal(5)); }},
      {"points to an item that does not exist",
       [](WriteSet& w) {
         ChunkBuilder builder(Type::kInt64);
         builder.set_integer(0, 4);
         w.put(Family::kColumns, encode_key({2, 0}), encode_chunk(builder.finish()));
       }},
      {"dictionary of column 'label'",
       [](WriteSet& w) {
         w.put(Family::kDictionary, encode_key({1, 5}), "gap");
       }},
      {"chunk 0 of column 'state' has 7 rows, its table has 3",
       [](WriteSet& w) {
         w.put(Family::kColumns, encode_key({4, 0}), chunk_of(Type::kInt64, 7));
       }},
  };
  for (const Damage& damage : cases) expect_found(damage);
}

TEST(Check, FindsEachKindOfDamagedVectors) {
  const std::vector<Damage> cases = {
      {"block 5 belongs to vector set number 77",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({77, 5}), block_bytes(kWidth, 4));
       }},
      {"block 3 of the embeddings 'clip' lies past the rows",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 3}), block_bytes(kWidth, 1));
       }},
      {"block 2 of the embeddings 'clip' has 3 rows, its table has 2",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 2}), block_bytes(kWidth, 3));
       }},
      {"the embeddings 'clip' have 10 vectors, 6 are counted",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 1}), block_bytes(kWidth, 4));
       }},
      {"the embeddings 'clip' have 2 vectors, 6 are counted",
       [](WriteSet& w) {
         w.erase(Family::kVectors, encode_key({1, 0}));
       }},
      {"its vectors are not those of its set",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 0}), block_bytes(kWidth / 2, 4));
       }},
      {"its vectors are not those of its set",
       [](WriteSet& w) {
         VectorBlock doubles = testing::block_of(kWidth, 4, 1);
         doubles.element = Element::kFloat16;
         w.put(Family::kVectors, encode_key({1, 0}), encode_block(doubles));
       }},
      {"it has more rows than a block of its set",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 0}), block_bytes(kWidth, 5));
       }},
      {"block 2 of the embeddings 'clip'",
       [](WriteSet& w) {
         w.put(Family::kVectors, encode_key({1, 2}), "no block");
       }},
      {"a block of vectors has no set", [](WriteSet& w) { w.put(Family::kVectors, "short", "x"); }},
  };
  for (const Damage& damage : cases) expect_found(damage);
}

TEST(Check, FindsMembersOfSlicesThatAreGone) {
  const DatabaseDirectory directory;
  make_database(directory);
  {
    const auto dataset = directory.open({});
    const auto transaction = dataset->begin();
    const uint32_t id = transaction->add_slice({.name = "kept"}).id;
    const ColumnId members =
        transaction->column(kItems, "$slice:" + std::to_string(id), Type::kBool);
    for (const uint64_t row : {2, 5, 7}) transaction->set(members, row, true);
    transaction->commit();
  }
  EXPECT_EQ(findings_of(*directory.open({.read_only = true})), "");
  {
    const auto dataset = directory.open({});
    const auto transaction = dataset->begin();
    transaction->erase(kItems, 5);
    transaction->erase(kItems, 7);
    transaction->commit();
  }
  EXPECT_NE(findings_of(*directory.open({.read_only = true}))
                .find("slice 'kept' has 2 members that are gone"),
            std::string::npos);
}

TEST(Check, ReadErrorsNameDatabaseColumnAndChunk) {
  const DatabaseDirectory directory;
  make_database(directory);
  {
    Core core(directory.database(), {.memory_bytes = 16u << 20});
    WriteSet changes = core.store().changes();
    changes.put(Family::kColumns, encode_key({1, 1}), "no chunk");
    core.store().write(changes, true);
  }
  const auto dataset = directory.open({.read_only = true});
  const auto error = error_of([&] { dataset->snapshot()->chunk(1, 1); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kCorruption);
  for (const std::string& part :
       {std::string("chunk 1"), std::string("'label'"), directory.database().string()})
    EXPECT_NE(error->message().find(part), std::string::npos) << error->message();
}

TEST(State, DecodesOnlyWhatFits) {
  State state{7, {10, 20}, {1, 0}};
  EXPECT_EQ(decode_state(encode_state(state)), state);
  state.watched = {{3, 1}, {70000, uint64_t{1} << 40}};
  EXPECT_EQ(decode_state(encode_state(state)), state);
  EXPECT_THROW(decode_state(encode_state({7, {1}, {2}})), Error);
  EXPECT_THROW(decode_state("CKS1"), Error);
}

TEST(Key, SortsAsNumbersDo) {
  const std::vector<ColumnKey> keys = {{0, 0}, {0, 255}, {0, 256},
                                       {1, 0}, {256, 1}, {0xFFFFFFFF, 2}};
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(decode_key(encode_key(keys[i])), keys[i]);
    if (i > 0) {
      EXPECT_LT(encode_key(keys[i - 1]), encode_key(keys[i]));
    }
  }
  EXPECT_EQ(decode_key("short"), std::nullopt);
  EXPECT_EQ(decode_ordinal(encode_ordinal(uint64_t{1} << 40)), uint64_t{1} << 40);
  EXPECT_EQ(decode_ordinal("x"), std::nullopt);
}

}  // namespace
}  // namespace cupel::storage
