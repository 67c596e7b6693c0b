#include "index/counts.hpp"

#include <algorithm>
#include <string>

#include "index/tally.hpp"

namespace cupel::index {
namespace {

using storage::Chunk;
using storage::ChunkPtr;
using storage::Column;
using storage::kItems;

/// A chunk of which more than one row in this many changes is written whole.
constexpr uint32_t kRewriteShare = 16;

int64_t stored(const ChunkPtr& chunk, uint32_t row) {
  return !chunk || chunk->is_missing(row) ? 0 : chunk->integer_at(row);
}

/// Zero is kept as missing, so that a count column holds only items that have such objects.
int64_t count_after(const ChunkPtr& before, uint32_t row, const Sums& sums) {
  return std::max<int64_t>(0, stored(before, row) + sums.by_row[row]);
}

Chunk added(const ChunkPtr& before, const Sums& sums) {
  storage::ChunkBuilder builder(Type::kInt64);
  for (uint32_t row = 0; row < sums.touched.size(); ++row) {
    const int64_t count = count_after(before, row, sums);
    if (count != 0) builder.set_integer(row, count);
  }
  return builder.finish();
}

}  // namespace

struct CountChanges::Impl {
  storage::Transaction& transaction;
  storage::TableId objects;
  Tally tally;

  void write(const storage::Snapshot& view, const std::string& name, uint32_t chunk,
             const Sums& sums) {
    const bool changes = std::any_of(sums.by_row.begin(), sums.by_row.end(),
                                     [](int64_t delta) { return delta != 0; });
    if (!changes) return;
    const Column* existing = view.catalog().find(kItems, name, Type::kInt64);
    const ChunkPtr before = existing ? view.chunk(existing->id, chunk) : nullptr;
    const storage::ColumnId column = transaction.column(kItems, name, Type::kInt64);
    if (sums.touched.count() > sums.touched.size() / kRewriteShare) {
      transaction.replace_chunk(column, chunk, added(before, sums));
      return;
    }
    const uint64_t first = uint64_t{chunk} * sums.touched.size();
    sums.touched.for_each([&](uint32_t row) {
      if (sums.by_row[row] == 0) return;
      const int64_t count = count_after(before, row, sums);
      transaction.set(column, first + row, count == 0 ? Value() : Value(count));
    });
  }
};

CountChanges::CountChanges(storage::Transaction& transaction, storage::TableId objects)
    : impl_(std::make_unique<Impl>(Impl{transaction, objects, {}})) {}
CountChanges::~CountChanges() = default;

void CountChanges::add(uint64_t item, std::string_view type, std::string_view label, int delta) {
  impl_->tally.add(item, type, label, delta);
}

void CountChanges::apply() {
  impl_->transaction.flush();
  const storage::SnapshotPtr view = impl_->transaction.view();
  impl_->tally.for_each_chunk(impl_->objects, view->catalog().chunk_rows,
                              [&](const std::string& name, uint32_t chunk, const Sums& sums) {
                                impl_->write(*view, name, chunk, sums);
                              });
}

}  // namespace cupel::index
