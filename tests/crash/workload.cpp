#include "tests/crash/workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

namespace cupel::crash {
namespace {

constexpr uint64_t kGroups = 5;
constexpr uint32_t kWide = 1500;  // few rows a block, so that a statement writes several
constexpr uint32_t kNarrow = 8;   // for tags, which learn from them
const std::vector<std::string> kWeather = {"dry", "snowy", "wet"};
const std::vector<std::string> kLabels = {"car", "truck", "traffic light"};

/// What a step is made from.
struct Draw {
  Session& session;
  const std::string& inputs;
  std::mt19937_64 random;
  uint64_t n;

  uint64_t below(uint64_t most) { return random() % most; }
  std::string one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }
  std::string name(char letter, uint64_t most) { return fmt::format("{}{}", letter, below(most)); }
  uint64_t group() { return below(kGroups); }
  std::string file(std::string_view what) const { return fmt::format("{}{}.jsonl", what, n); }
};

std::vector<std::string> ids(Session& session, const std::string& query) {
  const Result<Table> found = session.execute(query);
  if (!found && !is_answer(found.error())) throw found.error();
  std::vector<std::string> names;
  for (size_t row = 0; found && row < found.value().rows(); ++row)
    names.push_back(found.value().value(row, 0).as_text());
  return names;
}

std::string quoted(const std::vector<std::string>& names) {
  return fmt::format("(\"{}\")", fmt::join(names, "\", \""));
}

// ---- rows ------------------------------------------------------------------------------------

std::string import_items(Draw& draw) {
  std::vector<std::string> lines;
  const uint64_t rows = 1 + draw.below(300);
  for (uint64_t k = 0; k < rows; ++k)
    lines.push_back(fmt::format(
        R"({{"reference_id":"i{0}_{1}","metadata":{{"group":{2},"version":{0},"place":"p{3}"}}}})",
        draw.n, k, k % kGroups, k % 7));
  return fmt::format("IMPORT ITEMS FROM '{}'",
                     write_lines(draw.inputs, draw.file("items"), lines));
}

/// Boxes on some of the items; those of predictions lie on those of annotations, more or less.
std::vector<std::string> boxes(Draw& draw, char kind, uint64_t most) {
  const auto items = ids(draw.session, fmt::format("SELECT reference_id SAMPLE 37 SEED {}",
                                                   1 + draw.below(3)));
  std::vector<std::string> lines;
  for (uint64_t k = 0, count = 1 + draw.below(most); k < count && !items.empty(); ++k)
    lines.push_back(fmt::format(
        R"({{"reference_id":"{}","annotation_id":"{}{}_{}","label":"{}",)"
        R"("geometry":{{"x":{},"y":1,"width":10,"height":20}}{}}})",
        items[k % items.size()], kind, draw.n, k, kLabels[k % kLabels.size()],
        40 * (k / 37) + (kind == 'p' ? k % 8 : 0),
        kind == 'p' ? fmt::format(R"(,"confidence":0.{})", 1 + k % 9) : ""));
  return lines;
}

std::string import_annotations(Draw& draw) {
  return fmt::format("IMPORT ANNOTATIONS FROM '{}'",
                     write_lines(draw.inputs, draw.file("boxes"), boxes(draw, 'a', 400)));
}

std::string import_predictions(Draw& draw) {
  return fmt::format("IMPORT PREDICTIONS FROM '{}' AS RUN {}",
                     write_lines(draw.inputs, draw.file("run"), boxes(draw, 'p', 300)),
                     draw.name('r', 2));
}

std::string import_categories(Draw& draw) {
  std::vector<std::string> lines;
  for (const std::string& id : ids(draw.session, "SELECT reference_id WHERE metadata.group = " +
                                                     std::to_string(draw.group())))
    lines.push_back(fmt::format(
        R"({{"reference_id":"{}","type":"category","taxonomy":"weather","label":"{}"}})", id,
        kWeather[(drawn(id, 1, 3) + (drawn(id, draw.n, 6) == 0 ? 1 : 0)) % 3]));
  return fmt::format("IMPORT ANNOTATIONS FROM '{}' UPDATE",
                     write_lines(draw.inputs, draw.file("weather"), lines));
}

std::string update_items(Draw& draw) {
  return fmt::format("UPDATE items SET metadata.version = {} WHERE metadata.group = {}", draw.n,
                     draw.group());
}

std::string update_labels(Draw& draw) {
  return fmt::format(
      "UPDATE annotations SET label = bus WHERE label = car AND item.metadata.group = {}",
      draw.group());
}

std::string delete_items(Draw& draw) {
  return fmt::format("DELETE FROM items WHERE metadata.group = {} AND annotations.truck > 2",
                     draw.group());
}

std::string delete_objects(Draw& draw) {
  if (draw.below(2) == 0)
    return fmt::format("DELETE FROM annotations WHERE label = bus AND item.metadata.group = {}",
                       draw.group());
  return fmt::format("DELETE FROM predictions({}) WHERE confidence < 0.2", draw.name('r', 2));
}

// ---- slices ----------------------------------------------------------------------------------

std::string create_slice(Draw& draw) {
  const char* const live = draw.below(3) == 0 ? "LIVE " : "";
  const char* const source = draw.below(3) == 0 ? "FROM annotations WHERE item." : "";
  return fmt::format("CREATE {}SLICE {} AS {}metadata.group = {}", live, draw.name('s', 4), source,
                     draw.group());
}

std::string change_slice(Draw& draw) {
  const std::string name = draw.name('s', 4);
  switch (draw.below(4)) {
    case 0: return fmt::format("INSERT INTO SLICE {} metadata.group = {}", name, draw.group());
    case 1: return fmt::format("DELETE FROM SLICE {} metadata.place = p{}", name, draw.below(7));
    case 2: return fmt::format("RENAME SLICE {} TO {}", name, draw.name('s', 4));
    default: return "DROP SLICE " + name;
  }
}

// ---- vectors, tags, analyses -----------------------------------------------------------------

std::string import_embeddings(Draw& draw) {
  const bool wide = draw.below(2) == 0;
  const auto names = ids(draw.session, "SELECT reference_id WHERE metadata.group = " +
                                           std::to_string(draw.group()));
  const std::string path = write_vectors(draw.inputs, fmt::format("vectors{}.npy", draw.n), names,
                                         wide ? kWide : kNarrow, draw.n, false);
  return fmt::format("IMPORT EMBEDDINGS FROM '{0}' AS {1} IDS FROM '{0}.txt'{2}", path,
                     wide ? "wide" : "narrow", draw.below(2) == 0 ? " UPDATE" : "");
}

std::string drop_embeddings(Draw& draw) {
  return draw.below(2) == 0 ? "DROP EMBEDDINGS wide" : "DROP EMBEDDINGS narrow";
}

/// Rows that have a vector, for a tag to learn from.
std::vector<std::string> examples(Draw& draw) {
  Result<Embeddings> narrow = draw.session.embeddings("narrow");
  if (!narrow && !is_answer(narrow.error())) throw narrow.error();
  std::vector<std::string> some;
  if (narrow && !narrow->ids.empty())
    for (int i = 0; i < 4; ++i) some.push_back(draw.one_of(narrow->ids));
  std::sort(some.begin(), some.end());
  some.erase(std::unique(some.begin(), some.end()), some.end());
  return some;
}

std::string change_tag(Draw& draw) {
  const std::string tag = draw.name('t', 2);
  const std::vector<std::string> some = examples(draw);
  switch (some.empty() ? 3 : draw.below(5)) {
    case 0:
    case 1: return fmt::format("CREATE AUTOTAG {} FROM {} USING narrow", tag, quoted(some));
    case 2: return fmt::format("REFINE AUTOTAG {} ADD {}", tag, quoted({some.front()}));
    case 3: return "DROP AUTOTAG " + tag;
    default: return "REFRESH AUTOTAG " + tag;
  }
}

std::string find_near(Draw& draw) {
  return draw.below(2) == 0 ? "FIND NEAR DUPLICATES WITHIN 0.1 USING narrow"
                            : "FIND OUTLIERS USING narrow";
}

std::string evaluate(Draw& draw) {
  return fmt::format("EVALUATE RUN {} RULE {}", draw.name('r', 2),
                     draw.below(2) == 0 ? "coco" : "nucleus");
}

std::string import_probabilities(Draw& draw) {
  const auto names = ids(draw.session, "SELECT reference_id WHERE annotations.weather IN (dry, "
                                       "snowy, wet)");
  const std::string path = write_vectors(draw.inputs, fmt::format("model{}.npy", draw.n), names,
                                         static_cast<uint32_t>(kWeather.size()), draw.n, true);
  const std::string classes = write_lines(draw.inputs, "classes.txt", kWeather);
  return fmt::format("IMPORT PROBABILITIES FROM '{0}' AS p IDS FROM '{0}.txt' CLASSES FROM '{1}' "
                     "UPDATE",
                     path, classes);
}

std::string find_label_errors(Draw& draw) {
  return draw.below(4) == 0 ? "DROP PROBABILITIES p"
                            : "FIND LABEL ERRORS IN TAXONOMY weather USING PROBABILITIES p";
}

// ---- relabeling ------------------------------------------------------------------------------

std::string send(Draw& draw) {
  return fmt::format("SEND SLICE {} TO LABELING '{}/tasks{}' PROJECT j{} IN TAXONOMY weather "
                     "FORMAT jsonl",
                     draw.name('s', 4), draw.inputs, draw.n, draw.below(2));
}

std::string import_answers(Draw& draw) {
  const std::string project = draw.name('j', 2);
  std::vector<std::string> lines;
  for (const std::string& task :
       ids(draw.session, "SELECT labeling.task_id WHERE labeling.status = pending AND "
                         "labeling.project = " + project))
    for (int worker = 0; worker < 3; ++worker)
      lines.push_back(fmt::format(R"({{"task_id":"{}","worker":"w{}","label":"{}"}})", task, worker,
                                  kWeather[drawn(task, static_cast<uint64_t>(worker) / 2, 3)]));
  return fmt::format("IMPORT LABELING RESULTS FROM '{}' OF PROJECT {}",
                     write_lines(draw.inputs, draw.file("answers"), lines), project);
}

std::string settle_project(Draw& draw) {
  const std::string project = draw.name('j', 2);
  switch (draw.below(4)) {
    case 0: return fmt::format("AUDIT PROJECT {} ACCEPT", project);
    case 1: return "DROP PROJECT " + project;
    default: return fmt::format("APPLY LABELING RESULTS OF PROJECT {} MIN AGREEMENT 0.5", project);
  }
}

std::string export_rows(Draw& draw) {
  return fmt::format("EXPORT metadata.group = {} TO '{}/export.jsonl'", draw.group(), draw.inputs);
}

struct Kind {
  std::string (*statement)(Draw&);
  unsigned weight;
  bool sends = false;  ///< Publishes files, which no transaction takes back.
};
constexpr Kind kMix[] = {
    {import_items, 6},        {import_annotations, 6}, {import_predictions, 4},
    {import_categories, 3},   {update_items, 4},       {update_labels, 3},
    {delete_items, 2},        {delete_objects, 3},     {create_slice, 4},
    {change_slice, 5},        {import_embeddings, 7},  {drop_embeddings, 1},
    {change_tag, 5},          {find_near, 2},          {evaluate, 4},
    {import_probabilities, 3}, {find_label_errors, 3}, {send, 2, true},
    {import_answers, 2}, {settle_project, 2},    {export_rows, 1}};

const Kind& draw_kind(Draw& draw) {
  unsigned total = 0;
  for (const Kind& kind : kMix) total += kind.weight;
  uint64_t at = draw.below(total);
  for (const Kind& kind : kMix) {
    if (at < kind.weight) return kind;
    at -= kind.weight;
  }
  return kMix[0];
}

}  // namespace

