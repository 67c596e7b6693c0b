#include "engine/api/embeddings.hpp"

#include <fmt/format.h>

#include <chrono>

#include "engine/api/label_errors.hpp"
#include "engine/bind/bind.hpp"
#include "engine/exec/autotag_scores.hpp"
#include "engine/exec/embedding_changes.hpp"
#include "engine/exec/embedding_import.hpp"
#include "engine/plan/embedding_sets.hpp"

namespace cupel::api {
namespace {

using storage::TableId;
using storage::VectorSet;

/// To the second: finer says nothing about a file that was imported.
int64_t now_micros() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::chrono::microseconds(now.time_since_epoch()).count();
}

/// Stores vectors by `import(transaction, context)`, as one statement, with all that hangs on them.
template <typename Import>
exec::EmbeddingImport store(Session::State& session, const Import& import) {
  exec::EmbeddingImport imported;
  write(session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = session.context(transaction.view());
    imported = import(transaction, *context);
    exec::rescore_tags(transaction, imported.written.set, imported.written.rows, *context);
  });
  return imported;
}

/// FOR; without it what a known set is of, or items.
TableId table_of(const Call& call, const grammar::ImportEmbeddings& statement,
                 const storage::SnapshotPtr& snapshot) {
  if (!statement.rows) {
    const VectorSet* known = plan::embedding(snapshot->catalog(), statement.name.text);
    return known == nullptr ? storage::kItems : known->table;
  }
  if (statement.rows->kind == grammar::SourceKind::kObjects)
    throw Error(ErrorCode::kUnsupported,
                "embeddings are of annotations or of one run's predictions; write FOR annotations "
                "or FOR predictions(\"run\")",
                statement.rows->span);
  const bind::Scope scope{snapshot, call.session.run, &call.parameters};
  return bind::source_tables(*statement.rows, scope).front();
}

/// "; 2 vectors are all zeros and have no direction, so that nothing is similar to them"
std::string remark(const exec::WrittenEmbeddings& written) {
  if (written.without_direction == 0) return {};
  return fmt::format("; {} {} all zeros and similar to nothing",
                     counted(written.without_direction, "vectors"),
                     written.without_direction == 1 ? "is" : "are");
}

Answer imported_answer(const grammar::ImportEmbeddings& statement, const VectorSet& set,
                       const exec::EmbeddingImport& imported) {
  const AppendCounts& counts = imported.written.counts;
  RowBuilder rows({{"embeddings", Type::kText},
                   {"new", Type::kInt64},
                   {"updated", Type::kInt64},
                   {"ignored", Type::kInt64},
                   {"width", Type::kInt64},
                   {"element", Type::kText}});
  rows.add({set.name, static_cast<int64_t>(counts.added), static_cast<int64_t>(counts.updated),
            static_cast<int64_t>(counts.ignored), static_cast<int64_t>(set.width),
            storage::to_string(set.element)});
  Answer answer = rows.finish(fmt::format(
      "{}: {} new, {} updated, {} ignored; {} each ({}){}", set.name,
      counted(counts.added, "vectors"), grouped(counts.updated), grouped(counts.ignored),
      counted(set.width, "numbers"), storage::to_string(set.element), remark(imported.written)));
  if (counts.repeated > 0)
    answer->warnings.push_back(
        {fmt::format("rows that the file names again: {}; the {} vector of each is kept",
                     counts.repeated, statement.update ? "last" : "first"),
         statement.file.span,
         {}});
  return answer;
}

/// Builds the lists of a set that is large enough for them, after the commit: what goes wrong here
/// takes nothing back. Returns what to say about it, or nothing.
std::string build_lists(Session::State& session, uint32_t id) {
  if (session.transaction) return {};
  try {
    const auto context = session.context(session.view());
    const VectorSet* set = context->snapshot->catalog().vectors(id);
    if (set == nullptr || set->vectors < exec::kApproximateVectors) return {};
    return session.database->indexes->find_or_build(*set, *context).complaint.value_or("");
  } catch (const Error& error) {
    return error.message();
  }
}

/// How searches of the set go: "exact", "lists (512)".
std::string index_state(const Session::State& session, const storage::Snapshot& snapshot,
                        const VectorSet& set) {
  const exec::ClustersPtr lists = session.database->indexes->find(snapshot, set);
  return lists ? fmt::format("lists ({})", lists->lists()) : "exact";
}

}  // namespace

