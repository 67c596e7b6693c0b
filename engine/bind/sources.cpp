#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

namespace cupel::bind {
namespace {

std::vector<std::string> run_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const storage::Run& run : catalog.runs()) names.push_back(run.name);
  return names;
}

}  // namespace

TableId Binder::run_table(const std::optional<std::string>& name, Span span,
                          const std::string& word) const {
  constexpr const char* kNone =
      "there are no predictions yet; IMPORT PREDICTIONS FROM 'file' AS RUN \"name\" adds some";
  const std::optional<std::string> wanted =
      name || scope_.run.empty() ? name : std::optional<std::string>(scope_.run);
  if (wanted) {
    const storage::Run* run = catalog_.run(*wanted);
    if (run == nullptr) unknown("run", *wanted, span, run_names(catalog_), kNone);
    return run->table;
  }
  const std::vector<storage::Run>& runs = catalog_.runs();
  if (runs.size() == 1) return runs.front().table;
  if (runs.empty()) throw Error(ErrorCode::kName, kNone, span);
  std::string message = "there are several runs: ";
  for (size_t i = 0; i < runs.size() && i < 10; ++i)
    message += (i == 0 ? "'" : ", '") + runs[i].name + "'";
  if (runs.size() > 10) message += ", …";
  message += "; choose one with USE RUN, or name it";
  throw Error(ErrorCode::kName, message, span,
              word + "(" + grammar::quote_text(runs.front().name) + ")");
}

std::vector<TableId> Binder::tables_of(const grammar::Source& source) const {
  switch (source.kind) {
    case grammar::SourceKind::kItems: return {kItems};
    case grammar::SourceKind::kAnnotations: return {storage::kAnnotations};
    case grammar::SourceKind::kPredictions: return {run_table(source.run, source.span)};
    case grammar::SourceKind::kObjects: break;
  }
  std::vector<TableId> tables = {storage::kAnnotations};
  for (const storage::Run& run : catalog_.runs()) tables.push_back(run.table);
  return tables;
}

std::string Binder::source_text(TableId table) const {
  if (table == kItems) return "items";
  if (table == storage::kAnnotations) return "annotations";
  const storage::Run* run = catalog_.run(table);
  return "predictions(" + grammar::quote_text(run == nullptr ? std::string() : run->name) + ")";
}

std::string Binder::row_noun(const Rows& rows) const {
  if (rows.items()) return "item";
  if (!rows.filter && arms_.size() > 1) return "object";
  return rows.table == storage::kAnnotations ? "annotation" : "prediction";
}

}  // namespace cupel::bind
