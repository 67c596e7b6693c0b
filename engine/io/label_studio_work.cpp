#include "engine/io/label_studio_work.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "engine/io/json_text.hpp"
#include "engine/io/label_studio_region.hpp"

namespace cupel::io {
namespace {

void append_text_member(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_text(out, text);
}

void append_integer(std::string& out, std::string_view key, int64_t number) {
  append_key(out, key);
  out += std::to_string(number);
}

std::string_view text_or_nothing(const JsonNode* node) {
  return node != nullptr && node->is_text() ? node->text : std::string_view();
}

std::string_view image_of(const ObjectParts& object) {
  const std::string_view image = text_or_nothing(object.of_metadata("to_name"));
  return image.empty() ? "image" : image;
}

/// Members of a result that are not metadata.
bool is_taken(std::string_view key) {
  constexpr std::string_view kTaken[] = {
      "id",    "type",           "from_name",       "to_name",
      "value", "original_width", "original_height", "image_rotation",
      "score", "annotator",      "ground_truth",    "model_version"};
  return std::find(std::begin(kTaken), std::end(kTaken), key) != std::end(kTaken);
}

}  // namespace

bool is_ground_truth(const ObjectParts& object) {
  const JsonNode* truth = object.of_metadata("ground_truth");
  return truth != nullptr && truth->kind == JsonKind::kBool && truth->boolean;
}

StudioWork::StudioWork(const ItemParts& item, std::string_view model, StudioConfig& config,
                       ExportLosses& losses, std::set<std::string, std::less<>>& ids)
    : model_(model), config_(config), losses_(losses), ids_(ids) {
  if (item.width == nullptr || item.height == nullptr) return;
  width_ = item.width->integer;
  height_ = item.height->integer;
}

bool StudioWork::add(const ObjectParts& object) {
  if (object.type != "category") return add_region(object);
  if (object.taxonomy.empty()) {
    add_to_several(object);
  } else {
    add_category(object);
  }
  return true;
}

std::string StudioWork::finish() {
  for (const auto& [name, labels] : several_) write_several(name, labels);
  return '[' + std::move(results_) + ']';
}

void StudioWork::begin_result(StudioControl kind, const std::string& control,
                              std::string_view image, std::string_view id) {
  results_ += results_.empty() ? "{" : ",{";
  append_text_member(results_, "id", id.empty() ? free_id() : id);
  append_text_member(results_, "type", result_type_of(kind));
  append_text_member(results_, "from_name", control);
  append_text_member(results_, "to_name", image);
}

/// Results without an id would be one region to Label Studio.
std::string_view StudioWork::free_id() {
  do {
    free_id_ = "object-" + std::to_string(++number_);
  } while (!ids_.insert(free_id_).second);
  return free_id_;
}

bool StudioWork::add_region(const ObjectParts& object) {
  if (width_ <= 0 || height_ <= 0) {
    losses_.objects(plural_of_type(object.type), kWithoutSize);
    return false;
  }
  std::string value = "{";
  std::string_view why;
  const std::optional<StudioControl> kind = append_studio_region(
      value, object, static_cast<double>(width_), static_cast<double>(height_), losses_, why);
  if (!kind) {
    losses_.objects(plural_of_type(object.type), why);
    return false;
  }
  const std::string& control =
      config_.control(*kind, text_or_nothing(object.of_metadata("from_name")));
  config_.add_label(control, image_of(object), object.label);
  begin_result(*kind, control, image_of(object), object.annotation_id);
  append_integer(results_, "original_width", width_);
  append_integer(results_, "original_height", height_);
  append_integer(results_, "image_rotation", 0);
  append_key(results_, "value");
  results_ += value;
  append_key(results_, result_type_of(*kind));
  results_ += '[';
  append_text(results_, object.label);
  results_ += "]}";
  if (!object.taxonomy.empty()) losses_.field(object.kind, "taxonomy");
  end_result(object, control);
  ++regions_;
  return true;
}

void StudioWork::add_category(const ObjectParts& object) {
  const std::string& control = config_.control(StudioControl::kChoices, object.taxonomy);
  if (control != object.taxonomy) losses_.field(object.kind, "taxonomy");
  config_.add_label(control, image_of(object), object.label);
  begin_result(StudioControl::kChoices, control, image_of(object), object.annotation_id);
  write_choices({std::string(object.label)});
  lose_shape(object);
  end_result(object, {});
}

/// Categories without a taxonomy may be several of one name, and are one answer then.
void StudioWork::add_to_several(const ObjectParts& object) {
  const std::string_view name = text_or_nothing(object.of_metadata("taxonomy"));
  std::vector<std::string>& labels = several_[name.empty() ? "category" : std::string(name)];
  labels.emplace_back(object.label);
  if (object.metadata != nullptr) {
    for (const JsonNode& member : *object.metadata) {
      const bool told = member.key == "taxonomy" && !name.empty();
      if (!told && !stands_elsewhere(object, member))
        losses_.below(object.kind, "metadata." + std::string(member.key), member);
    }
  }
  const std::string id = std::string(name) + '/' + labels.back();
  if (!object.annotation_id.empty() && object.annotation_id != id)
    losses_.field(object.kind, "annotation_id");
  lose_shape(object);
  object.lose(losses_, object.confidence);
  object.lose(losses_, object.class_pdf);
  object.lose_others(losses_);
}

void StudioWork::write_several(const std::string& name, const std::vector<std::string>& labels) {
  const std::string& control = config_.control(StudioControl::kChoices, name);
  for (const std::string& label : labels)
    config_.add_label(control, "image", label, labels.size() > 1);
  begin_result(StudioControl::kChoices, control, "image", {});
  write_choices(labels);
  results_ += '}';
}

void StudioWork::write_choices(const std::vector<std::string>& labels) {
  append_key(results_, "value");
  results_ += "{\"choices\":[";
  for (size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) results_ += ',';
    append_text(results_, labels[i]);
  }
  results_ += "]}";
}

