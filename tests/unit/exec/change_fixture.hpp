#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cupel/table.hpp"
#include "engine/exec/change.hpp"
#include "index/counts.hpp"
#include "storage/dataset.hpp"

namespace cupel::exec::testing {

using storage::kAnnotations;
using storage::kItems;
using storage::TableId;

/// A row as a plain map: what its columns hold, the item by its reference_id.
using PlainRow = std::map<std::string, Value>;

inline std::string reference_of(const storage::Snapshot& view, uint64_t item) {
  const auto* column = view.catalog().find(kItems, "reference_id", Type::kText);
  return view.value(column->id, item).as_text();
}

/// The visible rows of a table in row order, without counts and slice memberships.
inline std::vector<PlainRow> plain_rows(const storage::Snapshot& view, TableId table) {
  std::vector<PlainRow> rows;
  const auto& catalog = view.catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(table); ++chunk) {
    view.visible(table, chunk).for_each([&](uint32_t in_chunk) {
      const uint64_t row = uint64_t{chunk} * catalog.chunk_rows + in_chunk;
      PlainRow& plain = rows.emplace_back();
      for (const storage::ColumnId id : catalog.columns(table)) {
        const std::string& name = catalog.column(id).name;
        const Value value = view.value(id, row);
        if (value.is_missing() || (name.starts_with('$') && name != "$item" && name != "$rest"))
          continue;
        EXPECT_FALSE(plain.contains(name)) << "two values of " << name;
        if (name == "$item")
          plain["$item"] = reference_of(view, static_cast<uint64_t>(value.as_int()));
        else
          plain[name] = value;
      }
    });
  }
  return rows;
}

/// Rows as lines, for messages that can be read.
inline std::vector<std::string> lines(const std::vector<PlainRow>& rows) {
  std::vector<std::string> lines;
  for (const PlainRow& row : rows) {
    std::string& line = lines.emplace_back();
    for (const auto& [name, value] : row) line += name + "=" + to_json(value) + " ";
  }
  return lines;
}

/// A plan of the rows of one table where a field equals a value.
inline plan::Plan rows_where(const storage::Catalog& catalog, TableId table,
                             const std::string& field, const Value& value) {
  plan::Field of;
  of.name = field;
  for (const storage::Column* column : catalog.find(table, field)) of.columns.push_back(column->id);
  plan::Plan plan;
  plan.noun = "rows";
  plan::Arm& arm = plan.arms.emplace_back();
  arm.table = table;
  arm.where = plan::make_condition(
      plan::CompareConstant{plan::make_expression(of, Type::kAny), plan::CompareOp::kEqual, value});
  return plan;
}

inline plan::ExpressionPtr constant(const Value& value) {
  return plan::make_expression(plan::Constant{value}, value.type());
}

/// A database with some convenience: in memory, or on disk where a test asks for it.
class ChangeTest : public ::testing::Test {
 protected:
  explicit ChangeTest(uint32_t chunk_rows = 7) { open(":memory:", chunk_rows); }

  void open(const std::filesystem::path& path, uint32_t chunk_rows) {
    storage::DatasetOptions options;
    options.chunk_rows = chunk_rows;
    dataset_ = storage::Dataset::open(path, options);
  }

  /// Runs `change(transaction, context)` and commits.
  template <typename F>
  auto commit(F&& change) {
    const auto transaction = dataset_->begin();
    Context context;
    context.snapshot = transaction->view();
    auto result = change(*transaction, context);
    transaction->commit();
    expect_sound();
    return result;
  }

  void expect_sound() const {
    for (const auto& finding : index::check_counts(*dataset_->snapshot()))
      ADD_FAILURE() << finding.what;
  }

  AppendCounts items(const std::vector<ItemRow>& rows, bool update = false) {
    return commit([&](auto& t, auto& c) { return append_items(t, rows, update, c); });
  }
  AppendCounts objects(const std::vector<ObjectRow>& rows, bool update = false,
                       TableId table = kAnnotations) {
    return commit([&](auto& t, auto& c) { return append_objects(t, table, rows, update, c); });
  }
  std::vector<PlainRow> rows(TableId table) const {
    return plain_rows(*dataset_->snapshot(), table);
  }
  Value item_value(const std::string& reference_id, const std::string& column,
                   Type type = Type::kInt64) const {
    const auto view = dataset_->snapshot();
    const auto row = view->find_item(reference_id);
    const auto* found = view->catalog().find(kItems, column, type);
    return row && found ? view->value(found->id, *row) : Value();
  }

  std::shared_ptr<storage::Dataset> dataset_;
};

inline ObjectRow box(const std::string& item, const std::string& label, const std::string& id,
                     double x = 1) {
  ObjectRow row;
  row.reference_id = item;
  row.label = label;
  row.annotation_id = id;
  row.x = x;
  row.y = 2;
  row.width = 3;
  row.height = 4;
  return row;
}

inline ObjectRow category(const std::string& item, const std::string& taxonomy,
                          const std::string& label) {
  ObjectRow row;
  row.reference_id = item;
  row.label = label;
  row.type = "category";
  row.taxonomy = taxonomy;
  return row;
}

inline void expect_counts(const AppendCounts& counts, uint64_t added, uint64_t updated,
                          uint64_t ignored) {
  EXPECT_EQ(counts.added, added);
  EXPECT_EQ(counts.updated, updated);
  EXPECT_EQ(counts.ignored, ignored);
}

/// A file that goes away with the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& content)
      : path_(std::filesystem::temp_directory_path() /
              ("cupel-change-" + std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace cupel::exec::testing
