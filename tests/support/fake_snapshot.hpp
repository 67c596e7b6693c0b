#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/snapshot.hpp"

namespace cupel::tests {

/// A snapshot without a store: a catalog, and the chunks and dictionaries that FakeData made.
class FakeSnapshot : public storage::Snapshot {
 public:
  explicit FakeSnapshot(storage::CatalogPtr catalog) : Snapshot(std::move(catalog)) {}

  storage::ChunkPtr chunk(storage::ColumnId column, uint32_t chunk) const override {
    const auto it = chunks.find({column, chunk});
    return it == chunks.end() ? nullptr : it->second;
  }
  storage::DictionaryPtr dictionary(storage::ColumnId column) const override {
    const auto it = dictionaries.find(column);
    return it == dictionaries.end() ? std::make_shared<storage::Dictionary>() : it->second;
  }
  std::optional<uint64_t> find_item(std::string_view reference_id) const override {
    const auto it = items.find(reference_id);
    return it == items.end() ? std::nullopt : std::optional<uint64_t>(it->second);
  }

  storage::VectorBlockPtr vector_block(uint32_t set, uint32_t block) const override {
    const auto it = blocks.find({set, block});
    return it == blocks.end() ? nullptr : it->second;
  }

  std::map<std::pair<storage::ColumnId, uint32_t>, storage::ChunkPtr> chunks;
  std::map<storage::ColumnId, storage::DictionaryPtr> dictionaries;
  std::map<std::string, uint64_t, std::less<>> items;
  std::map<std::pair<uint32_t, uint32_t>, storage::VectorBlockPtr> blocks;  ///< by set and block
};

/// Fills a FakeSnapshot value by value. Rows come into being by being set; text is coded.
class FakeData {
 public:
  explicit FakeData(uint32_t chunk_rows = 65536) : catalog_(std::make_shared<storage::Catalog>()) {
    catalog_->chunk_rows = chunk_rows;
    catalog_->rows.resize(storage::kFirstRun);
    catalog_->deleted.resize(storage::kFirstRun);
  }

  storage::Catalog& catalog() { return *catalog_; }

  storage::TableId run(std::string name) {
    const storage::TableId table = catalog_->add_run(std::move(name)).table;
    catalog_->rows.resize(table + 1);
    catalog_->deleted.resize(table + 1);
    return table;
  }

  storage::ColumnId column(storage::TableId table, const std::string& name, Type type) {
    const storage::Column* known = catalog_->find(table, name, type);
    return known != nullptr ? known->id : catalog_->add_column(table, name, type, true).id;
  }

  /// The value must be present; its type is the column's.
  void set(storage::TableId table, uint64_t row, const std::string& name, const Value& value) {
    values_[column(table, name, value.type())][row] = value;
    catalog_->rows[table] = std::max(catalog_->rows[table], row + 1);
  }

  std::shared_ptr<const FakeSnapshot> snapshot() const {
    auto result = std::make_shared<FakeSnapshot>(std::make_shared<storage::Catalog>(*catalog_));
    for (const auto& [id, rows] : values_) add_column(*result, id, rows);
    return result;
  }

 private:
  using Rows = std::map<uint64_t, Value>;

  void add_column(FakeSnapshot& result, storage::ColumnId id, const Rows& rows) const {
    const storage::Column& column = catalog_->column(id);
    storage::DictionaryWriter dictionary(nullptr);
    std::map<uint32_t, storage::ChunkBuilder> builders;
    for (const auto& [row, value] : rows) {
      const auto number = static_cast<uint32_t>(row / catalog_->chunk_rows);
      const auto at = static_cast<uint32_t>(row % catalog_->chunk_rows);
      storage::ChunkBuilder& builder = builders.try_emplace(number, column.type).first->second;
      if (value.is_text())
        builder.set_code(at, dictionary.code(value.as_text()).value());
      else if (value.is_double())
        builder.set_number(at, value.as_double());
      else
        builder.set_integer(at, integer_of(value));
      if (column.name == "reference_id") result.items.emplace(value.as_text(), row);
    }
    for (auto& [number, builder] : builders)
      result.chunks[{id, number}] = std::make_shared<storage::Chunk>(builder.finish());
    result.dictionaries[id] = dictionary.publish();
  }

  static int64_t integer_of(const Value& value) {
    if (value.is_bool()) return value.as_bool() ? 1 : 0;
    return value.is_timestamp() ? value.as_timestamp().micros : value.as_int();
  }

  std::shared_ptr<storage::Catalog> catalog_;
  std::map<storage::ColumnId, Rows> values_;
};

}  // namespace cupel::tests
