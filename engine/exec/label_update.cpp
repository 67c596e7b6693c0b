#include "engine/exec/label_update.hpp"

namespace cupel::exec {
namespace {

const std::string& label_text(const Value& value) {
  if (!value.is_text() || value.as_text().empty())
    throw Error(ErrorCode::kType, "an object's label must be a text that is not empty");
  if (const auto sentence = storage::too_long("a label", value.as_text()))
    throw Error(ErrorCode::kLimit, *sentence);
  return value.as_text();
}

}  // namespace

LabelUpdate::LabelUpdate(storage::Transaction& transaction, const storage::SnapshotPtr& view,
                         storage::TableId table)
    : transaction_(transaction),
      column_(transaction.column(table, "label", Type::kText)),
      objects_(view, table),
      counts_(transaction, table) {}

void LabelUpdate::assign(uint64_t row, const Value& value) {
  const std::string& after = label_text(value);
  if (objects_.label(row) == after) return;
  const uint64_t item = objects_.item(row);
  counts_.add(item, objects_.type(row), objects_.label(row), -1);
  counts_.add(item, objects_.type(row), after, 1);
  transaction_.set(column_, row, value);
}

}  // namespace cupel::exec
