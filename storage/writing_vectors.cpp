#include <fmt/format.h>

#include <string>
#include <utility>

#include "cupel/error.hpp"
#include "storage/writing.hpp"
#include "storage/writing_view.hpp"

// Vectors in a transaction. What becomes of their blocks: pending_blocks.hpp.

namespace cupel::storage {
namespace {

void require_fitting(const Catalog& catalog, const VectorSet& set, uint32_t block,
                     const VectorBlock& values) {
  const uint64_t first = uint64_t{block} * set.block_rows;
  const uint64_t rows = catalog.row_count(set.table);
  const bool fits = values.element == set.element && values.width == set.width &&
                    values.rows <= set.block_rows && first + values.rows <= rows;
  if (!fits)
    throw Error(ErrorCode::kInternal, fmt::format("the {} '{}' were given a block that does not "
                                                  "fit",
                                                  to_string(set.use), set.name));
}

}  // namespace

uint32_t Writing::add_vectors(VectorSet set) {
  if (const auto sentence = too_long("a name", set.name)) throw Error(ErrorCode::kLimit, *sentence);
  set.vectors = 0;
  set.generation = base_->catalog()->generation + 1;
  return changed_catalog(true).add_vectors(std::move(set)).id;
}

void Writing::remove_vectors(VectorUse use, std::string_view name) {
  Catalog& catalog = changed_catalog(true);
  if (const VectorSet* set = catalog.vectors(use, name)) {
    for (const ColumnKey key : blocks_.keys(set->id)) blocks_.erase(key);
    if (const VectorSet* before = base_->catalog()->vectors(set->id)) {
      const uint32_t blocks = block_count(*base_->catalog(), *before);
      for (uint32_t block = 0; block < blocks; ++block) blocks_.erase({set->id, block});
    }
  }
  catalog.remove_vectors(use, name);
}

uint32_t Writing::vectors_in(const VectorSet& set, uint32_t block) const {
  if (const BlockChange* change = blocks_.find({set.id, block})) return change->vectors;
  if (base_->catalog()->vectors(set.id) == nullptr) return 0;
  const VectorBlockPtr stored = base_->vector_block(set, block);
  return stored ? stored->vectors() : 0;
}

void Writing::write_block(uint32_t set, uint32_t block, const VectorBlock& values) {
  VectorSet& known = changed_catalog(true).mutable_vectors(set);
  require_fitting(catalog_, known, block, values);
  const uint32_t before = vectors_in(known, block);
  const uint32_t now = values.vectors();
  if (now == 0) {
    blocks_.erase({set, block});
  } else {
    blocks_.put({set, block}, encode_block(values), now);
  }
  known.vectors = known.vectors - before + now;
  known.generation = base_->catalog()->generation + 1;
  const size_t kept = core().options().write_ahead_bytes * kTableShare;
  if (blocks_.kept_bytes() > kept) spill_blocks();
}

void Writing::spill_blocks() {
  open_journal();
  blocks_.spill(core().store());
  moment_.reset();
}

}  // namespace cupel::storage
