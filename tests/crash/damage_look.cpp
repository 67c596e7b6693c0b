#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tests/crash/damage.hpp"
#include "tests/crash/workload.hpp"

namespace cupel::crash {
namespace {

/// The questions of the sample that has lists for searches: an approximate answer has the scores of
/// the exact one, and most of its rows.
Result<std::string> ask_near(Session& session) {
  const std::string nearest =
      "SELECT reference_id, similarity(\"i77\") ORDER BY similarity(\"i77\") DESC LIMIT ";
  std::string said;
  std::vector<std::string> rows;
  for (const std::string& question : {nearest + "200 EXACT", nearest + "20"}) {
    Result<Table> found = session.execute(question);
    if (!found) return found.error();
    std::vector<std::string> these;
    for (size_t row = 0; row < found->rows(); ++row)
      these.push_back(to_json(found->value(row, 0)) + to_json(found->value(row, 1)));
    if (rows.empty()) {
      rows = these;
      for (const std::string& row : rows) said += row + "\n";
      continue;
    }
    const auto right = std::count_if(these.begin(), these.end(), [&](const std::string& row) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    });
    said += these.size() == 20 && right == 20 ? "near enough\n" : "far away\n";
  }
  return said;
}

class Gatherer {
 public:
  explicit Gatherer(Session& session) : session_(session) {}

  std::set<std::string> run() {
    const Table fields = session_.execute("SHOW FIELDS").value();
    for (size_t row = 0; row < fields.rows(); ++row)
      take_field(fields.value(row, 0).as_text(), fields.value(row, 1).as_text());
    for (const std::string& slice : first_column("SHOW SLICES")) take_slice(slice);
    for (const std::string& set : first_column("SHOW EMBEDDINGS")) take_vectors(set);
    return std::move(facts_);
  }

 private:
  std::vector<std::string> first_column(const std::string& question) {
    std::vector<std::string> names;
    const Table answer = session_.execute(question).value();
    for (size_t row = 0; row < answer.rows(); ++row)
      names.push_back(answer.value(row, 0).as_text());
    return names;
  }

  /// An object is known by its item, its id and its taxonomy; where these are lost, by nothing.
  void take_field(const std::string& source, const std::string& field) {
    const bool items = source == "items";
    const std::string key = items ? "reference_id" : "item.reference_id, annotation_id, taxonomy";
    Result<Table> answer = session_.execute(
        fmt::format("SELECT {}, {} FROM {} WHERE {} IS NOT MISSING", key, field, source, field));
    if (!answer) {  // an evaluation that is outdated
      if (!is_answer(answer.error())) throw answer.error();
      return;
    }
    const size_t last = answer->columns.size() - 1;
    for (size_t row = 0; row < answer->rows(); ++row) {
      std::string fact = fmt::format("{} {}", source, field);
      bool named = items;
      for (size_t column = 0; column <= last; ++column) {
        const Value value = answer->value(row, column);
        named = named || (column != 0 && column != last && !value.is_missing());
        fact += " " + to_json(value);
      }
      if (named) facts_.insert(std::move(fact));
    }
  }

  void take_slice(const std::string& slice) {
    for (const char* const question : {"SELECT reference_id WHERE slice = {}",
                                       "SELECT annotation_id FROM annotations WHERE "
                                       "slice = {}"}) {
      Result<Table> answer = session_.execute(fmt::format(fmt::runtime(question), slice));
      for (size_t row = 0; answer && row < answer->rows(); ++row)
        if (!answer->value(row, 0).is_missing())
          facts_.insert(fmt::format("slice {} {}", slice, to_json(answer->value(row, 0))));
    }
  }

  void take_vectors(const std::string& set) {
    const Embeddings found = session_.embeddings(set).value();
    for (size_t row = 0; row < found.ids.size(); ++row) {
      const auto* const numbers = reinterpret_cast<const char*>(&found.vectors[row * found.width]);
      facts_.insert(fmt::format("vector {} {} {:x}", set, found.ids[row],
                                drawn({numbers, found.width * sizeof(float)}, 0, UINT64_MAX)));
    }
  }

  Session& session_;
  std::set<std::string> facts_;
};

std::string words_of(const Error& error) {
  std::string text = fmt::format("{} {}", to_string(error.code()), error.message());
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// "told …" for an error that may be, else what is wrong with it.
std::string judged(const Error& error, const std::string& directory) {
  const bool kind = error.code() == ErrorCode::kCorruption || error.code() == ErrorCode::kIo ||
                    error.code() == ErrorCode::kUnsupported;
  const bool named = error.message().find(directory) != std::string::npos;
  return fmt::format("{} {}",
                     kind && named ? "told" : "this error says not enough:", words_of(error));
}

Result<std::string> answers_of(const Sample& sample, const std::string& directory, bool read_only) {
  Result<Database> database = open_starved(directory, read_only);
  if (!database) return database.error();
  Session session = database->session();
  return ask(sample, session);
}

}  // namespace

std::string digest(const std::string& answers) {
  return fmt::format("{:x}", drawn(answers, 0, UINT64_MAX));
}

Result<std::string> ask(const Sample& sample, Session& session) {
  return sample.name == "near" ? ask_near(session) : everything(session);
}

std::set<std::string> facts(Session& session) { return Gatherer(session).run(); }

std::string look(const Sample& sample, const std::string& directory, bool read_only) {
  Result<std::vector<std::string>> findings = check(directory);
  const Result<std::string> answers = answers_of(sample, directory, read_only);
  if (!findings) {
    const std::string told = judged(findings.error(), directory);
    if (!told.starts_with("told")) return told;
  }
  const bool clean = findings && findings->empty();
  if (!answers) {
    const std::string told = judged(answers.error(), directory);
    return clean && told.starts_with("told") ? "check() finds nothing, but: " + told : told;
  }
  if (answers.value() != sample.truth)
    return clean && sample.before.contains(digest(answers.value())) ? "before" : "WRONG ANSWERS";
  return clean ? "same" : "found";
}

std::string look_at_salvage(const Sample& sample, const std::string& directory,
                            const std::string& fresh) {
  const Result<std::vector<std::string>> report = salvage(directory, fresh);
  if (!report) {
    const std::string told = judged(report.error(), directory);
    return told.starts_with("told") ? "refused " + told : told;
  }
  Result<std::vector<std::string>> findings = check(fresh);
  if (!findings) return "the new database cannot be checked: " + words_of(findings.error());
  if (!findings->empty()) return "the new database does not fit: " + findings->front();
  Result<Database> database = open_starved(fresh);
  if (!database) return "the new database does not open: " + words_of(database.error());
  Session session = database->session();
  const Result<std::string> answers = ask(sample, session);
  if (!answers) return "the new database does not answer: " + words_of(answers.error());
  if (sample.facts.empty()) return "saved";
  for (const std::string& fact : facts(session))
    if (!sample.facts.contains(fact)) return "what was saved was never true: " + fact;
  return "saved";
}

}  // namespace cupel::crash
