#include "engine/exec/autotag_training.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/exec/autotag.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "index/similarity.hpp"

namespace cupel::exec {
namespace {

using storage::VectorBlockPtr;
using storage::VectorSet;

VectorBlockPtr block_of(const storage::Snapshot& snapshot, const VectorSet& set, uint64_t row) {
  if (row >= snapshot.catalog().row_count(set.table)) return nullptr;
  return snapshot.vector_block(set.id, static_cast<uint32_t>(row / set.block_rows));
}

std::vector<double> direction_of(const storage::Snapshot& snapshot, const VectorSet& set,
                                 uint64_t row) {
  const VectorBlockPtr block = block_of(snapshot, set, row);
  if (!block) return {};
  return index::direction_components(*block, static_cast<uint32_t>(row % set.block_rows));
}

std::vector<uint64_t> rows_of(const Tag& tag, int8_t side) {
  std::vector<uint64_t> rows;
  for (const TagExample& example : tag.examples)
    if (example.side == side) rows.push_back(example.row);
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Rows that are no background: examples, rows that are not visible, and rows without a vector.
std::vector<uint64_t> excluded_rows(const Tag& tag, const VectorSet& set, const Context& context) {
  const storage::Snapshot& view = *context.snapshot;
  storage::Bitmap drawable = visible_rows(view, set.table, [&context] { context.poll(); });
  for (const TagExample& example : tag.examples)
    if (example.row < drawable.size()) drawable.reset(static_cast<uint32_t>(example.row));
  const uint64_t rows = view.catalog().row_count(set.table);
  if (set.vectors < rows) {
    for (uint64_t first = 0; first < rows; first += set.block_rows) {
      context.poll();
      const VectorBlockPtr block = block_of(view, set, first);
      for (uint64_t row = first; row < std::min<uint64_t>(first + set.block_rows, rows); ++row)
        if (!block || !block->has(static_cast<uint32_t>(row - first)))
          drawable.reset(static_cast<uint32_t>(row));
    }
  }
  drawable.flip();
  context.reserve(drawable.count() * sizeof(uint64_t));
  std::vector<uint64_t> excluded;
  excluded.reserve(drawable.count());
  drawable.for_each([&](uint32_t row) { excluded.push_back(row); });
  return excluded;
}

}  // namespace

bool has_direction(const storage::Snapshot& snapshot, const VectorSet& set, uint64_t row) {
  return !direction_of(snapshot, set, row).empty();
}

std::vector<double> gather_vectors(const VectorSet& set, std::vector<uint64_t>& rows,
                                   const Context& context) {
  context.reserve(rows.size() * set.width * sizeof(double));
  std::vector<double> vectors;
  vectors.reserve(rows.size() * set.width);
  std::erase_if(rows, [&](uint64_t row) {
    context.poll();
    const std::vector<double> vector = direction_of(*context.snapshot, set, row);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    return vector.empty();
  });
  return vectors;
}

uint64_t train(Tag& tag, const VectorSet& set, const Context& context) {
  std::vector<uint64_t> positive_rows = rows_of(tag, 1), negative_rows = rows_of(tag, -1);
  const std::vector<double> positives = gather_vectors(set, positive_rows, context);
  const std::vector<double> negatives = gather_vectors(set, negative_rows, context);
  if (positive_rows.empty())
    throw Error(ErrorCode::kConstraint,
                fmt::format("autotag '{}' needs an example of what it is for that has a vector in "
                            "embeddings '{}'",
                            tag.name, set.name));
  std::vector<uint64_t> background_rows =
      learn::draw_background(context.snapshot->catalog().row_count(set.table),
                             learn::kUsualBackground, excluded_rows(tag, set, context), tag.seed);
  const std::vector<double> background = gather_vectors(set, background_rows, context);
  if (negative_rows.empty() && background_rows.empty())
    throw Error(ErrorCode::kConstraint,
                fmt::format("nothing stands against the examples of autotag '{}': no other row has "
                            "a vector in embeddings '{}'",
                            tag.name, set.name));
  tag.background = background_rows.size();
  const index::Running run = running(context);
  tag.learned = learn::train_autotag({set.width, positives, negatives, background},
                                     {.seed = tag.seed}, {run.parallel, run.poll});
  return tag.examples.size() - positive_rows.size() - negative_rows.size();
}

}  // namespace cupel::exec
