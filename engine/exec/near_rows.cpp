#include "engine/exec/near_rows.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>
#include <vector>

#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/field_rewrite.hpp"
#include "engine/learn/outliers.hpp"
#include "index/neighbours.hpp"

namespace cupel::exec {
namespace {

/// Writes fields of all visible rows of a table: `cells(subject, out)` appends a cell a field for
/// the rows that were compared, ascending; the others get none.
template <typename Cells>
void write_fields(FieldRewrite& rewrite, size_t fields, storage::TableId table,
                  const std::vector<uint64_t>& subjects, const Context& context,
                  const Cells& cells) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const uint32_t chunks = catalog.chunk_count(table);
  size_t next = 0;
  ChunkCells out(fields);
  for (uint32_t chunk = 0; chunk < chunks; ++chunk) {
    context.poll();
    if (context.progress) context.progress({"writing", chunk, chunks, "chunks"});
    out.clear();
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    context.snapshot->visible(table, chunk).for_each([&](uint32_t row) {
      out.rows.push_back(row);
      if (next < subjects.size() && subjects[next] == first + row) return cells(next++, out.cells);
      for (std::vector<Cell>& of_field : out.cells) of_field.emplace_back();
    });
    rewrite.write(chunk, out.rows, out.cells);
  }
}

/// What a search of neighbours holds for each row at most, beside the vectors.
void reserve_for(uint64_t rows, size_t k, const Context& context) {
  context.reserve(rows * (k * 48 + 64));
}

NearOutcome outcome_of(const NearRequest& request, uint64_t subjects, bool exact, double recall) {
  NearOutcome outcome;
  outcome.rows = subjects;
  outcome.without = request.among.count() - subjects;
  outcome.exact = exact;
  outcome.recall = recall;
  return outcome;
}

}  // namespace

NearOutcome find_duplicates(storage::Transaction& transaction, const NearRequest& request,
                            double distance, const Context& context) {
  reserve_for(request.among.count(), 1, context);
  const index::DuplicateGroups found =
      index::duplicate_groups(vector_rows(context.snapshot, request.set), distance, &request.among,
                              request.clusters, {}, running(context));
  std::unordered_map<uint64_t, uint64_t> sizes;
  for (const uint64_t group : found.group) ++sizes[group];
  std::unordered_map<uint64_t, int64_t> numbers;
  FieldRewrite rewrite(transaction, context.snapshot, request.set.table);
  rewrite.add(kDuplicateGroup, Type::kInt64);
  rewrite.add(kDuplicateDistance, Type::kFloat64);
  write_fields(
      rewrite, 2, request.set.table, found.subjects, context,
      [&](size_t subject, std::vector<std::vector<Cell>>& cells) {
        const uint64_t group = found.group[subject];
        cells[0].push_back(sizes[group] < 2
                               ? Cell()
                               : Cell(numbers.emplace(group, numbers.size() + 1).first->second));
        const double nearest = found.nearest[subject];
        cells[1].push_back(std::isfinite(nearest) ? Cell(nearest) : Cell());
      });
  NearOutcome outcome = outcome_of(request, found.subjects.size(), found.exact, found.recall);
  outcome.groups = found.groups;
  outcome.members = found.members;
  return outcome;
}

NearOutcome find_outliers(storage::Transaction& transaction, const NearRequest& request,
                          const Context& context) {
  const size_t k = learn::usual_neighbour_count(request.among.count());
  reserve_for(request.among.count(), k, context);
  index::RowNeighbours found =
      index::row_neighbours(vector_rows(context.snapshot, request.set), k, &request.among,
                            request.clusters, {}, running(context));
  if (found.subjects.size() < 2)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} of these rows {} a vector that points somewhere; outliers are "
                            "found among two or more",
                            found.subjects.size(), found.subjects.size() == 1 ? "has" : "have"));
  const learn::OutlierScores scores = learn::outlier_scores(
      {found.k, std::move(found.distances), std::move(found.rows)}, learn::Metric::kCosine);
  FieldRewrite rewrite(transaction, context.snapshot, request.set.table);
  rewrite.add(kOutlierScore, Type::kFloat64);
  write_fields(rewrite, 1, request.set.table, found.subjects, context,
               [&](size_t subject, std::vector<std::vector<Cell>>& cells) {
                 cells[0].push_back(1 - scores.scores[subject]);
               });
  return outcome_of(request, found.subjects.size(), found.exact, found.recall);
}

}  // namespace cupel::exec
