#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

namespace cupel::bind {
namespace {

bool is_object_field(const grammar::Segment& segment) {
  const std::vector<std::string>& fields = object_fields();
  return !segment.quoted && std::find(fields.begin(), fields.end(), segment.name) != fields.end();
}

/// Keys that a query over objects could have, but not these groups of items.
bool is_of_objects(const grammar::Expression& key) {
  const auto* path = std::get_if<grammar::Path>(&key.node);
  if (path == nullptr) return false;
  const auto& segments = path->segments;
  const bool collection =
      is_word(segments[0], "annotations") || is_word(segments[0], "predictions");
  if (collection && segments.size() > 1) return is_object_field(segments[1]);
  return is_object_field(segments[0]) && !is_word(segments[0], "metadata") &&
         !is_word(segments[0], "autotag");
}

}  // namespace

plan::Plan bind_item_groups(const grammar::Expression* where,
                            const std::vector<const grammar::Expression*>& keys, const Scope& scope,
                            std::vector<Warning>& warnings) {
  plan::Plan plan;
  Binder binder(scope, warnings, plan);
  plan.arms.push_back({.table = kItems});
  binder.set_arms({kItems});
  plan.noun = "items";
  plan::Arm& arm = plan.arms.front();
  const Rows rows{.table = kItems};
  if (where != nullptr) arm.where = binder.condition(*where, rows);
  for (const grammar::Expression* key : keys) {
    if (has_aggregate(*key) || is_of_objects(*key) || binder.constant(*key))
      throw Error(ErrorCode::kType,
                  "figures are grouped by fields of items, such as metadata.weather, and by label; "
                  "'" +
                      grammar::print(*key) + "' is neither",
                  key->span, "label");
    ExpressionPtr value = binder.value(*key, rows);
    plan.outputs.push_back({grammar::print(*key), binder.type_of(*value)});
    arm.outputs.push_back(std::move(value));
  }
  return plan;
}

}  // namespace cupel::bind
