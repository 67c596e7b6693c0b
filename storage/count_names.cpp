#include "storage/count_names.hpp"

#include <algorithm>
#include <tuple>

namespace cupel::storage {

const std::vector<std::string>& object_types() {
  static const std::vector<std::string> types = {"box",    "polygon",      "line",    "keypoints",
                                                 "cuboid", "segmentation", "category"};
  return types;
}

bool is_geometric(std::string_view type) { return type != "category"; }

std::string count_column(TableId table) { return "$count:" + std::to_string(table); }

std::string count_column(TableId table, std::string_view type) {
  return count_column(table).append(":").append(type);
}

std::string count_column(TableId table, std::string_view type, std::string_view label) {
  return count_column(table, type).append(":").append(label);
}

std::vector<ColumnId> label_columns(const Catalog& catalog, TableId table, std::string_view label) {
  std::vector<ColumnId> columns;
  for (const std::string& type : object_types()) {
    if (!is_geometric(type)) continue;
    const Column* column = catalog.find(kItems, count_column(table, type, label), Type::kInt64);
    if (column != nullptr) columns.push_back(column->id);
  }
  return columns;
}

std::vector<CountedLabel> counted_labels(const Catalog& catalog, TableId table) {
  const std::string prefix = count_column(table) + ":";
  std::vector<CountedLabel> labels;
  for (const ColumnId id : catalog.columns(kItems)) {
    const std::string_view name = catalog.column(id).name;
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    const size_t colon = rest.find(':');
    if (colon == std::string_view::npos) continue;
    labels.push_back({std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1)), id});
  }
  std::sort(labels.begin(), labels.end(), [](const CountedLabel& a, const CountedLabel& b) {
    return std::tie(a.type, a.label) < std::tie(b.type, b.label);
  });
  return labels;
}

}  // namespace cupel::storage
