#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/catalog.hpp"

/// Names of the stored count columns of items (catalog.hpp), and what the catalog tells by them.
namespace cupel::storage {

/// The types of objects (LANGUAGE.md 2.5). Category labels are never counted in `$count:T`.
const std::vector<std::string>& object_types();
bool is_geometric(std::string_view type);

std::string count_column(TableId table);
std::string count_column(TableId table, std::string_view type);
/// A label may contain any byte, `:` too: it is the rest of the name after the type.
std::string count_column(TableId table, std::string_view type, std::string_view label);

/// Columns of `$count:T:TYPE:LABEL` of every geometric type: their sum is `C.LABEL`.
std::vector<ColumnId> label_columns(const Catalog& catalog, TableId table, std::string_view label);

/// Labels of a table that have count columns, sorted by type, then label.
struct CountedLabel {
  std::string type;
  std::string label;
  ColumnId column = 0;
};
std::vector<CountedLabel> counted_labels(const Catalog& catalog, TableId table);

}  // namespace cupel::storage
