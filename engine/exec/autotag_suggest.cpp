#include <algorithm>
#include <limits>

#include "engine/exec/autotag.hpp"
#include "engine/exec/autotag_training.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "engine/learn/suggest.hpp"

namespace cupel::exec {
namespace {

/// So many rows are compared with one another: the least sure ones.
constexpr size_t kPool = 400;

/// Rows that nobody can name have no score here.
void leave_out_nameless(const Tag& tag, std::vector<double>& scores, const Context& context) {
  if (tag.table == storage::kItems) return;
  RowTexts texts(context.snapshot, tag.table);
  for (uint64_t row = 0; row < scores.size(); ++row) {
    if (row % storage::kMaxChunkRows == 0) context.poll();
    if (scores[row] == scores[row] && texts.annotation_id(row).empty())
      scores[row] = std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

std::vector<Suggestion> suggest_rows(const Tag& tag, const storage::VectorSet& set, uint64_t count,
                                     const Context& context) {
  std::vector<double> scores = read_scores(tag, context);
  leave_out_nameless(tag, scores, context);
  std::vector<uint64_t> known;
  for (const TagExample& example : tag.examples) known.push_back(example.row);
  std::sort(known.begin(), known.end());
  std::vector<uint64_t> pool = learn::uncertain_rows(scores, kPool, known);
  const std::vector<double> vectors = gather_vectors(set, pool, context);
  const std::vector<double> answered = gather_vectors(set, known, context);
  std::vector<double> pool_scores;
  pool_scores.reserve(pool.size());
  for (const uint64_t row : pool) pool_scores.push_back(scores[row]);
  std::vector<Suggestion> suggestions;
  for (const size_t at : learn::suggest({set.width, pool_scores, vectors, answered},
                                        std::min<uint64_t>(count, pool.size())))
    suggestions.push_back({pool[at], scores[pool[at]]});
  return suggestions;
}

}  // namespace cupel::exec
