#include "engine/io/label_studio_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cupel::io {
namespace {

/// Members of a result that have a place of their own.
bool is_known(std::string_view key) {
  for (const char* known : {"id", "type", "value", "original_width", "original_height"}) {
    if (key == known) return true;
  }
  return false;
}

bool is_zero(const JsonNode& node) { return node.is_number() && node.number == 0; }

}  // namespace

void StudioObjects::begin_task(std::string_view reference_id,
                               std::string_view alternative_reference) {
  object_.reference_id = reference_id;
  object_.alternative_reference = alternative_reference;
  first_source_.clear();
  source_number_ = 0;
}

void StudioObjects::begin_source(const StudioSource& source) {
  source_ = source;
  ++source_number_;
  ids_.clear();
}

std::string StudioObjects::region_id(std::string_view region, std::string_view label) {
  if (region.empty()) return {};
  const size_t first = first_source_.try_emplace(std::string(region), source_number_).first->second;
  std::string id(region);
  if (first != source_number_) id = fmt::format("{}/{}", source_.id, region);
  if (!ids_.insert(id).second) id += fmt::format("/{}", label);
  return id;
}

void StudioObjects::begin_object(std::string_view label, const Place& place) {
  object_.label = label;
  object_.taxonomy = {};
  object_.confidence.reset();
  object_.place = place;
  object_.x = object_.y = object_.width = object_.height = object_.area = std::nullopt;
  geometry_.clear();
  texts_.clear();
  metadata_.start(object_.fields);
}

/// The result's other members become metadata. A region also tells its control.
void StudioObjects::add_common(const StudioResult& result, bool region) {
  if (source_.annotator != nullptr) {
    const JsonNode& annotator = *source_.annotator;
    if (annotator.kind == JsonKind::kInteger) {
      metadata_.add("annotator", {annotator.integer});
    } else {
      metadata_.add("annotator", {annotator.text});
    }
  }
  if (source_.ground_truth != nullptr) metadata_.add(*source_.ground_truth);
  if (source_.model_version != nullptr) metadata_.add(*source_.model_version);
  if (source_.target.prediction) object_.confidence = source_.score;
  if (result.node == result.value) return;  // JSON-MIN: the members of the value
  const JsonNode* meta = result.node->find("meta");
  if (meta != nullptr && meta->is_object()) {
    for (const JsonNode& member : *meta) {
      if (!metadata_.add(member)) reading_.sink.lost("meta values; their names are taken");
    }
  }
  for (const JsonNode& member : *result.node) {
    if (is_known(member.key) || (member.key == "from_name" && !region)) continue;
    if (&member == meta && meta->is_object()) continue;
    if (member.key == "image_rotation" && is_zero(member)) continue;
    if (member.key == "score" && source_.target.prediction) {
      if (!member.is_null()) object_.confidence = number_of(member);
    } else if (!metadata_.add(member)) {
      metadata_.keep(member);
    }
  }
}

void StudioObjects::add_answers(const std::vector<StudioResult>& answers) {
  for (const StudioResult& answer : answers) {
    if (!metadata_.add(answer.name, values_of(answer, texts_))) {
      reading_.sink.lost("answers; a region has one value of a name");
    }
  }
}

void StudioObjects::hand_over() {
  object_.annotation_id = id_;
  object_.geometry = geometry_;
  object_.rest = metadata_.rest();
  reading_.sink.object(source_.target, object_);
}

/// The size of the image beside a region; files of old leave it to the item.
ImageExtent StudioObjects::extent_around(const StudioResult& region) const {
  if (const std::optional<ImageExtent> own = extent_of(*region.node)) return *own;
  const Reading::Pixels image = reading_.image_size(object_);
  return {image.width, image.height};
}

void StudioObjects::add_region(const StudioResult& region, const StudioResults& results,
                               const Place& place) {
  const std::vector<std::string_view> labels = results.labels_of(region);
  if (labels.empty()) return reading_.sink.lost("unlabeled regions");
  const ImageExtent image = extent_around(region);
  for (const std::string_view label : labels) {
    begin_object(label, place);
    read_shape(region.shape, *region.value, image, object_, geometry_);
    add_common(region, true);
    if (const auto* answers = results.about(region.id)) add_answers(*answers);
    id_ = region_id(region.id, label);
    hand_over();
  }
}

void StudioObjects::add_choices(const StudioResult& answer, const Place& place) {
  std::deque<std::string> paths;
  const std::vector<Scalar> labels = values_of(answer, paths);
  const bool one = labels.size() == 1;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto* label = std::get_if<std::string_view>(&labels[i]);
    if (label == nullptr || label->empty()) {
      throw RecordError{fmt::format("value.{}[{}]", answer.type, i),
                        label == nullptr ? "must be a text" : "is empty"};
    }
    check_name(*label, "a label");
    begin_object(*label, place);
    object_.type = "category";
    id_ = one ? std::string(answer.id) : fmt::format("{}/{}", answer.name, *label);
    if (one) {
      object_.taxonomy = answer.name;
    } else {
      metadata_.add("taxonomy", {answer.name});
    }
    add_common(answer, false);
    hand_over();
  }
  if (labels.size() > 1) reading_.sink.lost(kLostTaxonomy);
}

}  // namespace cupel::io