Answer import_embeddings(const Call& call, const grammar::ImportEmbeddings& statement) {
  exec::EmbeddingFile file{statement.file.text, {}};
  if (statement.ids) file.ids = statement.ids->text;
  std::optional<VectorSet> set;
  const auto imported =
      store(call.session, [&](storage::Transaction& transaction, const exec::Context& context) {
        const exec::EmbeddingTarget target{statement.name.text,
                                           table_of(call, statement, context.snapshot),
                                           statement.update, statement.file.text, now_micros()};
        auto done = at_file(statement.file, statement.ids, std::nullopt, [&] {
          return exec::import_embeddings(transaction, file, target, context);
        });
        set = *transaction.catalog().vectors(done.written.set);
        return done;
      });
  Answer answer = imported_answer(statement, *set, imported);
  if (const std::string complaint = build_lists(call.session, set->id); !complaint.empty())
    answer->warnings.push_back(
        {"the embeddings are stored, but the lists that make searches fast are not: " + complaint,
         std::nullopt,
         {}});
  return answer;
}

AppendCounts append_embeddings(Session::State& session, const AppendTarget& target,
                               std::span<const std::string_view> ids, uint32_t width,
                               std::span<const float> vectors) {
  if (target.name.empty()) throw Error(ErrorCode::kConstraint, "embeddings need a name");
  const auto table_in = [&](const storage::Catalog& catalog) -> TableId {
    if (target.source == "items") return storage::kItems;
    if (target.source == "annotations") return storage::kAnnotations;
    if (target.source != "predictions")
      throw Error(ErrorCode::kName, fmt::format("there is no source '{}'", target.source),
                  std::nullopt, "items, annotations or predictions");
    return named_run(catalog, {std::string(target.run), {}}).table;
  };
  return store(session,
               [&](storage::Transaction& transaction, const exec::Context& context) {
                 const exec::EmbeddingTarget to{std::string(target.name),
                                                table_in(transaction.catalog()), target.update,
                                                "memory", now_micros()};
                 return exec::append_embeddings(transaction, ids, width, vectors, to, context);
               })
      .written.counts;
}

Answer drop_embeddings(const Call& call, const grammar::DropEmbeddings& statement) {
  write(call.session, [&](storage::Transaction& transaction) {
    exec::forget_replaced_vectors(transaction,
                                  named_embedding(transaction.catalog(), statement.name).id);
    transaction.remove_vectors(storage::VectorUse::kEmbedding, statement.name.text);
  });
  const Database::State& database = *call.session.database;
  database.indexes->sweep(database.dataset->snapshot()->catalog());
  return RowBuilder({}).finish("embeddings '" + statement.name.text + "' dropped");
}

Answer show_embeddings(const Call& call) {
  const storage::SnapshotPtr snapshot = call.session.view();
  const storage::Catalog& catalog = snapshot->catalog();
  RowBuilder rows({{"name", Type::kText},
                   {"of", Type::kText},
                   {"rows", Type::kInt64},
                   {"width", Type::kInt64},
                   {"element", Type::kText},
                   {"index", Type::kText},
                   {"source", Type::kText},
                   {"created", Type::kTimestamp}});
  for (const std::string& name : plan::embedding_names(catalog)) {
    const VectorSet& set = *plan::embedding(catalog, name);
    rows.add({set.name, plan::source_text(catalog, set.table), static_cast<int64_t>(set.vectors),
              static_cast<int64_t>(set.width), storage::to_string(set.element),
              index_state(call.session, *snapshot, set), set.source,
              Timestamp{set.created_micros}});
  }
  Answer answer = rows.finish();
  answer->noun = "embeddings";
  return answer;
}

std::string_view noun_of(storage::TableId table) {
  return table == storage::kItems         ? "items"
         : table == storage::kAnnotations ? "annotations"
                                          : "predictions";
}

const VectorSet& named_embedding(const storage::Catalog& catalog, const grammar::Name& name) {
  const VectorSet* set = plan::embedding(catalog, name.text);
  if (set == nullptr) unknown_name("set of embeddings", name, plan::embedding_names(catalog));
  return *set;
}

const VectorSet& choose_embedding(const storage::Catalog& catalog,
                                  const std::optional<grammar::Name>& name,
                                  std::span<const TableId> tables, std::string_view choose) {
  if (name) return named_embedding(catalog, *name);
  return plan::only_embedding(catalog, tables, choose);
}

}  // namespace cupel::api
