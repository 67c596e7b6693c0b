#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "engine/exec/change.hpp"
#include "engine/exec/row_import.hpp"

namespace cupel::exec {
namespace {

/// Numbers of the fields `PREFIX.KEY`, by key: quoting a key for each row would cost more than
/// the rest of it.
class KeyNames {
 public:
  KeyNames(io::FieldNames& names, std::string_view prefix) : names_(names), prefix_(prefix) {}
  uint32_t id(const std::string& key) {
    const auto [at, is_new] = ids_.try_emplace(key, 0);
    if (is_new) at->second = names_.id(prefix_ + "." + storage::quote_segment(key));
    return at->second;
  }

 private:
  io::FieldNames& names_;
  std::string prefix_;
  std::unordered_map<std::string, uint32_t> ids_;
};

/// Nothing for the missing value. The view lives as long as the value.
std::optional<io::Scalar> scalar_of(const Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_double()) return value.as_double();
  if (value.is_text()) return std::string_view(value.as_text());
  if (value.is_timestamp()) return value.as_timestamp();
  return std::nullopt;
}

void put_metadata(std::vector<io::Field>& fields, KeyNames& names,
                  const std::vector<std::pair<std::string, Value>>& metadata) {
  for (const auto& [key, value] : metadata)
    if (const std::optional<io::Scalar> scalar = scalar_of(value))
      fields.push_back({names.id(key), *scalar});
}

void judge(size_t row, std::string_view reference_id, const Complaint& complaint) {
  if (complaint)
    throw Error(ErrorCode::kConstraint,
                fmt::format("row {} (reference_id '{}'): {}", row, reference_id, *complaint));
}

}  // namespace

AppendCounts append_items(storage::Transaction& transaction, std::span<const ItemRow> rows,
                          bool update, const Context& context) {
  RowImport import(transaction, context, update);
  KeyNames metadata(import.names(), "metadata");
  io::ItemRecord record;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % 1024 == 0) context.poll();
    const ItemRow& row = rows[i];
    record.reference_id = row.reference_id;
    record.image_location = row.image_location;
    record.width = row.width;
    record.height = row.height;
    record.fields.clear();
    put_metadata(record.fields, metadata, row.metadata);
    judge(i, row.reference_id, import.add_item(record));
  }
  import.finish();
  return import.items();
}

AppendCounts append_objects(storage::Transaction& transaction, storage::TableId table,
                            std::span<const ObjectRow> rows, bool update, const Context& context) {
  RowImport import(transaction, context, update);
  KeyNames metadata(import.names(), "metadata");
  KeyNames class_pdf(import.names(), "class_pdf");
  io::ObjectRecord record;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % 1024 == 0) context.poll();
    const ObjectRow& row = rows[i];
    record.reference_id = row.reference_id;
    record.label = row.label;
    record.type = row.type;
    record.annotation_id = row.annotation_id;
    record.taxonomy = row.taxonomy;
    record.x = row.x;
    record.y = row.y;
    record.z = row.z;
    record.width = row.width;
    record.height = row.height;
    record.depth = row.depth;
    record.area = row.area;
    record.confidence = row.confidence;
    record.fields.clear();
    put_metadata(record.fields, metadata, row.metadata);
    for (const auto& [label, probability] : row.class_pdf)
      record.fields.push_back({class_pdf.id(label), probability});
    judge(i, row.reference_id, import.add_object(table, record));
  }
  import.finish();
  return import.objects();
}

}  // namespace cupel::exec
