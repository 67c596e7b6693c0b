#include <chrono>

#include "engine/api/scope.hpp"
#include "engine/api/state.hpp"
#include "engine/bind/live_slice.hpp"
#include "engine/exec/change.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

/// To the second: finer says nothing about a slice.
int64_t now_micros() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::chrono::microseconds(now.time_since_epoch()).count();
}

bool is_of_objects(const grammar::Query& query) {
  return query.source && query.source->kind != grammar::SourceKind::kItems;
}

std::vector<std::string> slice_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& [name, slice] : catalog.slices()) names.push_back(name);
  return names;
}

const storage::Slice& existing_slice(const storage::Catalog& catalog, const grammar::Name& name) {
  const storage::Slice* slice = catalog.slice(name.text);
  if (slice == nullptr) unknown_name("slice", name, slice_names(catalog));
  return *slice;
}

void require_free(const storage::Catalog& catalog, const grammar::Name& name) {
  if (name.text.empty()) throw Error(ErrorCode::kConstraint, "a slice needs a name", name.span);
  if (catalog.slice(name.text) != nullptr)
    throw Error(
        ErrorCode::kConflict,
        "there is a slice '" + name.text + "' already; DROP SLICE it first or choose another name",
        name.span);
}

/// The rows of a query that is to fill (or empty) a slice. `note` is what to say of how they were
/// found, after a sentence; empty for the most part.
exec::RowSet member_rows(const Call& call, const grammar::Query& query,
                         const exec::Context& context, std::vector<Warning>& warnings,
                         std::string& note) {
  const plan::Plan plan = bind(call, query, warnings);
  if (plan.grouped)
    throw Error(ErrorCode::kType, "a slice is made of rows; this query returns groups", query.span);
  exec::RowSet rows = exec::select_rows(plan, context);
  note = search_note(context);
  if (!note.empty()) note.insert(0, "; ");
  return rows;
}

/// The items named by reference, as rows.
exec::RowSet referenced_items(const storage::Snapshot& snapshot,
                              const std::vector<grammar::Name>& references) {
  const storage::Catalog& catalog = snapshot.catalog();
  exec::RowSet rows;
  auto& table = rows.tables.emplace_back(exec::RowSet::TableRows{storage::kItems, {}});
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(storage::kItems); ++chunk)
    table.chunks.emplace_back(snapshot.rows_in_chunk(storage::kItems, chunk));
  for (const grammar::Name& reference : references) {
    const std::optional<uint64_t> row = snapshot.find_item(reference.text);
    if (!row)
      throw Error(ErrorCode::kName, "there is no item '" + reference.text + "'", reference.span);
    table.chunks[*row / catalog.chunk_rows].set(static_cast<uint32_t>(*row % catalog.chunk_rows));
  }
  return rows;
}

std::string kind_of(const storage::Slice& slice) { return slice.live ? "live" : "static"; }
std::string rows_of(const storage::Slice& slice) { return slice.objects ? "objects" : "items"; }

uint64_t members_of(const Call& call, const storage::Snapshot& snapshot,
                    const storage::Slice& slice) {
  if (!slice.live) return exec::count_members(snapshot, slice);
  const std::string text = std::string(slice.objects ? "FROM objects WHERE " : "") +
                           "slice = " + grammar::quote_text(slice.name);
  std::vector<Warning> ignored;
  const grammar::Query query = grammar::parse_query(text);
  const bind::Scope scope = scope_of(call, call.session.view());
  const plan::Plan plan = optimise(call.session, bind::bind_query(query, scope, ignored));
  const auto context = call.session.context(call.session.view());
  return exec::select_rows(plan, *context).count();
}

/// What a live slice's definition is bound with: no parameters, so that it means the same later.
void require_self_contained(const Call& call, const grammar::CreateSlice& statement) {
  const Parameters none;
  const bind::Scope scope = scope_of(call, call.session.view(), none);
  bind::check_live_slice(*statement.query, statement.name.text, scope);
}

}  // namespace

Answer create_slice(const Call& call, const grammar::CreateSlice& statement) {
  require_free(call.session.view()->catalog(), statement.name);
  storage::Slice slice;
  slice.name = statement.name.text;
  slice.live = statement.live;
  slice.objects = statement.query && is_of_objects(*statement.query);
  slice.query = statement.query_text;
  slice.created_micros = now_micros();
  std::vector<Warning> warnings;
  if (statement.live) require_self_contained(call, statement);
  uint64_t members = 0;
  std::string note;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    slice.generation = transaction.catalog().generation;
    exec::RowSet rows;
    if (!statement.live)
      rows = statement.query ? member_rows(call, *statement.query, *context, warnings, note)
                             : referenced_items(*context->snapshot, statement.references);
    const storage::Slice added = transaction.add_slice(slice);
    if (!statement.live) members = exec::add_members(transaction, added, rows, *context);
  });
  if (statement.live) {
    const storage::SnapshotPtr snapshot = call.session.view();
    members = members_of(call, *snapshot, *snapshot->catalog().slice(slice.name));
  }
  RowBuilder result({{"slice", Type::kText}, {"members", Type::kInt64}});
  result.add({slice.name, static_cast<int64_t>(members)});
  Answer answer = result.finish(kind_of(slice) + " slice '" + slice.name +
                                "' created: " + counted(members, rows_of(slice)) + note);
  answer->warnings = std::move(warnings);
  return answer;
}

