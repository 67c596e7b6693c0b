#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/api/insight_edges.hpp"
#include "engine/api/insights.hpp"
#include "grammar/print.hpp"

// Scores and metadata: a histogram of numbers and times, the most frequent texts.

namespace cupel::api {
namespace {

/// A field of items or objects, and what is known of its values.
struct Field {
  std::string name;
  std::optional<grammar::Source> source;
  ExpressionPtr path;
  std::vector<Type> types;
  uint64_t rows = 0;
  uint64_t present = 0;
  Value least, greatest;
  bool distinct = false;  ///< texts that storage has found to be other ones in most rows

  bool has(Type type) const { return std::find(types.begin(), types.end(), type) != types.end(); }
  bool has_numbers() const { return has(Type::kInt64) || has(Type::kFloat64); }
  bool only_numbers() const {
    return std::all_of(types.begin(), types.end(),
                       [](Type type) { return type == Type::kInt64 || type == Type::kFloat64; });
  }
  /// Then what is grouped by value is what is found by `=`.
  bool only(Type type) const { return types.size() == 1 && types.front() == type; }
};

/// The most bytes of a value that is written into a query.
constexpr size_t kLongestValue = 500;

/// Columns of a table whose names begin so, in order of creation; one field for all types of a
/// name.
void find_fields(const InsightScope& scope, storage::TableId table,
                 const std::optional<grammar::Source>& source, std::string_view prefix,
                 std::vector<Field>& fields) {
  for (const storage::ColumnId id : scope.catalog().columns(table)) {
    const storage::Column& column = scope.catalog().column(id);
    if (!column.name.starts_with(prefix) || !is_writable(column.name)) continue;
    ExpressionPtr path = field_of_column(column.name);
    std::string name = grammar::print(*path);
    const auto known = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
      return field.name == name && field.source.has_value() == source.has_value();
    });
    const bool fresh = known == fields.end();
    Field& field = fresh ? fields.emplace_back() : *known;
    if (fresh) {
      field.name = std::move(name);
      field.source = source;
      field.path = std::move(path);
    }
    field.types.push_back(column.type);
    field.distinct = field.distinct || (column.type == Type::kText && !column.coded);
  }
}

/// How many rows there are and have the field; `fields` are all of one source.
void survey(const InsightScope& scope, std::vector<Field*> fields) {
  if (fields.empty()) return;
  std::vector<ExpressionPtr> counts;
  counts.push_back(call("count"));
  for (const Field* field : fields) {
    std::vector<ExpressionPtr> arguments;
    arguments.push_back(is_present(*field->path));
    counts.push_back(call("count", std::move(arguments)));
  }
  const std::vector<Value> values = scope.figures(fields.front()->source, std::move(counts));
  for (size_t i = 0; i < fields.size(); ++i) {
    fields[i]->rows = static_cast<uint64_t>(values[0].as_int());
    fields[i]->present = static_cast<uint64_t>(values[i + 1].as_int());
  }
}

ExpressionPtr extreme(const char* function, const Field& field) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(grammar::clone(*field.path));
  return call(function, std::move(arguments));
}

bool is_ordered(const Field& field) { return field.has_numbers() || field.has(Type::kTimestamp); }

/// Least and greatest values of the fields that hold nothing else, in one pass.
void find_extremes(const InsightScope& scope, const std::vector<Field*>& fields) {
  std::vector<Field*> ordered;
  std::vector<ExpressionPtr> asked;
  for (Field* field : fields) {
    if (!is_ordered(*field)) continue;
    ordered.push_back(field);
    asked.push_back(extreme("min", *field));
    asked.push_back(extreme("max", *field));
  }
  if (ordered.empty()) return;
  const std::vector<Value> values = scope.figures(ordered.front()->source, std::move(asked));
  for (size_t i = 0; i < ordered.size(); ++i) {
    ordered[i]->least = values[2 * i];
    ordered[i]->greatest = values[2 * i + 1];
  }
}

bool is_exact(const Value& value) {
  constexpr double kExact = 9007199254740992.0;
  return value.is_double() ? std::isfinite(value.as_double())
                           : value.is_int() && std::fabs(value.as_double()) <= kExact;
}

/// Both extremes as finite numbers: where other types or infinities are among the values, of those
/// that are.
std::optional<std::pair<double, double>> number_range(const InsightScope& scope,
                                                      const Field& field) {
  const auto finite = [](const Value& value) {
    return value.is_number() && std::isfinite(value.as_double());
  };
  Value least = field.least;
  Value greatest = field.greatest;
  if (!finite(least) || !finite(greatest)) {
    constexpr double kMost = std::numeric_limits<double>::max();
    std::vector<ExpressionPtr> asked;
    asked.push_back(extreme("min", field));
    asked.push_back(extreme("max", field));
    const std::vector<Value> values =
        scope.figures(field.source, std::move(asked),
                      both(compare(*field.path, CompareOp::kGreaterEqual, -kMost),
                           compare(*field.path, CompareOp::kLessEqual, kMost)));
    least = values[0];
    greatest = values[1];
  }
  if (!finite(least) || !finite(greatest)) return std::nullopt;
  return std::pair(least.as_double(), greatest.as_double());
}

