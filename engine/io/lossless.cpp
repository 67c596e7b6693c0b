#include "engine/io/lossless.hpp"

#include <fmt/format.h>

#include "engine/io/analysis_fields.hpp"
#include "engine/io/json_text.hpp"

namespace cupel::io {
namespace {

const JsonNode* take_first_of(Members& members, Spellings keys) {
  for (const std::string_view key : keys) {
    if (const JsonNode* member = members.take(key)) return member;
  }
  return nullptr;
}

std::string_view reference_of(const JsonNode* member) {
  if (member == nullptr) missing("reference_id");
  const std::string_view reference = text_of(*member);
  if (reference.empty()) throw RecordError{std::string(member->key), "is empty"};
  return reference;
}

void read_triple(const JsonNode& node, std::string_view prefix, std::optional<double>& x,
                 std::optional<double>& y, std::optional<double>& z) {
  for (const JsonNode& member : object_of(node, "geometry.")) {
    if (member.key != "x" && member.key != "y" && member.key != "z") {
      throw RecordError{fmt::format("{}{}", prefix, member.key),
                        "is unknown: only x, y and z may stand here"};
    }
    (member.key == "x" ? x : member.key == "y" ? y : z) = number_of(member, prefix);
  }
}

}  // namespace

void check_run(std::string_view run) {
  if (run.empty()) {
    throw RecordError{"run", "is missing: name the run in the file, or with AS RUN"};
  }
  check_name(run, "a run's name");
}

ObjectTarget target_of(Members& members, const ReadRequest& request) {
  ObjectTarget target{request.want == Want::kPredictions, request.run};
  const JsonNode* member = members.take("run");
  const std::string_view run = member == nullptr ? std::string_view() : text_of(*member);
  if (!target.prediction && !run.empty()) {
    throw RecordError{"run",
                      fmt::format("is \"{}\": the line is a prediction, not an annotation", run)};
  }
  if (!run.empty()) target.run = run;
  if (target.prediction) check_run(target.run);
  return target;
}

void ItemReader::begin(Members& members) {
  item_.reference_id = reference_of(take_first_of(members, references_));
  fields_.start(item_.fields);
  item_.image_location.reset();
  item_.width.reset();
  item_.height.reset();
  const JsonNode* location = take_first_of(members, locations_);
  if (location != nullptr) item_.image_location = text_of(*location);
  if (const auto* width = members.take("width")) item_.width = integer_of(*width);
  if (const auto* height = members.take("height")) item_.height = integer_of(*height);
  if (const auto* metadata = members.take("metadata")) fields_.add_metadata(object_of(*metadata));
  for (const std::string_view analysis : kItemAnalyses) {
    if (const auto* found = members.take(analysis)) fields_.add_analysis(*found);
  }
}

const ItemRecord& ItemReader::finish(const Members& members, const Place& place) {
  members.for_each_other([&](const JsonNode& member) { fields_.keep(member); });
  item_.rest = fields_.rest();
  item_.place = place;
  return item_;
}

const ObjectRecord& ObjectReader::read(Members& members, const Around& around) {
  record_.x = record_.y = record_.z = std::nullopt;
  record_.width = record_.height = record_.depth = std::nullopt;
  record_.area = record_.confidence = std::nullopt;
  record_.place = around.place;
  fields_.start(record_.fields);
  geometry_.clear();
  read_reference(members, around.reference_id);
  read_names(members, around.type);
  read_shape(members);
  if (const auto* area = members.take("area")) record_.area = number_of(*area);
  if (const auto* score = members.take("confidence")) record_.confidence = number_of(*score);
  if (const auto* pdf = members.take("class_pdf")) read_class_pdf(*pdf);
  if (const auto* metadata = members.take("metadata")) fields_.add_metadata(object_of(*metadata));
  for (const std::string_view analysis : kObjectAnalyses) {
    if (const auto* found = members.take(analysis)) fields_.add_analysis(*found);
  }
  members.for_each_other([&](const JsonNode& member) { fields_.keep(member); });
  record_.geometry = geometry_;
  record_.rest = fields_.rest();
  return record_;
}

void ObjectReader::read_reference(Members& members, std::string_view reference_id) {
  const bool nested = reference_id.data() != nullptr;
  if (!nested) {
    record_.reference_id = reference_of(take_first_of(members, references_));
    return;
  }
  record_.reference_id = reference_id;
  const JsonNode* member = members.take("reference_id");
  if (member == nullptr || reference_of(member) == reference_id) return;
  throw RecordError{"reference_id", fmt::format("is \"{}\", but the object belongs to \"{}\"",
                                                member->text, reference_id)};
}

void ObjectReader::read_names(Members& members, std::string_view otherwise) {
  const JsonNode* label = members.take("label");
  if (label == nullptr) missing("label");
  record_.label = text_of(*label);
  check_name(record_.label, "a label");
  const JsonNode* type = members.take("type");
  record_.type = type == nullptr ? otherwise : text_of(*type);
  if (record_.type.empty()) throw RecordError{"type", "is empty"};
  check_name(record_.type, "a type");
  const JsonNode* id = members.take("annotation_id");
  record_.annotation_id = id == nullptr ? std::string_view() : text_of(*id);
  const JsonNode* taxonomy = members.take_first({"taxonomy", "taxonomy_name"});
  record_.taxonomy = taxonomy == nullptr ? std::string_view() : text_of(*taxonomy);
}

void ObjectReader::read_shape(Members& members) {
  if (const JsonNode* geometry = members.take("geometry")) {
    Members inner(object_of(*geometry), Members::Nulls::kKeep);
    read_extent(inner, "geometry.");
    read_solid(inner);
    geometry_ = "{";
    inner.for_each_other([&](const JsonNode& member) {
      append_key(geometry_, member.key);
      append_compact(geometry_, member.raw);
    });
    geometry_ += '}';
    if (geometry_.size() == 2 && !geometry->empty()) geometry_.clear();
  } else {
    read_extent(members, {});
  }
  if (record_.type == "box") check_box();
}

void ObjectReader::check_box() const {
  const auto need = [](const std::optional<double>& value, const char* name) {
    if (value) return;
    throw RecordError{{},
                      fmt::format("a box needs x, y, width and height in its \"geometry\", "
                                  "but {} is missing",
                                  name)};
  };
  need(record_.x, "x");
  need(record_.y, "y");
  need(record_.width, "width");
  need(record_.height, "height");
}

void ObjectReader::read_extent(Members& members, std::string_view prefix) {
  if (const auto* x = members.take("x")) record_.x = number_of(*x, prefix);
  if (const auto* y = members.take("y")) record_.y = number_of(*y, prefix);
  if (const auto* width = members.take("width")) record_.width = number_of(*width, prefix);
  if (const auto* height = members.take("height")) record_.height = number_of(*height, prefix);
}

/// Position and dimensions of a cuboid.
void ObjectReader::read_solid(Members& members) {
  if (const auto* position = members.take("position")) {
    read_triple(*position, "geometry.position.", record_.x, record_.y, record_.z);
  }
  if (const auto* size = members.take("dimensions")) {
    read_triple(*size, "geometry.dimensions.", record_.width, record_.height, record_.depth);
  }
}

void ObjectReader::read_class_pdf(const JsonNode& node) {
  for (const JsonNode& member : object_of(node)) {
    check_name(member.key, "a label of \"class_pdf\"");
    fields_.add("class_pdf", member.key, number_of(member, "class_pdf."));
  }
}

}  // namespace cupel::io
