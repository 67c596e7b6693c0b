#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/crash/workload.hpp"

namespace cupel::crash {
namespace {

/// Columns that say when, where, or how fast.
constexpr std::array<std::string_view, 8> kPassing = {
    "created", "created_at", "completed_at", "source", "file", "index", "example", "disk_bytes"};

bool is_passing(std::string_view name) {
  return std::find(kPassing.begin(), kPassing.end(), name) != kPassing.end();
}

/// A JSON object without the members that say when.
std::string without_clocks(std::string text) {
  for (const std::string_view name : {"created_at", "completed_at"}) {
    const std::string member = fmt::format("\"{}\":\"", name);
    for (size_t at = 0; (at = text.find(member, at)) != std::string::npos;)
      text.erase(at, text.find('"', at + member.size()) + 1 - at);
  }
  return text;
}

/// Asks, and writes down what is answered.
class Teller {
 public:
  explicit Teller(Session& session) : session_(session) {}

  /// Returns the first column.
  std::vector<std::string> tell(const std::string& question, RowForm form = RowForm::kFields) {
    const Result<Table> result = session_.execute(question, {}, form);
    said_ += fmt::format("> {}\n", question);
    std::vector<std::string> first;
    if (!result) {
      if (!is_answer(result.error())) throw result.error();
      said_ += result.error().message() + "\n";
      return first;
    }
    const Table& answer = result.value();
    for (size_t row = 0; row < answer.rows(); ++row) {
      const Value name = answer.value(row, 0);
      first.push_back(text(name));
      if (name.is_text() && is_passing(name.as_text())) continue;
      for (size_t column = 0; column < answer.columns.size(); ++column)
        if (!is_passing(answer.columns[column].name))
          said_ += text(answer.value(row, column)) + " | ";
      said_ += '\n';
    }
    return first;
  }
  void tell_vectors(const std::string& name) {
    const Embeddings found = session_.embeddings(name).value();
    said_ += fmt::format("> vectors of {}: {} of {} numbers\n", name, found.ids.size(), found.width);
    for (size_t row = 0; row < found.ids.size(); ++row) {
      const auto* const numbers = reinterpret_cast<const char*>(&found.vectors[row * found.width]);
      said_ += fmt::format("{} {:x}\n", found.ids[row],
                           drawn({numbers, found.width * sizeof(float)}, 0, UINT64_MAX));
    }
  }
  void tell_count(const std::string& name, const std::string& what) {
    said_ += fmt::format("{} {}\n", name, what);
  }
  std::string said() && { return std::move(said_); }

 private:
  static std::string text(const Value& value) {
    return value.is_text() ? without_clocks(value.as_text()) : to_json(value);
  }

  Session& session_;
  std::string said_;
};

void tell_stats(Session& session, Teller& teller) {
  const Table stats = session.execute("SHOW STATS").value();
  for (size_t row = 0; row < stats.rows(); ++row) {
    const std::string name = stats.value(row, 0).as_text();
    if (name == "path" || name == "disk_bytes" || name == "memory_bytes") continue;
    teller.tell_count(name, to_json(stats.value(row, 1)));
  }
}

}  // namespace

Result<std::string> everything(Session& session) {
  try {
    Teller teller(session);
    tell_stats(session, teller);
    teller.tell("reference_id IS NOT MISSING", RowForm::kJson);
    teller.tell("SHOW FIELDS");
    teller.tell("SHOW LABELS");
    for (const std::string& slice : teller.tell("SHOW SLICES")) {
      teller.tell("DESCRIBE SLICE " + slice);
      teller.tell(fmt::format("SELECT reference_id WHERE slice = {}", slice));
      teller.tell(fmt::format("SELECT annotation_id FROM annotations WHERE slice = {}", slice));
    }
    for (const std::string& run : teller.tell("SHOW RUNS")) {
      teller.tell(fmt::format("SELECT annotation_id, outcome, iou, error FROM predictions({})",
                              run));
    }
    for (const std::string& set : teller.tell("SHOW EMBEDDINGS")) teller.tell_vectors(set);
    for (const std::string& tag : teller.tell("SHOW AUTOTAGS"))
      teller.tell("DESCRIBE AUTOTAG " + tag);
    teller.tell("SHOW PROBABILITIES");
    teller.tell("SHOW LABEL ERRORS");
    for (const std::string& project : teller.tell("SHOW PROJECTS"))
      teller.tell("AUDIT PROJECT " + project);
    return std::move(teller).said();
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace cupel::crash
