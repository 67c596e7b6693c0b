#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"

/// Slices, static and live.
namespace cupel::bind {

std::optional<MembershipPath> Binder::membership(const grammar::Expression& e,
                                                 const Rows& rows) const {
  const auto* path = std::get_if<grammar::Path>(&e.node);
  if (path == nullptr || path->call_argument || rows.groups != nullptr) return std::nullopt;
  std::vector<std::string> words;
  for (const grammar::Segment& segment : path->segments) {
    if (segment.quoted || segment.filter || segment.argument) return std::nullopt;
    words.push_back(segment.name);
  }
  MembershipPath result;
  if (words.size() > 1 && (words[0] == "item" || (words[0] == "object" && !rows.items()))) {
    result.of_item = words[0] == "item";
    words.erase(words.begin());
  }
  const auto is = [&](const std::vector<std::string>& wanted) { return words == wanted; };
  if (words.size() == 3 && (words[2] == "positive" || words[2] == "negative") &&
      words[0] == "autotag_training") {
    result.only = words[2] == "positive" ? 1 : -1;
    words.pop_back();
  }
  if (is({"slice"}))
    result.kind = Membership::kSlice;
  else if (is({"autotag", "image"}))
    result.kind = Membership::kImageTag;
  else if (is({"autotag", "object"}))
    result.kind = Membership::kObjectTag;
  else if (is({"autotag_training", "image"}))
    result.kind = Membership::kImageTraining;
  else if (is({"autotag_training", "object"}))
    result.kind = Membership::kObjectTraining;
  else
    return std::nullopt;
  return result;
}

ConditionPtr Binder::member(const MembershipPath& path, const std::string& name, Span span,
                            const Rows& rows) {
  if (path.kind == Membership::kSlice) return in_slice(name, span, rows, path.of_item);
  return tagged(path, name, span, rows);
}

ConditionPtr Binder::in_slice(const std::string& name, Span span, const Rows& rows, bool of_item) {
  const storage::Slice* slice = catalog_.slice(name);
  if (slice == nullptr) {
    std::vector<std::string> names;
    for (const auto& [known, meaning] : catalog_.slices()) names.push_back(known);
    unknown("slice", name, span, names, "CREATE SLICE name AS query makes one");
  }
  const bool as_item = rows.items() || of_item;
  if (slice->objects && as_item)
    throw Error(ErrorCode::kType,
                "slice '" + name + "' is a slice of objects; query FROM objects WHERE slice = " +
                    grammar::print_name(name),
                span);
  if (!slice->objects && !rows.items()) {
    const Rows item{.table = kItems, .top = false, .filter = true};
    return plan::make_condition(plan::OnItem{in_slice(name, span, item, false)});
  }
  if (slice->live) return live_slice(*slice, span, rows);
  plan::InSlice node{name, std::nullopt};
  const auto* column =
      catalog_.find(rows.table, "$slice:" + std::to_string(slice->id), Type::kBool);
  if (column != nullptr) node.column = column->id;
  return plan::make_condition(std::move(node));
}

void Binder::enter_live_slice(const std::string& name, Span span) {
  const auto open = std::find(open_slices_.begin(), open_slices_.end(), name);
  if (open != open_slices_.end()) {
    std::string circle;
    for (auto it = open; it != open_slices_.end(); ++it) circle += "'" + *it + "' → ";
    throw Error(ErrorCode::kConstraint,
                "live slices go round in a circle: " + circle + "'" + name + "'", span);
  }
  if (open_slices_.size() >= kMaxLiveSlices)
    throw Error(ErrorCode::kLimit, "live slices are nested more than 64 deep", span);
  open_slices_.push_back(name);
}

ConditionPtr Binder::live_condition(const storage::Slice& slice, const Rows& rows) {
  const grammar::Query query = grammar::parse_query(slice.query);
  const std::vector<TableId> tables = tables_of(query.source.value_or(grammar::Source{}));
  if (std::find(tables.begin(), tables.end(), rows.table) == tables.end())
    return plan::make_condition(plan::Always{false});
  if (query.where == nullptr) return plan::make_condition(plan::Always{true});
  Rows inner = rows;
  inner.top = false;
  return condition(*query.where, inner);
}

ConditionPtr Binder::live_slice(const storage::Slice& slice, Span span, const Rows& rows) {
  const Parameters* parameters = scope_.parameters;
  enter_live_slice(slice.name, span);
  forget_parameters();
  try {
    ConditionPtr result = live_condition(slice, rows);
    leave_live_slice();
    scope_.parameters = parameters;
    return result;
  } catch (const Error& error) {
    const bool ours = error.code() == ErrorCode::kLimit ||
                      (error.code() == ErrorCode::kConstraint &&
                       error.message().starts_with("live slices "));  // the circle names them all
    const std::string message =
        ours ? error.message() : "in live slice '" + slice.name + "': " + error.message();
    throw Error(error.code(), message, span);
  }
}

}  // namespace cupel::bind