void add_bools(const Field& field, std::vector<Bar>& bars) {
  for (const bool value : {false, true})
    bars.push_back({value ? "true" : "false", compare(*field.path, CompareOp::kEqual, value),
                    std::nullopt, true});
}

void add_times(const Field& field, std::vector<Bar>& bars) {
  if (!field.least.is_timestamp() || !field.greatest.is_timestamp()) return;
  const auto edges =
      round_times(field.least.as_timestamp().micros, field.greatest.as_timestamp().micros);
  if (!edges) return;
  for (size_t i = 0; i + 1 < edges->at.size(); ++i) {
    const Timestamp from{edges->at[i]};
    const Timestamp to{edges->at[i + 1]};
    ExpressionPtr condition = from == to
                                  ? compare(*field.path, CompareOp::kEqual, from)
                                  : both(compare(*field.path, CompareOp::kGreaterEqual, from),
                                         compare(*field.path, CompareOp::kLess, to));
    bars.push_back({format_timestamp(from), std::move(condition), std::nullopt, true});
  }
}

/// The most frequent texts. Returns why there is nothing to show: as of file names, of which every
/// one is another, or null.
const char* add_texts(const InsightScope& scope, const Field& field, std::vector<Bar>& bars) {
  // What a group takes at most; asking would end the whole statement.
  constexpr size_t kGroupBytes = 200;
  if (field.distinct && field.present > scope.memory_bytes() / kGroupBytes)
    return "too many different texts";
  std::vector<ExpressionPtr> keys;
  keys.push_back(grammar::clone(*field.path));
  const auto groups = scope.groups(field.source, std::move(keys), kMostValues + 2);
  uint64_t most = 0;
  size_t values = 0;
  std::vector<Bar> texts;
  for (const std::vector<Value>& group : groups) {
    if (!group[0].is_text()) continue;
    const auto count = static_cast<uint64_t>(group[1].as_int());
    most = std::max(most, count);
    ++values;
    const std::string& text = group[0].as_text();
    if (texts.size() == kMostValues || text.size() > kLongestValue || !is_writable(text)) continue;
    texts.push_back({text, compare(*field.path, CompareOp::kEqual, text),
                     field.only(Type::kText) ? std::optional(count) : std::nullopt});
  }
  if (most <= 1 && values > kMostValues) return "every text is another one";
  std::move(texts.begin(), texts.end(), std::back_inserter(bars));
  return nullptr;
}

/// What no bar has: for texts alone `NOT IN`, else the complement of the bars.
void add_rest(const Field& field, std::vector<Bar>& bars) {
  const auto add = [&](const char* text, ExpressionPtr condition, std::optional<uint64_t> count) {
    bars.push_back({text, std::move(condition), count});
  };
  if (!bars.empty() && field.only(Type::kText)) {
    std::vector<Value> values;
    uint64_t shown = 0;
    for (const Bar& bar : bars) {
      values.emplace_back(bar.text);
      shown += *bar.count;
    }
    add("(other)", both(is_present(*field.path), negated(one_of(*field.path, values))),
        field.present - shown);
  } else {
    std::vector<ExpressionPtr> covered;
    for (const Bar& bar : bars) covered.push_back(grammar::clone(*bar.condition));
    ExpressionPtr any = any_of(std::move(covered));
    add("(other)", both(is_present(*field.path), any ? negated(std::move(any)) : nullptr),
        std::nullopt);
  }
  add("(missing)", is_missing(*field.path), field.rows - field.present);
}

void add_field(InsightScope& scope, const Field& field, std::vector<Insight>& insights) {
  if (field.present == 0) return;
  Insight insight{field.name, field.source, {}};
  if (field.source && field.source->run && field.name == "confidence")
    insight.name = "confidence of " + grammar::quote_text(*field.source->run);
  if (field.has(Type::kBool)) add_bools(field, insight.bars);
  if (field.has_numbers())
    if (const auto range = number_range(scope, field))
      add_number_bars(*field.path, range->first, range->second, !field.has(Type::kFloat64),
                      insight.bars);
  if (field.has(Type::kTimestamp)) add_times(field, insight.bars);
  const char* why_not = field.has(Type::kText) ? add_texts(scope, field, insight.bars) : nullptr;
  if (why_not != nullptr) {
    scope.leave_out(fmt::format("{} ({})", field.name, why_not));
    if (field.only(Type::kText)) return;
  }
  // Numbers alone are all in a bar, where doubles hold them exactly.
  if (field.only_numbers() && is_exact(field.least) && is_exact(field.greatest)) {
    insight.bars.push_back({"(missing)", is_missing(*field.path), field.rows - field.present});
  } else {
    add_rest(field, insight.bars);
  }
  insights.push_back(std::move(insight));
}