Step step(Session& session, const std::string& inputs, uint64_t seed, uint64_t n) {
  Draw draw{session, inputs, std::mt19937_64(seed * 1'000'003 + n), n};
  constexpr std::string (*kFirst[])(Draw&) = {import_items, import_annotations, import_categories,
                                             import_embeddings, import_predictions};
  if (n < std::size(kFirst)) return {{kFirst[n](draw)}};
  Step step;
  // One in eight is a transaction of several.
  const uint64_t wanted = draw.below(8) == 0 ? 2 + draw.below(3) : 1;
  while (step.statements.size() < wanted) {
    const Kind& kind = draw_kind(draw);
    if (wanted == 1 || !kind.sends) step.statements.push_back(kind.statement(draw));
  }
  step.rolled_back = wanted > 1 && draw.below(3) == 0;
  return step;
}

bool is_answer(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kName:
    case ErrorCode::kType:
    case ErrorCode::kConstraint:
    case ErrorCode::kConflict:
    case ErrorCode::kUnsupported: return true;
    default: return false;
  }
}

Result<void> run(Session& session, const Step& step) {
  const bool together = step.statements.size() > 1;
  if (together) {
    const Result<Table> begun = session.execute("BEGIN");
    if (!begun) return begun.error();
  }
  for (const std::string& statement : step.statements) {
    const Result<Table> done = session.execute(statement);
    if (done || is_answer(done.error())) continue;
    if (session.in_transaction()) (void)session.execute("ROLLBACK");
    return done.error();
  }
  if (!together) return {};
  const Result<Table> ended = session.execute(step.rolled_back ? "ROLLBACK" : "COMMIT");
  if (!ended) return ended.error();
  return {};
}

}  // namespace cupel::crash
