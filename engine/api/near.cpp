#include <fmt/format.h>

#include "engine/api/embeddings.hpp"
#include "engine/api/label_errors.hpp"
#include "engine/api/scope.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/near_rows.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "index/neighbours.hpp"

namespace cupel::api {
namespace {

constexpr double kUsualDistance = 0.05;
constexpr double kMostDistance = 2;  ///< of cosines

double distance_of(const grammar::FindNear& statement) {
  if (!statement.within) return kUsualDistance;
  const double distance = statement.within->value;
  if (!(distance >= 0 && distance <= kMostDistance))
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("WITHIN is a cosine distance, 0 (the same direction) to 2, not {}", distance),
        statement.within->span);
  return distance;
}

/// The live rows of a table, or those of them that a slice has; objects are in a slice of items
/// with their item.
storage::Bitmap rows_of(const Call& call, const std::optional<grammar::Name>& slice,
                        storage::TableId table, const exec::Context& context) {
  const auto poll = [&] { context.poll(); };
  if (!slice) return exec::visible_rows(*context.snapshot, table, poll);
  const storage::Catalog& catalog = context.snapshot->catalog();
  const storage::Slice* known = catalog.slice(slice->text);
  if (known == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, of] : catalog.slices()) names.push_back(name);
    unknown_name("slice", *slice, names);
  }
  if (known->objects && table == storage::kItems)
    throw Error(ErrorCode::kType,
                "slice '" + slice->text + "' holds objects, but the embeddings are of items",
                slice->span);
  const Parameters none;
  std::vector<Warning> ignored;
  const grammar::Query query =
      grammar::parse_query("FROM " + plan::source_text(catalog, table) +
                           " WHERE slice = " + grammar::quote_text(slice->text));
  const bind::Scope scope = scope_of(call, context.snapshot, none);
  const plan::Plan plan = optimise(call.session, bind::bind_query(query, scope, ignored));
  const exec::RowSet rows = exec::select_rows(plan, context);
  storage::Bitmap members(static_cast<uint32_t>(catalog.row_count(table)));
  for (const exec::RowSet::TableRows& of_table : rows.tables)
    for (size_t chunk = 0; chunk < of_table.chunks.size(); ++chunk)
      of_table.chunks[chunk].for_each([&](uint32_t row) {
        members.set(static_cast<uint32_t>(chunk * catalog.chunk_rows + row));
      });
  return members;
}

/// "100 items, exact", "100 items, approximate (recall 0.98 of the nearest)"
std::string looked_at(const exec::NearOutcome& outcome, std::string_view noun) {
  std::string text = outcome.exact ? fmt::format("{}, exact", counted(outcome.rows, noun))
                                   : fmt::format("{}, approximate, expected recall {:.2f}",
                                                 counted(outcome.rows, noun), outcome.recall);
  if (outcome.without != 0)
    text += fmt::format("; {} without a vector to compare", grouped(outcome.without));
  return text;
}

Answer duplicates_answer(const exec::NearOutcome& outcome, std::string_view noun, double distance) {
  RowBuilder rows({{"groups", Type::kInt64},
                   {"members", Type::kInt64},
                   {"rows", Type::kInt64},
                   {"exact", Type::kBool},
                   {"recall", Type::kFloat64}});
  rows.add({static_cast<int64_t>(outcome.groups), static_cast<int64_t>(outcome.members),
            static_cast<int64_t>(outcome.rows), outcome.exact, rounded(outcome.recall)});
  return rows.finish(
      fmt::format("{} of near duplicates (within {}): {} of {}; metadata.duplicate_group and "
                  "metadata.duplicate_distance say which",
                  counted(outcome.groups, "groups"), distance, grouped(outcome.members),
                  looked_at(outcome, noun)));
}

Answer outliers_answer(const exec::NearOutcome& outcome, std::string_view noun) {
  RowBuilder rows({{"rows", Type::kInt64}, {"exact", Type::kBool}, {"recall", Type::kFloat64}});
  rows.add({static_cast<int64_t>(outcome.rows), outcome.exact, rounded(outcome.recall)});
  return rows.finish(fmt::format("{}; ORDER BY metadata.outlier_score DESC has the strangest first",
                                 looked_at(outcome, noun)));
}

}  // namespace

Answer find_near(const Call& call, const grammar::FindNear& statement) {
  const double distance = distance_of(statement);
  const bool outliers = statement.what == grammar::NearWhat::kOutliers;
  exec::NearRequest request;
  exec::NearOutcome outcome;
  exec::Lists lists;
  const bool open_transaction = call.session.transaction != nullptr;
  write(call.session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    request.set = choose_embedding(context->snapshot->catalog(), statement.embedding, {});
    request.among = rows_of(call, statement.slice, request.set.table, *context);
    // What an open transaction sees may never be; lists are of what is.
    if (!open_transaction && request.among.count() > index::NeighbourOptions{}.exact_rows)
      lists = call.session.database->indexes->find_or_build(request.set, *context);
    request.clusters = lists.clusters.get();
    outcome = outliers ? exec::find_outliers(transaction, request, *context)
                       : exec::find_duplicates(transaction, request, distance, *context);
  });
  const std::string_view noun = noun_of(request.set.table);
  Answer answer =
      outliers ? outliers_answer(outcome, noun) : duplicates_answer(outcome, noun, distance);
  if (statement.slice) answer->message += "; rows outside of the slice have no value any more";
  if (lists.complaint)
    answer->warnings.push_back(
        {"the lists of this search were not kept: " + *lists.complaint, std::nullopt, {}});
  return answer;
}

}  // namespace cupel::api
