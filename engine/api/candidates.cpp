#include "engine/api/candidates.hpp"

#include <algorithm>
#include <set>
#include <variant>

#include "engine/exec/autotag_document.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/parse.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

constexpr size_t kMost = 100;
/// Values that are counted, so that those which hold what is written are found among them.
constexpr const char* kMostCounted = "10000";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end() ||
         part.empty();
}

/// Gives a session a time limit, and its own back.
class TimeLimit {
 public:
  TimeLimit(Session::State& session, std::chrono::duration<double> left)
      : session_(session), before_(session.time_limit) {
    session_.time_limit = std::max(left.count(), 1e-6);
  }
  ~TimeLimit() { session_.time_limit = before_; }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  Session::State& session_;
  double before_;
};

std::vector<std::string> probability_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& [key, set] : catalog.vector_sets())
    if (set.use == storage::VectorUse::kProbabilities) names.push_back(set.name);
  return names;
}

std::vector<std::string> names_of(const storage::Catalog& catalog, std::string_view keyword) {
  std::vector<std::string> names;
  if (keyword == "SLICE")
    for (const auto& [name, slice] : catalog.slices()) names.push_back(name);
  if (keyword == "RUN")
    for (const storage::Run& run : catalog.runs()) names.push_back(run.name);
  if (keyword == "AUTOTAG") names = catalog.documents(exec::kAutotag);
  if (keyword == "EMBEDDINGS") names = plan::embedding_names(catalog);
  if (keyword == "PROJECT") names = exec::project_names(catalog);
  if (keyword == "PROBABILITIES") names = probability_names(catalog);
  return names;
}

}  // namespace

Candidates::Candidates(Session::State& session, std::chrono::steady_clock::time_point deadline)
    : session_(session), snapshot_(session.view()), deadline_(deadline) {}

bool Candidates::names(std::string_view keyword) {
  static constexpr std::string_view kKinds[] = {"SLICE",      "RUN",     "AUTOTAG",
                                                "EMBEDDINGS", "PROJECT", "PROBABILITIES"};
  if (std::find(std::begin(kKinds), std::end(kKinds), keyword) == std::end(kKinds)) return false;
  for (std::string& name : names_of(snapshot_->catalog(), keyword)) add(std::move(name));
  return true;
}

void Candidates::values(const std::string& path, const std::string& source, std::string_view part) {
  if (has_many(path, source) || !count_values(path, source)) known_values(path, source, part);
}

/// Whether texts are so many that they have no dictionary: then counting them takes too long, and
/// says 1 of each.
bool Candidates::has_many(const std::string& path, const std::string& source) const {
  constexpr uint32_t kMany = 10'000;
  const auto tables = tables_of(source);
  return std::any_of(tables.begin(), tables.end(), [&](storage::TableId table) {
    const storage::Column* column = snapshot_->catalog().find(table, path, Type::kText);
    if (column == nullptr) return false;
    const storage::ChunkPtr rows = snapshot_->chunk(column->id, 0);
    return rows && !rows->is_coded() && rows->rows > kMany;
  });
}

/// Through a query of the language itself. False where time did not allow it; a query that fails
/// otherwise has no values.
bool Candidates::count_values(const std::string& path, const std::string& source) {
  const std::string query = "SELECT " + path + ", count() FROM " + source + " GROUP BY " + path +
                            " ORDER BY count() DESC LIMIT " + kMostCounted;
  const TimeLimit limit(session_, deadline_ - std::chrono::steady_clock::now());
  const Parameters none;
  const Call call{session_, none, RowForm::kFields, query};
  std::vector<Completion> counted_values;
  const std::string noun = source.substr(0, source.find('('));
  const auto done = guard([&] {
    const Answer answer = run_statement(call, grammar::parse(query));
    while (const std::optional<Batch> batch = answer->stream->next()) {
      for (size_t row = 0; row < batch->rows; ++row) {
        const Value value = batch->columns[0].value(row);
        const auto count = static_cast<uint64_t>(batch->columns[1].integers[row]);
        if (!value.is_missing()) counted_values.push_back({to_text(value), counted(count, noun)});
      }
    }
    return true;
  });
  if (!done.ok()) return done.error().code() != ErrorCode::kLimit;
  for (Completion& value : counted_values) found_.push_back(std::move(value));
  return true;
}

/// Texts that are known without looking at every row: those of the column's dictionary, which may
/// be out of use by now, else those of its first rows.
void Candidates::known_values(const std::string& path, const std::string& source,
                              std::string_view part) {
  std::set<std::string_view> seen;
  const auto take = [&](std::string_view text) {
    if (holds(text, part) && seen.insert(text).second) add(std::string(text));
    return seen.size() < kMost;
  };
  for (const storage::TableId table : tables_of(source)) {
    const storage::Column* column = snapshot_->catalog().find(table, path, Type::kText);
    if (column == nullptr) continue;
    const storage::DictionaryPtr texts = snapshot_->dictionary(column->id);
    for (uint32_t code = 0; code < texts->size() && take(texts->text(code)); ++code) continue;
    const storage::ChunkPtr rows = snapshot_->chunk(column->id, 0);
    if (texts->size() > 0 || !rows || rows->is_coded()) continue;
    const auto& plain = std::get<storage::PlainText>(rows->values);
    for (uint32_t row = 0; row < rows->rows; ++row)
      if (!rows->is_missing(row) && !take(plain.at(row))) break;
    seen.clear();  // its views end with the chunk
  }
}

std::vector<storage::TableId> Candidates::tables_of(std::string_view source) const {
  if (source == "items") return {storage::kItems};
  if (source == "annotations") return {storage::kAnnotations};
  std::vector<storage::TableId> tables;
  for (const storage::Run& run : snapshot_->catalog().runs()) tables.push_back(run.table);
  return tables;
}

void Candidates::fields(const std::string& source, const std::string& below) {
  const storage::Catalog& catalog = snapshot_->catalog();
  const bool of_items = source == "items";
  if (below.empty() && of_items)
    for (const char* name : {"annotations", "predictions", "slice", "autotag"}) add(name);
  for (const storage::TableId table : tables_of(source))
    for (const storage::ColumnId id : catalog.columns(table)) add_field(catalog.column(id), below);
  if (below.empty() && !of_items) add("item");
}

void Candidates::add_field(const storage::Column& column, const std::string& below) {
  if (column.name.starts_with('$') || !column.name.starts_with(below)) return;
  const std::string_view rest = std::string_view(column.name).substr(below.size());
  const bool quoted = rest.starts_with('"');
  const size_t close = quoted ? rest.find('"', 1) : rest.find('.');
  const size_t end = std::min(quoted ? close + 1 : close, rest.size());
  const std::string_view segment = quoted ? rest.substr(1, end - 2) : rest.substr(0, end);
  add(std::string(segment), end == rest.size() ? std::string(to_string(column.type)) : "");
}

}  // namespace cupel::api
