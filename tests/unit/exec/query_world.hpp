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
/// deleted, and the value-at-a-time twin of what the plans over them mean.
class QueryWorld {
 public:
  explicit QueryWorld(uint32_t chunk_rows, uint64_t items = 300, uint64_t objects = 900)
      : data_(chunk_rows), random_(7) {
    for (uint64_t row = 0; row < items; ++row) add_item(row);
    for (uint64_t row = 0; row < objects; ++row) add_object(row, items, objects);
    auto made = std::make_shared<FakeSnapshot>(*data_.snapshot());
    make_some_plain(*made);
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

  FakeData data_;
  std::mt19937_64 random_;
};

}  // namespace cupel::tests
