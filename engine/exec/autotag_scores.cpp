#include "engine/exec/autotag_scores.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "engine/exec/autotag_stale.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "index/similarity.hpp"

namespace cupel::exec {
namespace {

using storage::ChunkBuilder;
using storage::ChunkPtr;
using storage::ColumnId;
using storage::SnapshotPtr;
using storage::VectorSet;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Of a chunk of which fewer rows than one in so many change, single rows are patched.
constexpr size_t kRewriteShare = 16;

index::Probe probe_of(const Tag& tag) {
  return index::linear_score(tag.learned.weights, tag.learned.offset);
}

void margins_to_scores(const Tag& tag, std::span<double> numbers) {
  for (double& number : numbers) number = learn::autotag_score(tag.learned, number);
}

/// Scores of some rows of a set, block by block.
class RowScores {
 public:
  RowScores(SnapshotPtr view, const VectorSet& set, std::span<const uint64_t> rows)
      : view_(std::move(view)), set_(set), rows_(rows) {
    for (size_t begin = 0; begin < rows.size();) {
      const uint64_t block = rows[begin] / set.block_rows;
      size_t end = begin + 1;
      while (end < rows.size() && rows[end] / set.block_rows == block) ++end;
      parts_.push_back({static_cast<uint32_t>(block), begin, end});
      begin = end;
    }
  }

  void score(const Tag& tag, std::span<double> scores, const index::Running& running) const {
    const index::Probe probe = probe_of(tag);
    running.for_each(parts_.size(), [&](size_t number) {
      running.check();
      score(probe, parts_[number], scores.data());
    });
    margins_to_scores(tag, scores);
  }

 private:
  struct Part {
    uint32_t block;
    size_t begin, end;  ///< of rows_
  };

  void score(const index::Probe& probe, const Part& part, double* scores) const {
    const storage::VectorBlockPtr block = view_->vector_block(set_.id, part.block);
    if (!block) return std::fill(scores + part.begin, scores + part.end, kMissing);
    std::vector<uint32_t> in_block;
    for (size_t i = part.begin; i < part.end; ++i)
      in_block.push_back(static_cast<uint32_t>(rows_[i] % set_.block_rows));
    index::score_rows(probe, *block, in_block, scores + part.begin);
  }

