#include <fmt/format.h>

#include "engine/api/scope.hpp"
#include "engine/api/state.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

std::string source_text(const grammar::Source& source) {
  switch (source.kind) {
    case grammar::SourceKind::kItems: return "items";
    case grammar::SourceKind::kAnnotations: return "annotations";
    case grammar::SourceKind::kObjects: return "objects";
    case grammar::SourceKind::kPredictions: break;
  }
  return source.run ? "predictions(" + grammar::quote_text(*source.run) + ")" : "predictions";
}

/// Labels are a query like any other.
Answer show_labels(const Call& call, const std::optional<grammar::Source>& source) {
  if (source && source->kind == grammar::SourceKind::kItems)
    throw Error(ErrorCode::kType, "items have no labels; their annotations and predictions have",
                source->span, "annotations");
  const std::string text = "SELECT label, type, count() AS count FROM " +
                           (source ? source_text(*source) : "annotations") +
                           " GROUP BY label, type ORDER BY count() DESC, label, type";
  Answer answer = run_query(call, grammar::parse_query(text));
  answer->noun = "labels";
  return answer;
}

/// How many visible rows have a value in the column, and one of the values.
struct Filling {
  uint64_t values = 0;
  Value example;
};

Filling filling(const storage::Snapshot& snapshot, const storage::Column& column,
                const exec::Context& context) {
  Filling filling;
  for (uint32_t c = 0; c < snapshot.catalog().chunk_count(column.table); ++c) {
    context.poll();
    const storage::ChunkPtr chunk = snapshot.chunk(column.id, c);
    if (!chunk) continue;
    const storage::Bitmap visible = snapshot.visible(column.table, c);
    visible.for_each([&](uint32_t row) {
      if (chunk->is_missing(row)) return;
      if (filling.values++ == 0) filling.example = snapshot.value_in(column.id, *chunk, row);
    });
  }
  return filling;
}

std::string table_text(const storage::Catalog& catalog, storage::TableId table) {
  if (table == storage::kItems) return "items";
  if (table == storage::kAnnotations) return "annotations";
  return "predictions(" + grammar::quote_text(catalog.run(table)->name) + ")";
}

Answer show_fields(const Call& call, const std::optional<grammar::Source>& source) {
  const bind::Scope scope = scope_of(call, call.session.view());
  const storage::Snapshot& snapshot = *scope.snapshot;
  const storage::Catalog& catalog = snapshot.catalog();
  std::vector<storage::TableId> tables;
  if (source) {
    tables = bind::source_tables(*source, scope);
  } else {
    tables = {storage::kItems, storage::kAnnotations};
    for (const storage::Run& run : catalog.runs()) tables.push_back(run.table);
  }
  const auto context = call.session.context(scope.snapshot);
  RowBuilder rows({{"of", Type::kText},
                   {"field", Type::kText},
                   {"type", Type::kText},
                   {"values", Type::kInt64},
                   {"example", Type::kText}});
  for (const storage::TableId table : tables) {
    for (const storage::ColumnId id : catalog.columns(table)) {
      const storage::Column& column = catalog.column(id);
      if (column.name.starts_with('$')) continue;
      const Filling found = filling(snapshot, column, *context);
      if (found.values == 0) continue;
      rows.add({table_text(catalog, table), column.name, to_string(column.type),
                static_cast<int64_t>(found.values), to_text(found.example)});
    }
  }
  Answer answer = rows.finish();
  answer->noun = "fields";
  return answer;
}

Value evaluation_state(const storage::Catalog& catalog, const std::string& run) {
  const auto record = plan::evaluation_of(catalog, run);
  if (!record) return "not evaluated";
  return plan::stale_reasons(*record, catalog).empty() ? "evaluated" : "stale";
}

Answer show_runs(const Call& call) {
  const storage::SnapshotPtr snapshot = call.session.view();
  const storage::Catalog& catalog = snapshot->catalog();
  RowBuilder rows({{"run", Type::kText},
                   {"predictions", Type::kInt64},
                   {"in_use", Type::kBool},
                   {"evaluation", Type::kText}});
  for (const storage::Run& run : catalog.runs()) {
    const bool chosen =
        call.session.run.empty() ? catalog.runs().size() == 1 : call.session.run == run.name;
    rows.add({run.name, static_cast<int64_t>(catalog.live_rows(run.table)), chosen,
              evaluation_state(catalog, run.name)});
  }
  Answer answer = rows.finish();
  answer->noun = "runs";
  return answer;
}

Answer show_stats(const Call& call) {
  const storage::SnapshotPtr snapshot = call.session.view();
  const storage::Catalog& catalog = snapshot->catalog();
  const auto number = [](uint64_t n) { return static_cast<int64_t>(n); };
  RowBuilder rows({{"name", Type::kText}, {"value", Type::kAny}});
  rows.add({"path", call.session.database->dataset->path()});
  rows.add({"items", number(catalog.live_rows(storage::kItems))});
  rows.add({"annotations", number(catalog.live_rows(storage::kAnnotations))});
  uint64_t predictions = 0;
  for (const storage::Run& run : catalog.runs()) predictions += catalog.live_rows(run.table);
  rows.add({"runs", number(catalog.runs().size())});
  rows.add({"predictions", number(predictions)});
  rows.add({"slices", number(catalog.slices().size())});
  rows.add({"generation", number(catalog.generation)});
  rows.add({"disk_bytes", number(call.session.database->dataset->disk_bytes())});
  rows.add({"chunk_rows", number(catalog.chunk_rows)});
  rows.add({"storage_format", number(storage::kFormatVersion)});
  rows.add({"memory_bytes", number(call.session.database->options.memory_bytes)});
  rows.add({"threads", number(call.session.database->options.threads)});
  return rows.finish();
}

}  // namespace

Answer run_show(const Call& call, const grammar::Show& show) {
  switch (show.what) {
    case grammar::ShowWhat::kSlices: return show_slices(call);
    case grammar::ShowWhat::kRuns: return show_runs(call);
    case grammar::ShowWhat::kLabels: return show_labels(call, show.source);
    case grammar::ShowWhat::kFields: return show_fields(call, show.source);
    case grammar::ShowWhat::kStats: return show_stats(call);
    case grammar::ShowWhat::kAutotags: return show_autotags(call);
    case grammar::ShowWhat::kEmbeddings: return show_embeddings(call);
    case grammar::ShowWhat::kProbabilities: return show_probabilities(call);
  }
  throw Error(ErrorCode::kInternal, "SHOW does not know what to show");
}

}  // namespace cupel::api
