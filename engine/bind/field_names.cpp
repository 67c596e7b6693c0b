#include <algorithm>
#include <map>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"
#include "grammar/words.hpp"
#include "storage/count_names.hpp"

namespace cupel::bind {

const std::vector<std::string>& item_fields() {
  static const std::vector<std::string> fields = {
      "reference_id", "image_location", "width",      "height",  "metadata",
      "annotations",  "predictions",    "slice",      "autotag", "autotag_training",
      "labeling",     "scale_metadata", "evaluation", "ref_id"};
  return fields;
}

const std::vector<std::string>& object_fields() {
  static const std::vector<std::string> fields = {
      "label",      "type", "taxonomy",      "annotation_id", "position",
      "dimensions", "area", "confidence",    "metadata",      "autotag",
      "outcome",    "iou",  "matched_label", "matched_id",    "error"};
  return fields;
}

Type known_type(std::string_view field) {
  static const std::map<std::string_view, Type> types = {
      {"reference_id", Type::kText},    {"image_location", Type::kText},
      {"width", Type::kInt64},          {"height", Type::kInt64},
      {"label", Type::kText},           {"type", Type::kText},
      {"taxonomy", Type::kText},        {"annotation_id", Type::kText},
      {"position.x", Type::kFloat64},   {"position.y", Type::kFloat64},
      {"position.z", Type::kFloat64},   {"dimensions.x", Type::kFloat64},
      {"dimensions.y", Type::kFloat64}, {"dimensions.z", Type::kFloat64},
      {"area", Type::kFloat64},         {"confidence", Type::kFloat64}};
  const auto it = types.find(field);
  return it == types.end() ? Type::kAny : it->second;
}

bool is_reserved_after_collection(std::string_view word) {
  const auto has = [&](const std::vector<std::string>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  return word == "count" || has(object_fields()) || has(storage::object_types());
}

std::string dotted_name(std::string_view name) {
  return grammar::is_word(name) ? std::string(name) : grammar::quote_text(name);
}

}  // namespace cupel::bind
