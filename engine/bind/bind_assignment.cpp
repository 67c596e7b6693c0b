#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// What UPDATE may set, and to what.
namespace cupel::bind {
namespace {

/// The canonical name of the column that an assignment sets.
std::string target_of(const grammar::Assignment& assignment, bool objects) {
  const grammar::Path& path = assignment.path;
  size_t at = 0;
  if (objects && path.segments.size() > 1 && is_word(path.segments[0], "object")) at = 1;
  const bool plain = !path.call_argument &&
                     std::none_of(path.segments.begin(), path.segments.end(), [](const auto& s) {
                       return s.filter.has_value() || s.argument.has_value();
                     });
  const grammar::Segment& head = path.segments[at];
  const size_t left = path.segments.size() - at;
  if (plain && is_word(head, "metadata") && left > 1) {
    std::vector<std::string> segments;
    for (size_t i = at; i < path.segments.size(); ++i) {
      const grammar::Segment& segment = path.segments[i];
      if (const auto sentence = storage::too_long("a field's name", segment.name))
        throw Error(ErrorCode::kLimit, *sentence, segment.span);
      segments.push_back(segment.name);
    }
    return storage::join_path(segments);
  }
  if (plain && objects && is_word(head, "label") && left == 1) return "label";
  throw Error(ErrorCode::kType,
              "'" + grammar::print(path) + "' cannot be set; UPDATE sets metadata." +
                  (objects ? "NAME and label" : "NAME"),
              assignment.path_span);
}

void check_label(const plan::TypeSet& types, const grammar::Assignment& assignment) {
  if (assignment.value == nullptr)
    throw Error(ErrorCode::kType, "a label cannot be removed; set it to a text",
                assignment.path_span);
  if (!types.empty() && !(types.has(Type::kText) && plan::single_type(types) == Type::kText))
    throw Error(ErrorCode::kType, "a label is text, and the value holds " + plan::describe(types),
                assignment.value->span);
}

}  // namespace

void bind_assignment(Binder& binder, const grammar::Assignment& assignment,
                     std::vector<std::string>& columns) {
  plan::Plan& plan = binder.plan();
  std::string column = target_of(assignment, plan.arms.front().table != kItems);
  if (std::find(columns.begin(), columns.end(), column) != columns.end())
    throw Error(ErrorCode::kType, "'" + column + "' is set twice", assignment.path_span);
  plan::TypeSet types;
  for (plan::Arm& arm : plan.arms) {
    ExpressionPtr value;
    if (assignment.value != nullptr)
      value = binder.value(*assignment.value, Rows{.table = arm.table});
    if (value != nullptr) types.add(binder.types_of(*value));
    arm.outputs.push_back(std::move(value));
  }
  if (column == "label") check_label(types, assignment);
  plan.outputs.push_back({column, plan::single_type(types)});
  columns.push_back(std::move(column));
}

}  // namespace cupel::bind
