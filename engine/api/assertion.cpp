#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/api/insight_tree.hpp"
#include "engine/api/state.hpp"
#include "engine/bind/bind.hpp"
#include "engine/exec/value_slots.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

using grammar::Expression;

/// A figure in the place of an expression, as it is written in the language; a missing one as the
/// word. It has no parts to walk.
bool write_figure(Expression& place, const Value& value) {
  if (value.is_missing()) {
    grammar::Path word;
    word.segments.push_back({"missing"});
    place.node = std::move(word);
  } else {
    place.node = std::move(constant(value)->node);
  }
  return false;
}

/// One ASSERT: its subqueries and, once they have run, their values.
class Assertion {
 public:
  Assertion(const Call& call, const Expression& condition)
      : call_(call), condition_(condition), snapshot_(call.session.view()) {
    deadline_ = call.session.context(snapshot_)->deadline;
    grammar::walk(condition, [&](const Expression& e) {
      const auto* node = std::get_if<grammar::Subquery>(&e.node);
      if (node != nullptr) places_.push_back({&e, {node, Type::kAny}, nullptr, {}});
      return true;
    });
  }

  Answer run() {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<Warning> warnings;
    // All is bound before anything runs: a mistake is told at once.
    for (Place& place : places_) bind_query(place, warnings);
    for (const Place& place : places_) figures_.push_back(place.figure);
    bind_condition(condition_, warnings);
    enforce_strict(call_.session, warnings);
    for (Place& place : places_) values_.push_back(value_of(place));
    if (!holds(condition_)) refuse(failing(condition_));
    RowBuilder rows(
        {{"comparison", Type::kText}, {"figures", Type::kText}, {"holds", Type::kBool}});
    add_rows(condition_, rows);
    Answer answer = rows.finish("assertion holds: " + with_figures(condition_));
    answer->noun = "comparisons";
    answer->begun = begun;
    answer->warnings = std::move(warnings);
    return answer;
  }

 private:
  struct Place {
    const Expression* expression = nullptr;
    bind::Figure figure;
    std::shared_ptr<const plan::Plan> plan;
    std::string text;  ///< `(SELECT …)`
  };

  bind::Scope scope() const { return scope_of(call_, snapshot_); }

  void bind_query(Place& place, std::vector<Warning>& warnings) const {
    const grammar::Query& query = *place.figure.subquery->query;
    place.text = "(" + grammar::print(query) + ")";
    place.plan = std::make_shared<const plan::Plan>(bind(call_, query, snapshot_, warnings));
    const size_t columns = place.plan->outputs.size();
    if (columns != 1)
      throw Error(ErrorCode::kType,
                  fmt::format("a query in ASSERT gives one value, and this one has {}; name one "
                              "in its SELECT, such as count()",
                              counted(columns, "columns")),
                  place.expression->span);
    place.figure.type = place.plan->outputs.front().type;
  }

  plan::ConditionPtr bind_condition(const Expression& e, std::vector<Warning>& warnings) const {
    return bind::bind_assertion(e, figures_, scope(), warnings);
  }

  Value value_of(const Place& place) const {
    const auto context = call_.session.context(snapshot_);
    context->deadline = deadline_;
    const auto stream = exec::run(place.plan, RowForm::kFields, *context);
    uint64_t rows = 0;
    Value value;
    while (const std::optional<Batch> batch = stream->next()) {
      if (rows == 0 && batch->rows > 0) value = batch->columns.front().value(0);
      rows += batch->rows;
    }
    if (rows != 1)
      throw Error(ErrorCode::kType,
                  fmt::format("a query in ASSERT gives one value, and this one has {}; aggregate "
                              "them as in count() or max(…), or add LIMIT 1",
                              counted(rows, "rows")),
                  place.expression->span);
    return value;
  }

  bool holds(const Expression& e) const {
    std::vector<Warning> told;  // with the whole condition
    return exec::evaluate_condition(*bind_condition(e, told), values_);
  }

  /// The least part that makes the condition false: of an AND the first that is.
  const Expression& failing(const Expression& e) const {
    const auto* all = std::get_if<grammar::And>(&e.node);
    if (all == nullptr) return e;
    const auto first = std::find_if(all->operands.begin(), all->operands.end(),
                                    [&](const auto& operand) { return !holds(*operand); });
    return failing(**first);
  }

  [[noreturn]] void refuse(const Expression& failed) const {
    std::string figures;
    for (size_t i = 0; i < places_.size(); ++i) {
      const std::string value = values_[i].is_missing() ? "missing" : to_text(values_[i]);
      const std::string figure = places_[i].text + " is " + value;
      if (figures.find(figure) == std::string::npos) figures += figure + ", ";
    }
    throw Error(ErrorCode::kConstraint,
                fmt::format("the assertion does not hold: {}{}{} is false", figures,
                            figures.empty() ? "" : "and ", with_figures(failed)),
                failed.span);
  }

  /// The expression with the values of its subqueries in their places.
  std::string with_figures(const Expression& e) const {
    const grammar::ExpressionPtr copy = grammar::clone(e);
    grammar::walk(*copy, [&](Expression& part) {
      if (const auto* node = std::get_if<grammar::Subquery>(&part.node))
        return write_figure(part, values_[place_of(*node)]);
      const auto* parameter = std::get_if<grammar::Parameter>(&part.node);
      if (parameter != nullptr)
        if (const Value* value = given(call_.parameters, *parameter)) write_figure(part, *value);
      return true;
    });
    return grammar::print(*copy);
  }

  size_t place_of(const grammar::Subquery& node) const {
    const auto same = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
      return place.figure.subquery->query == node.query;
    });
    return static_cast<size_t>(same - places_.begin());
  }

  /// One row a comparison: what AND, OR and NOT join.
  void add_rows(const Expression& e, RowBuilder& rows) const {
    if (const auto* node = std::get_if<grammar::And>(&e.node))
      return add_rows(node->operands, rows);
    if (const auto* node = std::get_if<grammar::Or>(&e.node)) return add_rows(node->operands, rows);
    if (const auto* node = std::get_if<grammar::Not>(&e.node))
      return add_rows(*node->operand, rows);
    rows.add({grammar::print(e), with_figures(e), holds(e)});
  }
  void add_rows(const std::vector<grammar::ExpressionPtr>& list, RowBuilder& rows) const {
    for (const grammar::ExpressionPtr& e : list) add_rows(*e, rows);
  }

  const Call& call_;
  const Expression& condition_;
  storage::SnapshotPtr snapshot_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;  ///< of all queries together
  std::vector<Place> places_;
  std::vector<bind::Figure> figures_;
  std::vector<Value> values_;
};

}  // namespace

Answer run_assertion(const Call& call, const grammar::Assert& statement) {
  return Assertion(call, *statement.condition).run();
}

}  // namespace cupel::api
