#include "engine/exec/field_rewrite.hpp"

#include <algorithm>
#include <utility>

#include "engine/io/rest.hpp"

namespace cupel::exec {
namespace {

using storage::Chunk;
using storage::ChunkBuilder;
using storage::ChunkPtr;
using storage::Column;
using storage::ColumnId;
using storage::SnapshotPtr;

bool present(const Cell& cell) { return cell.index() != 0; }

bool any_value(const ChunkPtr& chunk, std::span<const uint32_t> rows) {
  return chunk && std::any_of(rows.begin(), rows.end(),
                              [&](uint32_t row) { return !chunk->is_missing(row); });
}

/// Copies rows of a chunk and puts others in between, in row order.
class ChunkCopy {
 public:
  /// `as_text`: texts are written plain, whatever they were.
  ChunkCopy(const SnapshotPtr& view, ColumnId column, Type type, const Chunk* old, bool as_text)
      : builder_(type), old_(old), as_text_(as_text) {
    if (type == Type::kText && old != nullptr && old->is_coded())
      dictionary_ = view->dictionary(column);
  }
  /// Everything up to (not including) `row`, from where it stopped before.
  void copy_until(uint32_t row) {
    if (old_ != nullptr)
      for (; next_ < std::min(row, old_->rows); ++next_)
        if (!old_->is_missing(next_)) copy(next_);
    next_ = row;
  }
  void skip() { ++next_; }
  ChunkBuilder& builder() { return builder_; }
  Chunk finish() {
    if (old_ != nullptr) copy_until(std::max(next_, old_->rows));
    return builder_.finish();
  }

 private:
  void copy(uint32_t row) {
    switch (builder_.type()) {
      case Type::kFloat64: builder_.set_number(row, old_->number_at(row)); break;
      case Type::kText: copy_text(row); break;
      default: builder_.set_integer(row, old_->integer_at(row)); break;
    }
  }
  void copy_text(uint32_t row) {
    if (!old_->is_coded()) {
      builder_.set_text(row, std::get<storage::PlainText>(old_->values).at(row));
    } else if (as_text_) {
      builder_.set_text(row, dictionary_->text(old_->code_at(row)));
    } else {
      builder_.set_code(row, old_->code_at(row));
    }
  }

  ChunkBuilder builder_;
  const Chunk* old_;
  bool as_text_;
  storage::DictionaryPtr dictionary_;
  uint32_t next_ = 0;
};

/// Removes the values of rows for which `gone(i)` holds.
template <typename F>
void clear_rows(storage::Transaction& transaction, const SnapshotPtr& view, const Column& column,
                uint32_t number, std::span<const uint32_t> rows, F gone) {
  const ChunkPtr old = view->chunk(column.id, number);
  if (!any_value(old, rows)) return;
  ChunkCopy copy(view, column.id, column.type, old.get(), false);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!gone(i)) continue;
    copy.copy_until(rows[i]);
    copy.skip();
  }
  transaction.replace_chunk(column.id, number, copy.finish());
}

}  // namespace

class FieldRewrite::Field {
 public:
  Field(storage::Transaction& transaction, const SnapshotPtr& view, storage::TableId table,
        std::string path, Type type)
      : transaction_(transaction), view_(view), table_(table), path_(std::move(path)), type_(type) {
    for (const ColumnId id : view->catalog().columns(table)) {
      const Column& column = view->catalog().column(id);
      if (column.name == path_)
        (column.type == type ? before_ : others_.emplace_back()) = &column;
      else if (column.name.starts_with(path_ + ".") || path_.starts_with(column.name + "."))
        in_the_way_.push_back(&column);
    }
  }

  const std::string& path() const { return path_; }

  void write(uint32_t chunk, std::span<const uint32_t> rows, const std::vector<Cell>& cells) {
    const ChunkPtr old = before_ == nullptr ? nullptr : view_->chunk(before_->id, chunk);
    const bool any = std::any_of(cells.begin(), cells.end(), present);
    if (any || any_value(old, rows)) write_own(chunk, old, rows, cells);
    for (const Column* other : others_)
      clear_rows(transaction_, view_, *other, chunk, rows, [](size_t) { return true; });
    if (!any) return;
    for (const Column* other : in_the_way_)
      clear_rows(transaction_, view_, *other, chunk, rows,
                 [&](size_t i) { return present(cells[i]); });
  }

