#include <algorithm>
#include <map>

#include "engine/bind/binder.hpp"
#include "storage/count_names.hpp"

/// The fields of items (LANGUAGE.md 2.4).
namespace cupel::bind {
namespace {

constexpr const char* kLabeling = "labeling.";

/// `scale_metadata.NAME` is another name of `labeling.…`.
const std::map<std::string, std::string, std::less<>>& scale_names() {
  static const std::map<std::string, std::string, std::less<>> names = {
      {"project_name", "project"},      {"task_id", "task_id"},
      {"task_status", "status"},        {"task_audit_status", "audit_status"},
      {"audit_status", "audit_status"}, {"created_at", "created_at"},
      {"completed_at", "completed_at"}, {"batch", "batch"}};
  return names;
}

const std::vector<std::string>& labeling_names() {
  static const std::vector<std::string> names = {
      "project",    "batch",        "task_id",   "status",    "audit_status",
      "created_at", "completed_at", "consensus", "agreement", "outcome"};
  return names;
}

[[noreturn]] void needs_name(const std::string& example, Span span) {
  throw Error(ErrorCode::kType, "a name is missing here, as in " + example, span);
}

}  // namespace

Operand Binder::item_path(const grammar::Path& path, size_t at, Span span, const Rows& rows) {
  const grammar::Segment& head = path.segments[at];
  const size_t rest = path.segments.size() - at - 1;
  const auto is = [&](std::string_view word) { return is_word(head, word); };
  const auto simple = [&](const std::string& name) {
    if (rest != 0 || head.filter || head.argument || path.call_argument)
      throw Error(ErrorCode::kName, "'" + name + "' is a single value; nothing can follow it", span,
                  name);
    return Operand{.value = field(kItems, name)};
  };
  if (is("annotations") || is("predictions")) return collection_path(path, at, span);
  if (head.filter)
    throw Error(ErrorCode::kType,
                "a filter stands after annotations or predictions, not after '" + head.name + "'",
                head.span);
  if (is("ref_id")) return simple("reference_id");
  for (const char* name : {"reference_id", "image_location", "width", "height"})
    if (is(name)) return simple(name);
  if (is("metadata")) return Operand{.value = metadata_field(kItems, path, at + 1, span, rows)};
  if (is("slice")) needs_name("slice = night", span);
  if (is("autotag")) {
    const bool image = rest > 0 && is_word(path.segments[at + 1], "image");
    const bool object = rest > 0 && is_word(path.segments[at + 1], "object");
    if (rest != 2 || !(image || object)) needs_name("autotag.image.rain", span);
    const grammar::Segment& tag = path.segments[at + 2];
    if (object) return object_tag(tag.name, tag.span, rows);
    return Operand{.value = tag_field(kItems, "autotag.image", tag.name, tag.span)};
  }
  if (is("autotag_training")) needs_name("autotag_training.image = rain", span);
  if (is("evaluation")) return evaluation_path(path, at, span);
  if (is("labeling") || is("scale_metadata")) {
    if (rest != 1) needs_name("labeling.status", span);
    const grammar::Segment& field = path.segments[at + 1];
    if (is("labeling")) return Operand{.value = labeling_field(field.name, field.span)};
    const auto it = scale_names().find(field.name);
    if (it == scale_names().end()) {
      std::vector<std::string> names;
      for (const auto& [name, meaning] : scale_names()) names.push_back(name);
      unknown("field of scale_metadata", field.name, field.span, names, "");
    }
    return Operand{.value = labeling_field(it->second, field.span)};
  }
  const std::vector<std::string>& own = object_fields();
  if (!head.quoted && std::find(own.begin(), own.end(), head.name) != own.end()) {
    const std::string of = head.name == "confidence" ? "predictions" : "annotations";
    throw Error(ErrorCode::kName,
                "'" + head.name + "' is a field of objects; write " + of + "." + head.name +
                    ", or query FROM " + of,
                head.span, of + "." + head.name);
  }
  const std::vector<std::string> metadata = column_names(kItems, "metadata.");
  if (std::find(metadata.begin(), metadata.end(), head.name) != metadata.end())
    throw Error(ErrorCode::kName,
                "there is no field '" + head.name +
                    "'; metadata is written with metadata. before "
                    "it",
                head.span, "metadata." + dotted_name(head.name));
  unknown("field", head.name, head.span, item_fields(), "");
}

ExpressionPtr Binder::labeling_field(const std::string& name, Span span) {
  ExpressionPtr result = field(kItems, kLabeling + name);
  if (!std::get<plan::Field>(result->node).columns.empty()) return result;
  const std::vector<std::string>& names = labeling_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    unknown("field of labeling", name, span, names, "");
  if (column_names(kItems, kLabeling).empty())
    throw Error(
        ErrorCode::kName,
        "no item has been sent to labeling yet, so that labeling." + name + " does not exist",
        span);
  return result;
}

}  // namespace cupel::bind
