#include <fmt/format.h>

#include <chrono>

#include "engine/api/label_errors.hpp"
#include "engine/api/state.hpp"
#include "engine/exec/category_labels.hpp"
#include "engine/exec/probability_import.hpp"

namespace cupel::api {
namespace {

/// To the second: finer says nothing about a file that was imported.
int64_t now_micros() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::chrono::microseconds(now.time_since_epoch()).count();
}

std::vector<std::string> probability_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& [key, set] : catalog.vector_sets())
    if (key.first == storage::VectorUse::kProbabilities) names.push_back(key.second);
  return names;
}

void check_options(const grammar::ImportProbabilities& statement) {
  if (statement.name.text.empty())
    throw Error(ErrorCode::kConstraint, "probabilities need a name", statement.name.span);
  if (!statement.run) return;
  for (const auto* file : {&statement.ids, &statement.classes})
    if (*file)
      throw Error(ErrorCode::kUnsupported,
                  "a run's predictions say themselves whose they are and of which classes; IDS and "
                  "CLASSES go with a file",
                  (*file)->span);
}

void require_free(const storage::Catalog& catalog, const grammar::Name& name) {
  if (catalog.vectors(storage::VectorUse::kProbabilities, name.text) != nullptr)
    throw Error(ErrorCode::kConflict,
                "there are probabilities '" + name.text +
                    "' already; add UPDATE to replace them, or choose another name",
                name.span);
}

exec::ProbabilityImport import_file(storage::Transaction& transaction,
                                    const grammar::ImportProbabilities& statement,
                                    const exec::ProbabilityTarget& target,
                                    const exec::Context& context) {
  exec::ProbabilityFile file;
  file.file = statement.file->text;
  if (statement.ids) file.ids = statement.ids->text;
  if (statement.classes) {
    file.classes = statement.classes->text;
  } else {
    file.taxonomy = choose_taxonomy(statement.taxonomy, storage::kAnnotations, context,
                                    "name the columns with CLASSES FROM, or say IN TAXONOMY");
  }
  return at_file(*statement.file, statement.ids, statement.classes,
                 [&] { return exec::import_probabilities(transaction, file, target, context); });
}

exec::ProbabilityImport import_run(storage::Transaction& transaction,
                                   const grammar::ImportProbabilities& statement,
                                   const exec::ProbabilityTarget& target,
                                   const exec::Context& context) {
  const storage::Run run = named_run(context.snapshot->catalog(), *statement.run);
  const std::string taxonomy = choose_taxonomy(statement.taxonomy, run.table, context);
  return at(*statement.run, [&] {
    return exec::import_probabilities(transaction, run, taxonomy, target, context);
  });
}

}  // namespace

Answer import_probabilities(const Call& call, const grammar::ImportProbabilities& statement) {
  check_options(statement);
  exec::ProbabilityImport imported;
  write(call.session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    if (!statement.update) require_free(transaction.catalog(), statement.name);
    const exec::ProbabilityTarget target{statement.name.text, statement.update, now_micros()};
    imported = statement.file ? import_file(transaction, statement, target, *context)
                              : import_run(transaction, statement, target, *context);
  });
  RowBuilder rows({{"probabilities", Type::kText},
                   {"rows", Type::kInt64},
                   {"classes", Type::kInt64},
                   {"element", Type::kText}});
  rows.add({statement.name.text, static_cast<int64_t>(imported.rows),
            static_cast<int64_t>(imported.classes), imported.element});
  std::string message = fmt::format(
      "{}: {} of {} ({})", statement.name.text, counted(imported.rows, "rows"),
      counted(imported.classes, "classes"), imported.element);
  if (imported.without != 0)
    message += fmt::format("; {} {} none", counted(imported.without, "items"),
                           imported.without == 1 ? "has" : "have");
  return rows.finish(std::move(message));
}

Answer drop_probabilities(const Call& call, const grammar::DropProbabilities& statement) {
  write(call.session, [&](storage::Transaction& transaction) {
    named_probabilities(transaction.catalog(), statement.name);
    transaction.remove_vectors(storage::VectorUse::kProbabilities, statement.name.text);
  });
  return RowBuilder({}).finish("probabilities '" + statement.name.text + "' dropped");
}

Answer show_probabilities(const Call& call) {
  const storage::SnapshotPtr snapshot = call.session.view();
  RowBuilder rows({{"name", Type::kText},
                   {"rows", Type::kInt64},
                   {"classes", Type::kInt64},
                   {"element", Type::kText},
                   {"source", Type::kText},
                   {"created", Type::kTimestamp}});
  for (const auto& [key, set] : snapshot->catalog().vector_sets()) {
    if (set.use != storage::VectorUse::kProbabilities) continue;
    rows.add({set.name, static_cast<int64_t>(set.vectors), static_cast<int64_t>(set.width),
              storage::to_string(set.element), set.source, Timestamp{set.created_micros}});
  }
  Answer answer = rows.finish();
  answer->noun = "probability sets";
  return answer;
}

const storage::VectorSet& named_probabilities(const storage::Catalog& catalog,
                                              const grammar::Name& name) {
  const storage::VectorSet* set = catalog.vectors(storage::VectorUse::kProbabilities, name.text);
  if (set == nullptr) unknown_name("set of probabilities", name, probability_names(catalog));
  return *set;
}

const storage::Run& named_run(const storage::Catalog& catalog, const grammar::Name& name) {
  const storage::Run* run = catalog.run(name.text);
  if (run == nullptr) {
    std::vector<std::string> names;
    for (const storage::Run& known : catalog.runs()) names.push_back(known.name);
    unknown_name("run", name, names);
  }
  return *run;
}

std::string choose_taxonomy(const std::optional<grammar::Name>& name, storage::TableId table,
                            const exec::Context& context, std::string_view hint) {
  const std::vector<std::string> known = exec::taxonomies(context.snapshot, table, context);
  if (name) {
    if (std::find(known.begin(), known.end(), name->text) == known.end())
      unknown_name("taxonomy", *name, known);
    return name->text;
  }
  if (known.size() == 1) return known.front();
  if (known.empty())
    throw Error(ErrorCode::kConstraint,
                fmt::format("there is no taxonomy: no {} is of type category with a taxonomy; {}",
                            table == storage::kAnnotations ? "annotation" : "prediction", hint));
  std::string names;
  for (size_t i = 0; i < known.size() && i < 8; ++i)
    names += (i == 0 ? "'" : ", '") + known[i] + "'";
  if (known.size() > 8) names += ", …";
  throw Error(ErrorCode::kName, fmt::format("there are several taxonomies: {}; {}", names, hint));
}

}  // namespace cupel::api