  const SnapshotPtr view_;
  const VectorSet& set_;
  const std::span<const uint64_t> rows_;
  std::vector<Part> parts_;
};

/// Gives rows of one chunk new scores; the others keep those of `old`, which may be null.
void change_chunk(storage::Transaction& transaction, ColumnId column, uint32_t chunk,
                  const ChunkPtr& old, std::span<const uint64_t> rows, const double* scores) {
  if (old && rows.size() * kRewriteShare < old->rows) {
    for (size_t i = 0; i < rows.size(); ++i)
      transaction.set(column, rows[i], scores[i] == scores[i] ? Value(scores[i]) : Value());
    return;
  }
  const uint64_t first = uint64_t{chunk} * transaction.catalog().chunk_rows;
  const uint64_t end = std::max<uint64_t>(rows.back() + 1 - first, old ? old->rows : 0);
  ChunkBuilder builder(Type::kFloat64);
  size_t next = 0;
  for (uint32_t row = 0; row < end; ++row) {
    if (next < rows.size() && rows[next] == first + row) {
      builder.set_number(row, scores[next++]);
    } else if (old && !old->is_missing(row)) {
      builder.set_number(row, old->number_at(row));
    }
  }
  transaction.replace_chunk(column, chunk, builder.finish());
}

void change_scores(storage::Transaction& transaction, const SnapshotPtr& view, const Tag& tag,
                   std::span<const uint64_t> rows, const std::vector<double>& scores,
                   const Context& context) {
  const std::string name = score_column(tag.table, tag.name);
  const storage::Column* before = view->catalog().find(tag.table, name, Type::kFloat64);
  const ColumnId column = transaction.column(tag.table, name, Type::kFloat64);
  const uint64_t chunk_rows = view->catalog().chunk_rows;
  for (size_t begin = 0; begin < rows.size();) {
    context.poll();
    const auto chunk = static_cast<uint32_t>(rows[begin] / chunk_rows);
    size_t end = begin + 1;
    while (end < rows.size() && rows[end] / chunk_rows == chunk) ++end;
    const ChunkPtr old = before == nullptr ? nullptr : view->chunk(before->id, chunk);
    change_chunk(transaction, column, chunk, old, rows.subspan(begin, end - begin),
                 scores.data() + begin);
    begin = end;
  }
}

/// Calls `f(row, score)` for the visible rows that have a score, ascending.
template <typename F>
void for_each_score(const Tag& tag, const Context& context, const F& f) {
  const storage::Snapshot& view = *context.snapshot;
  const storage::Catalog& catalog = view.catalog();
  const storage::Column* column =
      catalog.find(tag.table, score_column(tag.table, tag.name), Type::kFloat64);
  for (uint32_t chunk = 0; column != nullptr && chunk < catalog.chunk_count(tag.table); ++chunk) {
    context.poll();
    const ChunkPtr values = view.chunk(column->id, chunk);
    if (!values) continue;
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    view.visible(tag.table, chunk).for_each([&](uint32_t row) {
      if (!values->is_missing(row)) f(first + row, values->number_at(row));
    });
  }
}

}  // namespace

ScoreCounts write_scores(storage::Transaction& transaction, const Tag& tag, const VectorSet& set,
                         const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const uint64_t rows = catalog.row_count(set.table);
  const ColumnId column =
      transaction.column(set.table, score_column(set.table, tag.name), Type::kFloat64);
  context.reserve(rows * sizeof(double));
  std::vector<double> scores(rows);
  index::score_all(vector_rows(context.snapshot, set), probe_of(tag), nullptr, scores,
                   running(context));
  margins_to_scores(tag, scores);
  ScoreCounts counts;
  ChunkBuilder builder(Type::kFloat64);
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(set.table); ++chunk) {
    context.poll();
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    if (context.progress) context.progress({"autotag", first, rows, "rows"});
    const uint32_t size = context.snapshot->rows_in_chunk(set.table, chunk);
    for (uint32_t row = 0; row < size; ++row) builder.set_number(row, scores[first + row]);
    transaction.replace_chunk(column, chunk, builder.finish());
    context.snapshot->visible(set.table, chunk).for_each([&](uint32_t row) {
      counts.scored += scores[first + row] == scores[first + row];
      counts.above += scores[first + row] > 0;
    });
  }
  return counts;
}

void rescore_tags(storage::Transaction& transaction, uint32_t set_id,
                  const storage::Bitmap& written, const Context& context) {
  std::vector<Tag> tags;
  for (const std::string& name : transaction.catalog().documents(kAutotag))
    if (Tag tag = *tag_of(transaction.catalog(), name); tag.set == set_id)
      tags.push_back(std::move(tag));
  if (tags.empty() || written.none()) return;
  const SnapshotPtr view = transaction.view();
  const VectorSet set = *view->catalog().vectors(set_id);
  context.reserve(written.count() * (sizeof(uint64_t) + sizeof(double)));
  std::vector<uint64_t> rows;
  rows.reserve(written.count());
  written.for_each([&](uint32_t row) { rows.push_back(row); });
  std::vector<double> scores(rows.size());
  const RowScores of_rows(view, set, rows);
  for (Tag& tag : tags) {
    of_rows.score(tag, scores, running(context));
    change_scores(transaction, view, tag, rows, scores, context);
    tag.changed = examples_fingerprint(*view, set, tag.examples) != tag.fingerprint;
    tag.generation = set.generation;
    transaction.set_document(kAutotag, tag.name, encode(tag));
  }
}

std::vector<double> read_scores(const Tag& tag, const Context& context) {
  const uint64_t rows = context.snapshot->catalog().row_count(tag.table);
  context.reserve(rows * sizeof(double));
  std::vector<double> scores(rows, kMissing);
  for_each_score(tag, context, [&](uint64_t row, double score) { scores[row] = score; });
  return scores;
}

uint64_t count_above(const Tag& tag, const Context& context) {
  uint64_t above = 0;
  for_each_score(tag, context, [&](uint64_t, double score) { above += score > 0; });
  return above;
}

}  // namespace cupel::exec
