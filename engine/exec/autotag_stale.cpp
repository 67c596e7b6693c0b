#include "engine/exec/autotag_stale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "engine/exec/known_rows.hpp"

namespace cupel::exec {
namespace {

/// Of the bytes of one vector.
uint64_t vector_hash(const storage::VectorBlock& block, uint32_t row) {
  const std::byte* bytes = block.row(row);
  const size_t size = block.width * storage::element_bytes(block.element);
  uint64_t hash = size;
  for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof(word), size - at));
    hash = mix(hash, word);
  }
  return hash;
}

}  // namespace

uint64_t examples_fingerprint(const storage::Snapshot& snapshot, const storage::VectorSet& set,
                              std::span<const TagExample> examples) {
  const uint64_t rows = snapshot.catalog().row_count(set.table);
  uint64_t sum = 0;
  for (const TagExample& example : examples) {
    const auto in_block = static_cast<uint32_t>(example.row % set.block_rows);
    storage::VectorBlockPtr block;
    if (example.row < rows)
      block = snapshot.vector_block(set.id, static_cast<uint32_t>(example.row / set.block_rows));
    const uint64_t vector = block && block->has(in_block) ? vector_hash(*block, in_block) : 0;
    sum += mix(mix(example.row + 1, example.side > 0 ? 1 : 2), vector);
  }
  return sum;
}

std::optional<std::string> stale_reason(const Tag& tag, const storage::Snapshot& snapshot) {
  const storage::VectorSet* set =
      snapshot.catalog().vectors(storage::VectorUse::kEmbedding, tag.embedding);
  if (set == nullptr)
    return fmt::format(
        "the embeddings '{}' were dropped; import them again and REFRESH it, or "
        "DROP AUTOTAG",
        tag.embedding);
  if (set->table != tag.table)
    return fmt::format("the embeddings '{}' are of other rows now; DROP AUTOTAG and create it anew",
                       tag.embedding);
  if (set->id != tag.set)
    return fmt::format("the embeddings '{}' were dropped and imported anew; REFRESH AUTOTAG",
                       tag.embedding);
  const bool changed = set->generation == tag.generation
                           ? tag.changed
                           : examples_fingerprint(snapshot, *set, tag.examples) != tag.fingerprint;
  if (changed) return "vectors of its examples have changed; REFRESH AUTOTAG";
  return std::nullopt;
}

}  // namespace cupel::exec
