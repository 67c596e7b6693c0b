#include "engine/exec/table_rewrite.hpp"

#include <utility>

namespace cupel::exec {

using storage::Chunk;

TableRewrite::TableRewrite(storage::Transaction& transaction, storage::SnapshotPtr view,
                           storage::TableId table)
    : transaction_(transaction), view_(std::move(view)), table_(table) {}

size_t TableRewrite::add(const std::string& path, Type type, bool coded) {
  for (const storage::ColumnId id : view_->catalog().columns(table_)) {
    const storage::Column& column = view_->catalog().column(id);
    const bool same = column.name == path && column.type != type;
    if (same || column.name.starts_with(path + ".") || path.starts_with(column.name + "."))
      in_the_way_.push_back(id);
  }
  const storage::Column* known = transaction_.catalog().find(table_, path, type);
  const bool replaceable = known != nullptr && !transaction_.catalog().watched.contains(known->id);
  fields_.push_back(replaceable ? transaction_.renew_column(known->id, coded)
                                : transaction_.column(table_, path, type, coded));
  return fields_.size() - 1;
}

std::optional<uint32_t> TableRewrite::code(size_t field, std::string_view text) {
  return transaction_.code(fields_[field], text);
}

void TableRewrite::write(uint32_t chunk, const std::vector<Chunk>& chunks) {
  for (size_t f = 0; f < fields_.size(); ++f) {
    const bool was_there =
        fields_[f] < view_->catalog().next_column && view_->chunk(fields_[f], chunk) != nullptr;
    if (was_there || chunks[f].missing != chunks[f].rows)
      transaction_.replace_chunk(fields_[f], chunk, chunks[f]);
  }
  for (const storage::ColumnId other : in_the_way_) {
    if (view_->chunk(other, chunk) == nullptr) continue;
    transaction_.replace_chunk(other, chunk, Chunk{.type = view_->catalog().column(other).type});
  }
}

}  // namespace cupel::exec