/// The fields that are shown: those that most rows have, in the order in which they came.
std::vector<Field*> fullest(InsightScope& scope, std::vector<Field>& fields) {
  std::vector<Field*> chosen;
  for (Field& field : fields)
    if (field.present > 0) chosen.push_back(&field);
  if (chosen.size() <= kMostFields) return chosen;
  scope.leave_out(fmt::format("{} of {} metadata fields (those that fewer items have)",
                              chosen.size() - kMostFields, chosen.size()));
  std::vector<size_t> order(chosen.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return chosen[a]->present > chosen[b]->present; });
  order.resize(kMostFields);
  std::sort(order.begin(), order.end());
  std::vector<Field*> kept;
  for (const size_t i : order) kept.push_back(chosen[i]);
  return kept;
}

void add_scores_of(InsightScope& scope, const grammar::Source& source, storage::TableId table,
                   std::vector<Insight>& insights) {
  std::vector<Field> fields;
  find_fields(scope, table, source, "autotag.object.", fields);
  if (source.run) find_fields(scope, table, source, "confidence", fields);
  std::vector<Field*> all;
  for (Field& field : fields) all.push_back(&field);
  survey(scope, all);
  find_extremes(scope, all);
  for (const Field& field : fields) add_field(scope, field, insights);
}

/// Confidences of the run, or of every run where none was named.
void add_object_scores(InsightScope& scope, std::vector<Insight>& insights) {
  add_scores_of(scope, scope.objects(), scope.objects_table(), insights);
  if (scope.objects().run) return;
  const std::vector<storage::Run>& runs = scope.catalog().runs();
  for (size_t i = 0; i < runs.size() && i < kMostRuns; ++i)
    add_scores_of(scope, {grammar::SourceKind::kPredictions, runs[i].name, {}}, runs[i].table,
                  insights);
  if (runs.size() > kMostRuns)
    scope.leave_out(fmt::format("the confidence of {} of {} runs; OF RUN names one",
                                runs.size() - kMostRuns, runs.size()));
}

}  // namespace

void add_number_bars(const grammar::Expression& field, double least, double greatest, bool whole,
                     std::vector<Bar>& bars) {
  const Edges<double> edges = round_edges(least, greatest, whole);
  for (size_t i = 0; i + 1 < edges.at.size(); ++i) {
    const double from = edges.at[i];
    const double to = edges.at[i + 1];
    const bool closed = edges.closed && i + 2 == edges.at.size();
    const bool single = from == to || (whole && !closed && to - from == 1);
    const std::string last = format_number(whole && !closed ? to - 1 : to);
    std::string text = single ? format_number(from) : format_number(from) + " to " + last;
    ExpressionPtr condition =
        single ? compare(field, CompareOp::kEqual, from)
               : both(compare(field, CompareOp::kGreaterEqual, from),
                      compare(field, closed ? CompareOp::kLessEqual : CompareOp::kLess, to));
    bars.push_back({std::move(text), std::move(condition), std::nullopt, true});
  }
}

void add_fields(InsightScope& scope, std::vector<Insight>& insights) {
  std::vector<Field> scores;
  std::vector<Field> metadata;
  find_fields(scope, storage::kItems, std::nullopt, "metadata.", metadata);
  const auto is_score = [](const Field& f) { return f.name == "metadata.mislabel_score"; };
  const auto rest = std::stable_partition(metadata.begin(), metadata.end(), is_score);
  std::move(metadata.begin(), rest, std::back_inserter(scores));
  metadata.erase(metadata.begin(), rest);
  find_fields(scope, storage::kItems, std::nullopt, "autotag.image.", scores);
  std::vector<Field*> all;
  for (std::vector<Field>* list : {&scores, &metadata})
    for (Field& field : *list) all.push_back(&field);
  survey(scope, all);
  const std::vector<Field*> shown = fullest(scope, metadata);
  all.resize(scores.size());  // they came first
  all.insert(all.end(), shown.begin(), shown.end());
  find_extremes(scope, all);
  for (const Field& field : scores) add_field(scope, field, insights);
  add_object_scores(scope, insights);
  for (const Field* field : shown) add_field(scope, *field, insights);
}

}  // namespace cupel::api