namespace {

using MemberChange = uint64_t (*)(storage::Transaction&, const storage::Slice&, const exec::RowSet&,
                                  const exec::Context&);

Answer change_members(const Call& call, const grammar::Name& name, const grammar::Query& query,
                      MemberChange change, std::string_view verb) {
  uint64_t changed = 0;
  std::string noun;
  std::string note;
  std::vector<Warning> warnings;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    const storage::Slice slice = existing_slice(context->snapshot->catalog(), name);
    if (slice.live)
      throw Error(ErrorCode::kConstraint,
                  "slice '" + slice.name + "' is live: its query decides who is a member",
                  name.span);
    if (slice.objects != is_of_objects(query))
      throw Error(ErrorCode::kType,
                  "slice '" + slice.name + "' holds " + rows_of(slice) + "; the query returns " +
                      (slice.objects ? "items" : "objects"),
                  query.span);
    noun = rows_of(slice);
    changed =
        change(transaction, slice, member_rows(call, query, *context, warnings, note), *context);
  });
  RowBuilder rows({{"slice", Type::kText}, {"changed", Type::kInt64}});
  rows.add({name.text, static_cast<int64_t>(changed)});
  Answer answer = rows.finish("slice '" + name.text + "': " + counted(changed, noun) + " " +
                              std::string(verb) + note);
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace

Answer insert_into_slice(const Call& call, const grammar::InsertIntoSlice& statement) {
  return change_members(call, statement.name, statement.query, &exec::add_members, "added");
}

Answer delete_from_slice(const Call& call, const grammar::DeleteFromSlice& statement) {
  return change_members(call, statement.name, statement.query, &exec::remove_members, "removed");
}

Answer rename_slice(const Call& call, const grammar::RenameSlice& statement) {
  write(call.session, [&](storage::Transaction& transaction) {
    existing_slice(transaction.catalog(), statement.from);
    require_free(transaction.catalog(), statement.to);
    const std::string dependent =
        bind::live_slice_using(transaction.catalog(), statement.from.text);
    if (!dependent.empty())
      throw Error(ErrorCode::kConflict,
                  "live slice '" + dependent + "' uses slice '" + statement.from.text +
                      "'; drop or re-create that one first",
                  statement.from.span);
    transaction.rename_slice(statement.from.text, statement.to.text);
  });
  return RowBuilder({}).finish("slice '" + statement.from.text + "' is now '" + statement.to.text +
                               "'");
}

Answer drop_slice(const Call& call, const grammar::DropSlice& statement) {
  write(call.session, [&](storage::Transaction& transaction) {
    existing_slice(transaction.catalog(), statement.name);
    const std::string dependent =
        bind::live_slice_using(transaction.catalog(), statement.name.text);
    if (!dependent.empty())
      throw Error(ErrorCode::kConflict,
                  "live slice '" + dependent + "' uses slice '" + statement.name.text +
                      "'; drop that one first",
                  statement.name.span);
    transaction.remove_slice(statement.name.text);
  });
  return RowBuilder({}).finish("slice '" + statement.name.text + "' dropped");
}

Answer describe_slice(const Call& call, const grammar::DescribeSlice& statement) {
  const storage::SnapshotPtr snapshot = call.session.view();
  const storage::Slice& slice = existing_slice(snapshot->catalog(), statement.name);
  RowBuilder rows({{"property", Type::kText}, {"value", Type::kText}});
  rows.add({"name", slice.name});
  rows.add({"kind", kind_of(slice)});
  rows.add({"of", rows_of(slice)});
  rows.add({"members", std::to_string(members_of(call, *snapshot, slice))});
  rows.add({"created_at", format_timestamp({slice.created_micros})});
  rows.add({"query", slice.query.empty() ? Value() : Value(slice.query)});
  return rows.finish();
}

Answer show_slices(const Call& call) {
  const storage::SnapshotPtr snapshot = call.session.view();
  RowBuilder rows({{"slice", Type::kText},
                   {"kind", Type::kText},
                   {"of", Type::kText},
                   {"members", Type::kInt64},
                   {"created_at", Type::kTimestamp},
                   {"query", Type::kText}});
  for (const auto& [name, slice] : snapshot->catalog().slices())
    rows.add({name, kind_of(slice), rows_of(slice),
              static_cast<int64_t>(members_of(call, *snapshot, slice)),
              Timestamp{slice.created_micros}, slice.query.empty() ? Value() : Value(slice.query)});
  Answer answer = rows.finish();
  answer->noun = "slices";
  return answer;
}

}  // namespace cupel::api
