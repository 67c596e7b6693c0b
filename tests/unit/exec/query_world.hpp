#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/pool.hpp"
#include "tests/support/fake_snapshot.hpp"

namespace cupel::tests {

/// Random items and annotations with fields of every type and width, some missing, some rows
/// deleted; vectors of both (sets "clip" and "crops"), some missing or zero; and the
/// value-at-a-time twin of what the plans over them mean.
class QueryWorld {
 public:
  explicit QueryWorld(uint32_t chunk_rows, uint64_t items = 300, uint64_t objects = 900)
      : data_(chunk_rows), random_(7) {
    for (uint64_t row = 0; row < items; ++row) add_item(row);
    for (uint64_t row = 0; row < objects; ++row) add_object(row, items, objects);
    add_set("clip", storage::kItems, 5, 16);
    add_set("crops", storage::kAnnotations, 3, 8);
    auto made = std::make_shared<FakeSnapshot>(*data_.snapshot());
    make_some_plain(*made);
    add_vectors(*made, "clip");
    add_vectors(*made, "crops");
    snapshot = made;
  }

  std::vector<storage::ColumnId> columns(storage::TableId table, const std::string& name) const {
    std::vector<storage::ColumnId> out;
    for (const storage::Column* column : snapshot->catalog().find(table, name))
      out.push_back(column->id);
    return out;
  }
  plan::ExpressionPtr field(storage::TableId table, const std::string& name) const {
    const auto found = snapshot->catalog().find(table, name);
    return plan::make_expression(plan::Field{name, columns(table, name)},
                                 found.size() == 1 ? found.front()->type : Type::kAny);
  }
  uint64_t rows(storage::TableId table) const { return snapshot->catalog().row_count(table); }
  bool visible(storage::TableId table, uint64_t row) const {
    return value(table, row, "$deleted") != Value(true);
  }
  Value value(storage::TableId table, uint64_t row, const std::string& name) const {
    for (const storage::ColumnId column : columns(table, name)) {
      Value found = snapshot->value(column, row);
      if (!found.is_missing()) return found;
    }
    return {};
  }

  /// The set of embeddings of items, or of annotations.
  const storage::VectorSet& vectors(storage::TableId table) const {
    return *snapshot->catalog().vectors(storage::VectorUse::kEmbedding,
                                        table == storage::kItems ? "clip" : "crops");
  }
  /// The row's vector; empty where it has none.
  std::vector<double> vector(storage::TableId table, uint64_t row) const;
  /// A probe for rows of the table with these examples, each of which has a direction.
  plan::Probe probe(storage::TableId table, std::vector<uint64_t> examples) const;
  /// The first rows from `from` on that can be examples.
  std::vector<uint64_t> directed(storage::TableId table, uint64_t from, size_t count) const;
  /// The cosine to the mean direction of the examples, number by number.
  Value similarity(const plan::Probe& probe, uint64_t row) const;

  Value evaluate(const plan::Plan& plan, storage::TableId table, uint64_t row,
                 const plan::Expression& expression) const;
  bool holds(const plan::Plan& plan, storage::TableId table, uint64_t row,
             const plan::Condition& condition) const;
  /// Rows of an arm, by the twin.
  std::vector<uint64_t> selected(const plan::Plan& plan, const plan::Arm& arm) const;

  storage::SnapshotPtr snapshot;

 private:
  int64_t number(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  bool chance(int percent) { return number(1, 100) <= percent; }
  void put(storage::TableId table, uint64_t row, const std::string& name, const Value& value) {
    if (chance(80)) data_.set(table, row, name, value);
  }
  void add_fields(storage::TableId table, uint64_t row);
  void add_item(uint64_t row);
  void add_object(uint64_t row, uint64_t items, uint64_t objects);
  static void make_some_plain(FakeSnapshot& snapshot);
  void add_set(const std::string& name, storage::TableId table, uint32_t width,
               uint32_t block_rows);
  void add_vectors(FakeSnapshot& snapshot, const std::string& name);

  FakeData data_;
  std::mt19937_64 random_;
};

}  // namespace cupel::tests
