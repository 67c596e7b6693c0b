#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cupel/error.hpp"
#include "storage/appender_text.hpp"
#include "storage/transaction.hpp"

namespace cupel::storage {
namespace {

/// In a chunk that has rows already, up to one new row in this many becomes row changes.
constexpr uint32_t kPatchShare = 16;

/// A column being filled: the values of the chunk at hand.
struct Filling {
  ColumnId column = 0;
  Type type = Type::kInt64;
  ChunkBuilder builder;
  std::optional<TextCollector> texts;  ///< While the column is coded.

  Filling(ColumnId id, Type of_type, bool coded) : column(id), type(of_type), builder(of_type) {
    if (coded) texts.emplace();
  }
  bool empty() const { return builder.rows() == 0 && (!texts || texts->empty()); }
};

/// Copies rows [begin, end) of a chunk into a builder; texts as codes or as they are.
void copy_rows(const Snapshot& view, ColumnId column, const Chunk& from, uint32_t begin,
               uint32_t end, bool as_codes, ChunkBuilder& to) {
  end = std::min(end, from.rows);
  for (uint32_t row = begin; row < end; ++row) {
    if (from.is_missing(row)) continue;
    switch (from.type) {
      case Type::kFloat64: to.set_number(row, from.number_at(row)); break;
      case Type::kText:
        if (as_codes) {
          to.set_code(row, from.code_at(row));
        } else {
          to.set_text(row, view.value_in(column, from, row).as_text());
        }
        break;
      default: to.set_integer(row, from.integer_at(row)); break;
    }
  }
}

/// Rows before `split` of one chunk and from it on of another.
Chunk joined(const Snapshot& view, ColumnId column, const ChunkPtr& before, const Chunk& after,
             uint32_t split) {
  const bool has_before = before && before->missing < before->rows;
  if (!has_before) return after;
  const bool as_codes = before->is_coded() && after.is_coded();
  ChunkBuilder builder(after.type);
  copy_rows(view, column, *before, 0, split, as_codes, builder);
  copy_rows(view, column, after, split, after.rows, as_codes, builder);
  return builder.finish();
}

}  // namespace

struct Appender::Impl {
  Transaction& transaction;
  const TableId table;
  const uint32_t chunk_rows;
  std::deque<Filling> fillings;
  bool has_row = false;
  uint64_t chunk = 0;      ///< Of the current row,
  uint32_t first_row = 0;  ///< the first row given to this chunk,
  uint32_t row = 0;        ///< and the current one in it.

  Filling& filling(Slot slot) { return fillings[slot]; }

  void next_row() {
    const uint64_t ordinal = transaction.append_rows(table, 1);
    const uint64_t in_chunk = ordinal / chunk_rows;
    if (has_row && in_chunk != chunk) flush();
    row = static_cast<uint32_t>(ordinal % chunk_rows);
    if (!has_row || in_chunk != chunk) first_row = row;
    chunk = in_chunk;
    has_row = true;
  }

  /// Writes the chunk at hand, column by column.
  void flush() {
    for (Filling& filling : fillings) {
      if (filling.empty()) continue;
      const Chunk values = filling.texts ? filling.texts->finish(transaction, filling.column)
                                         : filling.builder.finish();
      if (filling.texts && !transaction.catalog().column(filling.column).coded)
        filling.texts.reset();
      // A NaN leaves a chunk of nothing but missing rows.
      if (values.missing == values.rows) continue;
      if (first_row == 0) {
        write(filling.column, values);
        continue;
      }
      // Taken now, so that its dictionary knows the codes just given.
      add_to_rows(*transaction.view(), filling.column, values);
    }
  }

  void write(ColumnId column, const Chunk& values) {
    const auto number = static_cast<uint32_t>(chunk);
    if (transaction.can_write_ahead(table, number)) {
      transaction.write_ahead(column, number, values);
    } else {
      transaction.replace_chunk(column, number, values);
    }
  }

  /// The chunk has rows of earlier appends: few new ones are set, many are joined with them.
  void add_to_rows(const Snapshot& view, ColumnId column, const Chunk& values) {
    const auto number = static_cast<uint32_t>(chunk);
    if ((row - first_row + 1) * kPatchShare > row + 1) {
      write(column, joined(view, column, view.chunk(column, number), values, first_row));
      return;
    }
    const uint64_t begin = chunk * chunk_rows;
    for (uint32_t i = first_row; i < values.rows; ++i)
      if (!values.is_missing(i))
        transaction.set(column, begin + i, view.value_in(column, values, i));
  }
};

Appender::Appender(Transaction& transaction, TableId table)
    : impl_(
          std::make_unique<Impl>(Impl{transaction, table, transaction.catalog().chunk_rows, {}})) {}
Appender::~Appender() = default;

Appender::Slot Appender::slot(std::string_view name, Type type, bool coded) {
  const ColumnId column = impl_->transaction.column(impl_->table, name, type, coded);
  std::deque<Filling>& fillings = impl_->fillings;
  const auto found = std::find_if(fillings.begin(), fillings.end(),
                                  [&](const Filling& filling) { return filling.column == column; });
  if (found == fillings.end()) {
    fillings.emplace_back(column, type, impl_->transaction.catalog().column(column).coded);
    return static_cast<Slot>(fillings.size() - 1);
  }
  return static_cast<Slot>(found - fillings.begin());
}

uint64_t Appender::next_row() {
  impl_->next_row();
  return impl_->chunk * impl_->chunk_rows + impl_->row;
}

void Appender::set_bool(Slot slot, bool value) {
  impl_->filling(slot).builder.set_integer(impl_->row, value ? 1 : 0);
}

void Appender::set_integer(Slot slot, int64_t value) {
  impl_->filling(slot).builder.set_integer(impl_->row, value);
}

void Appender::set_number(Slot slot, double value) {
  impl_->filling(slot).builder.set_number(impl_->row, value);
}

void Appender::set_text(Slot slot, std::string_view value) {
  Filling& filling = impl_->filling(slot);
  if (filling.texts) {
    filling.texts->set(impl_->row, value);
  } else {
    filling.builder.set_text(impl_->row, value);
  }
}

void Appender::finish() {
  if (!impl_->has_row) return;
  impl_->flush();
  impl_->has_row = false;
}

}  // namespace cupel::storage
