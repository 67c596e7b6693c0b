#include "engine/sql/schema.hpp"

#include <set>

#include "cupel/error.hpp"

namespace cupel::sql {

using storage::kAnnotations;
using storage::kItems;
using storage::TableId;

std::string table_name(TableId table) {
  if (table == kItems) return "items";
  return table == kAnnotations ? "annotations" : "predictions";
}

std::string alias(TableId table, unsigned depth) {
  const std::string letter = table_name(table).substr(0, 1);
  return depth > 1 ? letter + std::to_string(depth) : letter;
}

std::string column_name(const storage::Catalog& catalog, const storage::Column& column) {
  if (column.name.starts_with("autotag_training."))
    throw Error(ErrorCode::kUnsupported, "the examples of autotags have no SQL");
  std::set<Type> types;
  const auto add = [&](TableId table) {
    for (const storage::Column* one : catalog.find(table, column.name)) types.insert(one->type);
  };
  if (column.table == kItems || column.table == kAnnotations) {
    add(column.table);
  } else {
    for (const storage::Run& run : catalog.runs()) add(run.table);
  }
  if (types.size() < 2) return column.name;
  return column.name + ":" + std::string(to_string(column.type));
}

}  // namespace cupel::sql