void StudioWork::lose_shape(const ObjectParts& object) {
  object.lose(losses_, object.area);
  if (object.geometry != nullptr && !object.geometry->empty())
    losses_.field(object.kind, "geometry");
}

/// The metadata of an object are members of its result, and the confidence is its score.
void StudioWork::end_result(const ObjectParts& object, std::string_view control) {
  if (object.kind == RowKind::kPrediction && object.confidence != nullptr) {
    append_key(results_, "score");
    results_ += object.confidence->raw;
  } else {
    object.lose(losses_, object.confidence);
  }
  if (object.metadata != nullptr) {
    if (object.metadata->empty()) losses_.field(object.kind, "empty metadata");
    for (const JsonNode& member : *object.metadata) write_member(object, member, control);
  }
  object.lose(losses_, object.class_pdf);
  object.lose_others(losses_);
  results_ += '}';
}

/// Of the annotation or prediction as a whole, or of what a result begins with.
bool StudioWork::stands_elsewhere(const ObjectParts& object, const JsonNode& member) const {
  if (member.key == "to_name") return member.is_text() && member.text == image_of(object);
  if (object.kind == RowKind::kPrediction)
    return member.key == "model_version" && member.is_text() && member.text == model_;
  if (member.key == "annotator") return member.is_text() || member.kind == JsonKind::kInteger;
  return member.key == "ground_truth" && is_ground_truth(object);
}

void StudioWork::write_member(const ObjectParts& object, const JsonNode& member,
                              std::string_view control) {
  if (stands_elsewhere(object, member)) return;
  if (member.key == "from_name" && member.is_text() && member.text == control) return;
  if (is_taken(member.key) || member.is_null()) {
    losses_.below(object.kind, "metadata." + std::string(member.key), member);
  } else {
    append_key(results_, member.key);
    results_ += member.raw;
  }
}

}  // namespace cupel::io
