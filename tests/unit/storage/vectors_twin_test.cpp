#include <gtest/gtest.h>

#include <map>
#include <string>

#include "random_block.hpp"
#include "twin_database.hpp"

// Random changes of vector sets, documents and hidden tables, compared with a plain twin.

namespace cupel::storage {
namespace {

using testing::block_of;
using testing::first_of;
using testing::without;

constexpr uint32_t kWidth = 32768;  // so that a block has four rows

struct Twin {
  uint64_t rows = 0;
  std::map<std::string, std::map<uint64_t, float>> sets;  ///< by name: row and its vector
  std::map<std::string, std::string> documents;
  std::map<std::string, int64_t> hidden;  ///< rows of hidden tables
};

class VectorTwin : public TwinDatabase<Twin> {
 public:
  explicit VectorTwin(uint32_t seed) : TwinDatabase(seed) {
    options_.write_ahead_bytes = pick(2) == 0 ? 0 : 100'000;
  }

 private:
  std::string pick_name() { return "n" + std::to_string(pick(3)); }

  void change(Transaction& transaction, Twin& twin) override {
    for (uint32_t k = 0; k < 1 + pick(4); ++k) change_one(transaction, twin);
  }

  void change_one(Transaction& transaction, Twin& twin) {
    const std::string name = pick_name();
    switch (pick(8)) {
      case 0: {
        const uint32_t count = 1 + pick(6);
        transaction.append_rows(kItems, count);
        twin.rows += count;
        break;
      }
      case 1:
        transaction.append_rows(transaction.hidden_table(name), 1);
        ++twin.hidden[name];
        break;
      case 2:
        twin.documents[name] = "text " + std::to_string(random_());
        transaction.set_document("kind", name, twin.documents[name]);
        break;
      case 3:
        transaction.remove_document("kind", name);
        twin.documents.erase(name);
        break;
      case 4: remove(transaction, twin, name); break;
      default: write(transaction, twin, name); break;
    }
  }

  static void remove(Transaction& transaction, Twin& twin, const std::string& name) {
    if (twin.sets.erase(name) != 0) {
      transaction.remove_vectors(VectorUse::kEmbedding, name);
    } else {
      EXPECT_THROW(transaction.remove_vectors(VectorUse::kEmbedding, name), Error);
    }
  }

  void write(Transaction& transaction, Twin& twin, const std::string& name) {
    const VectorSet* set = transaction.catalog().vectors(VectorUse::kEmbedding, name);
    const uint32_t id = set != nullptr ? set->id : add(transaction, name);
    auto& vectors = twin.sets[name];
    if (twin.rows == 0) return;
    const auto number = static_cast<uint32_t>(pick(static_cast<uint32_t>(twin.rows)) / 4);
    const uint64_t first = uint64_t{number} * 4;
    const uint32_t rows = 1 + pick(static_cast<uint32_t>(std::min<uint64_t>(4, twin.rows - first)));
    const auto value = static_cast<float>(random_() % 10'000);
    VectorBlock block = block_of(kWidth, rows, value);
    for (uint32_t row = 0; row < 4; ++row) vectors.erase(first + row);
    for (uint32_t row = 0; row < rows; ++row) {
      if (pick(3) == 0) {
        block = without(block, row);
      } else {
        vectors[first + row] = value + static_cast<float>(row);
      }
    }
    transaction.write_block(id, number, block);
  }

  static uint32_t add(Transaction& transaction, const std::string& name) {
    VectorSet set;
    set.name = name;
    set.width = kWidth;
    return transaction.add_vectors(set);
  }

  void compare(const Snapshot& snapshot, const Twin& twin) override {
    const Catalog& catalog = snapshot.catalog();
    ASSERT_EQ(catalog.row_count(kItems), twin.rows);
    ASSERT_EQ(catalog.vector_sets().size(), twin.sets.size());
    for (const auto& [name, vectors] : twin.sets) {
      const VectorSet* set = catalog.vectors(VectorUse::kEmbedding, name);
      ASSERT_NE(set, nullptr);
      ASSERT_EQ(set->vectors, vectors.size());
      for (uint64_t row = 0; row < twin.rows; ++row) {
        const VectorBlockPtr block = snapshot.vector_block(set->id, static_cast<uint32_t>(row / 4));
        const auto at = static_cast<uint32_t>(row % 4);
        const auto found = vectors.find(row);
        ASSERT_EQ(block && block->has(at), found != vectors.end()) << name << " " << row;
        if (found != vectors.end()) {
          ASSERT_EQ(first_of(*block, at), found->second) << name << " " << row;
        }
      }
    }
    ASSERT_EQ(catalog.documents("kind").size(), twin.documents.size());
    for (const auto& [name, text] : twin.documents)
      ASSERT_EQ(*catalog.document("kind", name), text);
    ASSERT_EQ(catalog.hidden_tables().size(), twin.hidden.size());
    for (const auto& [name, rows] : twin.hidden)
      ASSERT_EQ(catalog.row_count(*catalog.hidden_table(name)), rows);
  }
};

TEST(VectorSets, EqualTheirPlainTwin) { run_twins<VectorTwin>(); }

}  // namespace
}  // namespace cupel::storage
