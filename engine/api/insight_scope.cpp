#include <algorithm>

#include "engine/api/insights.hpp"
#include "engine/api/scope.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/print.hpp"

// The rows that insights are about, and the queries on them.

namespace cupel::api {
namespace {

bool is_word_of(const grammar::Segment& segment, std::string_view word) {
  return !segment.quoted && segment.name == word;
}

/// A similarity that names no embedding means the only one of items; seen from objects it would
/// mean theirs, and later perhaps one of several. In brackets it is about objects already.
void name_embeddings(grammar::Expression& where, const storage::Catalog& catalog) {
  const storage::TableId items = storage::kItems;
  const auto sets = plan::embeddings_of(catalog, std::span(&items, 1));
  if (sets.size() != 1) return;
  grammar::walk(where, [&](grammar::Expression& e) {
    auto* call = std::get_if<grammar::Call>(&e.node);
    if (call != nullptr && call->function == "similarity" && call->named.empty()) {
      ExpressionPtr name = constant(Value(sets.front()->name));
      std::get<grammar::Literal>(name->node).bare = true;
      call->named.push_back({"embedding", std::move(name)});
    }
    return !std::holds_alternative<grammar::Path>(e.node);
  });
}

/// The condition on items as a condition on their objects: `width > 3` is `item.width > 3`.
ExpressionPtr seen_from_objects(const grammar::Expression& where) {
  ExpressionPtr copy = grammar::clone(where);
  grammar::walk(*copy, [](grammar::Expression& e) {
    auto* path = std::get_if<grammar::Path>(&e.node);
    if (path == nullptr) return true;
    const bool says_item = is_word_of(path->segments.front(), "item") && path->segments.size() > 1;
    if (!says_item) path->segments.insert(path->segments.begin(), grammar::Segment{"item"});
    return false;  // what is in its brackets is about objects already
  });
  return copy;
}

std::vector<std::string> run_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const storage::Run& run : catalog.runs()) names.push_back(run.name);
  return names;
}

}  // namespace

InsightScope::InsightScope(const Call& call, const grammar::ShowInsights& statement)
    : call_(call), snapshot_(call.session.view()) {
  const auto context = call.session.context(snapshot_);
  deadline_ = context->deadline;
  memory_bytes_ = context->memory_bytes;
  objects_.kind = grammar::SourceKind::kAnnotations;
  if (statement.run) {
    if (catalog().run(statement.run->text) == nullptr)
      unknown_name("run", *statement.run, run_names(catalog()));
    objects_ = {grammar::SourceKind::kPredictions, statement.run->text, {}};
  }
  ExpressionPtr in_slice = statement.slice ? slice_condition(*statement.slice) : nullptr;
  ExpressionPtr where = statement.where ? without_parameters(*statement.where) : nullptr;
  if (where != nullptr) name_embeddings(*where, catalog());
  where_ = both(std::move(in_slice), std::move(where));
  // Bound once for what there is to say about it, errors and warnings.
  bind(call_, query(std::nullopt, nullptr), snapshot_, warnings_);
}

storage::TableId InsightScope::objects_table() const {
  return objects_.run ? catalog().run(*objects_.run)->table : storage::kAnnotations;
}

ExpressionPtr InsightScope::slice_condition(const grammar::Name& name) const {
  const storage::Slice* slice = catalog().slice(name.text);
  if (slice == nullptr) {
    std::vector<std::string> names;
    for (const auto& [known, meaning] : catalog().slices()) names.push_back(known);
    unknown_name("slice", name, names);
  }
  if (slice->objects)
    throw Error(ErrorCode::kType,
                "slice '" + name.text +
                    "' is a slice of objects, and insights are about items; name a slice of items, "
                    "or a condition with WHERE",
                name.span);
  return compare(*field({"slice"}), CompareOp::kEqual, name.text);
}

/// Queries of bars stand alone, in any session: parameters become their values, and `predictions`
/// names its run.
ExpressionPtr InsightScope::without_parameters(const grammar::Expression& where) const {
  ExpressionPtr copy = grammar::clone(where);
  grammar::walk(*copy, [&](grammar::Expression& e) {
    if (auto* path = std::get_if<grammar::Path>(&e.node)) name_run(*path);
    const auto* parameter = std::get_if<grammar::Parameter>(&e.node);
    const Value* value = parameter == nullptr ? nullptr : given(call_.parameters, *parameter);
    if (value == nullptr) return true;
    if (!is_writable(*value))
      throw Error(ErrorCode::kType,
                  "the queries of bars are written without parameters, and this one's value cannot "
                  "be written; say it in the condition, as with IS MISSING",
                  e.span);
    e.node = std::move(constant(*value)->node);
    return true;
  });
  return copy;
}