 private:
  void write_own(uint32_t chunk, const ChunkPtr& old, std::span<const uint32_t> rows,
                 const std::vector<Cell>& cells) {
    if (!column_) column_ = transaction_.column(table_, path_, type_);
    const bool as_text = type_ == Type::kText && !can_code(old, cells);
    ChunkCopy copy(view_, *column_, type_, old.get(), as_text);
    for (size_t i = 0; i < rows.size(); ++i) {
      copy.copy_until(rows[i]);
      copy.skip();
      if (const auto* integer = std::get_if<int64_t>(&cells[i])) {
        copy.builder().set_integer(rows[i], *integer);
      } else if (const auto* number = std::get_if<double>(&cells[i])) {
        copy.builder().set_number(rows[i], *number);
      } else if (const auto* text = std::get_if<std::string_view>(&cells[i])) {
        if (as_text) {
          copy.builder().set_text(rows[i], *text);
        } else {
          copy.builder().set_code(rows[i], *codes_.find(*text)->second);
        }
      }
    }
    transaction_.replace_chunk(*column_, chunk, copy.finish());
  }

  /// Whether all texts have codes and what is there already is coded.
  bool can_code(const ChunkPtr& old, const std::vector<Cell>& cells) {
    if (old && old->missing != old->rows && !old->is_coded()) return false;
    bool all = true;
    for (const Cell& cell : cells) {
      const auto* text = std::get_if<std::string_view>(&cell);
      if (text == nullptr) continue;
      auto known = codes_.find(*text);
      if (known == codes_.end())
        known = codes_.emplace(std::string(*text), transaction_.code(*column_, *text)).first;
      all &= known->second.has_value();
    }
    return all;
  }

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  storage::Transaction& transaction_;
  const SnapshotPtr& view_;
  storage::TableId table_;
  std::string path_;
  Type type_;
  const Column* before_ = nullptr;         ///< in the view
  std::vector<const Column*> others_;      ///< of the same name and another type
  std::vector<const Column*> in_the_way_;  ///< above and below the path
  std::optional<ColumnId> column_;         ///< once it is known to be needed
  std::unordered_map<std::string, std::optional<uint32_t>, Hash, std::equal_to<>> codes_;
};

FieldRewrite::FieldRewrite(storage::Transaction& transaction, SnapshotPtr view,
                           storage::TableId table)
    : transaction_(transaction), view_(std::move(view)), table_(table) {}
FieldRewrite::~FieldRewrite() = default;

void FieldRewrite::add(std::string path, Type type) {
  fields_.push_back(std::make_unique<Field>(transaction_, view_, table_, std::move(path), type));
}

void FieldRewrite::write(uint32_t chunk, std::span<const uint32_t> rows,
                         std::span<const std::vector<Cell>> cells) {
  if (rows.empty()) return;
  for (size_t f = 0; f < fields_.size(); ++f) fields_[f]->write(chunk, rows, cells[f]);
  clean_rest(chunk, rows, cells);
}

void FieldRewrite::clean_rest(uint32_t number, std::span<const uint32_t> rows,
                              std::span<const std::vector<Cell>> cells) {
  const Column* column = view_->catalog().find(table_, "$rest", Type::kText);
  if (column == nullptr) return;
  const ChunkPtr chunk = view_->chunk(column->id, number);
  for (size_t i = 0; chunk && i < rows.size(); ++i) {
    if (chunk->is_missing(rows[i])) continue;
    const Value before = view_->value_in(column->id, *chunk, rows[i]);
    std::string rest = before.as_text();
    for (size_t f = 0; f < fields_.size(); ++f) {
      // A rest that has metadata, but not this name, has nothing to give up.
      const std::string name = storage::split_path(fields_[f]->path()).back();
      if (rest.find("\"metadata\":{") != std::string::npos && rest.find(name) == std::string::npos)
        continue;
      rest = io::remove_path(rest, fields_[f]->path(), present(cells[f][i]));
    }
    if (rest == before.as_text()) continue;
    const uint64_t row = uint64_t{number} * view_->catalog().chunk_rows + rows[i];
    transaction_.set(column->id, row, rest.empty() ? Value() : Value(rest));
  }
}

}  // namespace cupel::exec
