#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// Paths: whose they are, and the fields that items and objects share.
namespace cupel::bind {
namespace {

bool ends_at(const grammar::Path& path, size_t at) { return at + 1 == path.segments.size(); }

/// Fields of items that no object has: in an object query they are the item's.
bool only_of_item(const grammar::Path& path, size_t at) {
  const grammar::Segment& head = path.segments[at];
  if (head.quoted) return false;
  static const std::vector<std::string> names = {
      "annotations", "predictions", "reference_id", "ref_id",         "image_location",
      "width",       "height",      "labeling",     "scale_metadata", "evaluation"};
  if (std::find(names.begin(), names.end(), head.name) != names.end()) return true;
  if (head.name == "autotag_training") return true;
  return head.name == "autotag" && !ends_at(path, at) && is_word(path.segments[at + 1], "image");
}

Operand seen_from_object(Operand operand) {
  if (operand.objects) {
    operand.on_item = true;
    for (Operand& other : operand.alternatives) other.on_item = true;
    if (operand.scalar != nullptr) operand.scalar = of_item(operand.scalar);
    if (operand.number != nullptr) operand.number = of_item(operand.number);
  } else {
    operand.value = of_item(operand.value);
  }
  return operand;
}

}  // namespace

Operand Binder::path(const grammar::Path& path, Span span, const Rows& rows) {
  const bool says_item = is_word(path.segments[0], "item") && path.segments.size() > 1;
  const bool says_object = is_word(path.segments[0], "object") && path.segments.size() > 1;
  const size_t at = says_item || says_object ? 1 : 0;
  if (path.segments[0].filter && at == 1)
    throw Error(ErrorCode::kSyntax, "a filter stands after annotations or predictions",
                path.segments[0].span);
  if (says_object && rows.items())
    throw Error(ErrorCode::kName,
                "an item is not one object; name annotations or predictions, or query "
                "FROM annotations",
                path.segments[0].span, "annotations");
  const size_t place = reserve_mention(rows);
  Operand result;
  if (rows.items()) {
    result = item_path(path, at, span, rows);
  } else if (says_item || (!says_object && only_of_item(path, at))) {
    Rows item = rows;
    item.table = kItems;
    item.top = false;
    item.filter = true;
    result = seen_from_object(item_path(path, at, span, item));
  } else {
    std::optional<Operand> own = own_path(path, at, span, rows);
    if (!own) {
      std::vector<std::string> fields = object_fields();
      fields.insert(fields.end(), item_fields().begin(), item_fields().end());
      unknown("field", path.segments[at].name, path.segments[at].span, fields, "");
    }
    result = std::move(*own);
  }
  result.text = grammar::print(path);
  result.span = span;
  if (!result.objects)
    mention(place, result.value);
  else if (result.scalar != nullptr)
    mention(place, result.scalar);
  else
    result.mention = place;
  return result;
}

ExpressionPtr Binder::field(TableId table, const std::string& name, const std::string& shown) {
  plan::Field node;
  node.name = shown.empty() ? name : shown;
  plan::TypeSet types;
  for (const storage::Column* column : catalog_.find(table, name)) {
    node.columns.push_back(column->id);
    types.add(column->type);
  }
  const Type type = node.columns.empty() ? known_type(name) : plan::single_type(types);
  return plan::make_expression(std::move(node), type);
}

/// In a query over several tables, a name that one of them has is no mistake.
bool Binder::any_arm_has(const std::string& column, TableId table, const Rows& rows) const {
  if (rows.filter || table != rows.table) return false;
  return std::any_of(arms_.begin(), arms_.end(),
                     [&](TableId arm) { return !catalog_.find(arm, column).empty(); });
}

ExpressionPtr Binder::metadata_field(TableId table, const grammar::Path& path, size_t at, Span span,
                                     const Rows& rows) {
  std::vector<std::string> segments = {"metadata"};
  std::string shown = "metadata";
  for (size_t i = at; i < path.segments.size(); ++i) {
    const grammar::Segment& segment = path.segments[i];
    if (segment.argument || segment.filter)
      throw Error(ErrorCode::kType, "metadata has no filters and no arguments", segment.span);
    segments.push_back(segment.name);
    shown += "." + dotted_name(segment.name);
  }
  if (path.call_argument)
    throw Error(ErrorCode::kType, "metadata has no functions", path.segments.back().span);
  if (segments.size() == 1)
    throw Error(ErrorCode::kName, "metadata needs the name of a field: metadata.NAME", span);
  const std::string name = storage::join_path(segments);
  ExpressionPtr result = field(table, name, shown);
  if (!std::get<plan::Field>(result->node).columns.empty()) return result;
  if (any_arm_has(name, table, rows)) return result;
  Rows whose = rows;
  whose.table = table;
  const std::string bare = name.substr(std::string_view("metadata.").size());
  std::string nearest = near(bare, column_names(table, "metadata."));
  if (!nearest.empty() && segments.size() == 2) nearest = dotted_name(nearest);
  warn("no " + row_noun(whose) + " has metadata field \"" + bare + "\"",
       Span{path.segments[at].span.begin, path.segments.back().span.end}, nearest);
  return result;
}

}  // namespace cupel::bind