void InsightScope::name_run(grammar::Path& path) const {
  const bool says_item = is_word_of(path.segments.front(), "item") && path.segments.size() > 1;
  grammar::Segment& head = path.segments[says_item ? 1 : 0];
  if (!is_word_of(head, "predictions") || head.argument) return;
  const std::vector<storage::Run>& runs = catalog().runs();
  if (!call_.session.run.empty())
    head.argument = call_.session.run;
  else if (runs.size() == 1)
    head.argument = runs.front().name;
}

grammar::Query InsightScope::query(const std::optional<grammar::Source>& source,
                                   ExpressionPtr condition) const {
  grammar::Query query;
  query.source = source;
  ExpressionPtr restriction;
  if (where_ != nullptr)
    restriction = source ? seen_from_objects(*where_) : grammar::clone(*where_);
  query.where = both(std::move(restriction), std::move(condition));
  return query;
}

std::vector<std::vector<Value>> InsightScope::rows(const grammar::Query& query) const {
  const bind::Scope scope = scope_of(call_, snapshot_);
  std::vector<Warning> known;  // those of the restriction, told once
  const auto plan = std::make_shared<const plan::Plan>(
      optimise(call_.session, bind::bind_query(query, scope, known)));
  const auto context = call_.session.context(snapshot_);
  context->deadline = deadline_;
  const auto stream = exec::run(plan, RowForm::kFields, *context);
  std::vector<std::vector<Value>> rows;
  while (const std::optional<Batch> batch = stream->next())
    for (size_t row = 0; row < batch->rows; ++row) {
      std::vector<Value>& values = rows.emplace_back();
      for (const ColumnData& column : batch->columns) values.push_back(column.value(row));
    }
  return rows;
}

std::vector<Value> InsightScope::figures(const std::optional<grammar::Source>& source,
                                         std::vector<ExpressionPtr> expressions,
                                         ExpressionPtr condition) const {
  // A binding has at most so many comparisons, of which a bar has a handful.
  constexpr size_t kAtOnce = 500;
  std::vector<Value> values;
  for (size_t begin = 0; begin < expressions.size(); begin += kAtOnce) {
    grammar::Query asked =
        query(source, condition == nullptr ? nullptr : grammar::clone(*condition));
    for (size_t i = begin; i < std::min(begin + kAtOnce, expressions.size()); ++i)
      asked.select.push_back({std::move(expressions[i]), std::nullopt});
    const std::vector<Value> row = rows(asked).front();
    values.insert(values.end(), row.begin(), row.end());
  }
  return values;
}

std::vector<std::vector<Value>> InsightScope::groups(const std::optional<grammar::Source>& source,
                                                     std::vector<ExpressionPtr> keys, size_t limit,
                                                     ExpressionPtr condition) const {
  grammar::Query asked = query(source, std::move(condition));
  asked.order_by.push_back({call("count"), true});
  for (ExpressionPtr& key : keys) {
    asked.select.push_back({grammar::clone(*key), std::nullopt});
    asked.order_by.push_back({grammar::clone(*key), false});
    asked.group_by.push_back(std::move(key));
  }
  asked.select.push_back({call("count"), std::nullopt});
  if (limit > 0) asked.limit = limit;
  return rows(asked);
}

void InsightScope::count(std::vector<Insight>& insights) const {
  std::map<std::string, std::vector<Bar*>> by_source;
  std::map<std::string, std::optional<grammar::Source>> sources;
  for (Insight& insight : insights) {
    const bool run = insight.source && insight.source->run;
    const std::string name = run              ? "run " + *insight.source->run
                             : insight.source ? "annotations"
                                              : "items";
    sources[name] = insight.source;
    for (Bar& bar : insight.bars)
      if (!bar.count) by_source[name].push_back(&bar);
  }
  for (const auto& [name, bars] : by_source) {
    std::vector<ExpressionPtr> counts;
    for (const Bar* bar : bars) {
      std::vector<ExpressionPtr> arguments;
      arguments.push_back(grammar::clone(*bar->condition));
      counts.push_back(call("count", std::move(arguments)));
    }
    const std::vector<Value> values = figures(sources[name], std::move(counts));
    for (size_t i = 0; i < bars.size(); ++i)
      bars[i]->count = static_cast<uint64_t>(values[i].as_int());
  }
}

}  // namespace cupel::api
