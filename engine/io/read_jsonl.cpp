#include <fmt/format.h>

#include "engine/io/analysis_fields.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

constexpr auto kReferenceKeys = {"reference_id", "ref_id", "id"};
constexpr auto kLocationKeys = {"image_location", "image_url", "url", "path"};

const JsonNode* take_first_of(Members& members, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (const JsonNode* member = members.take(key)) return member;
  }
  return nullptr;
}

/// Reads one object of the lossless form into an ObjectRecord.
class ObjectReader {
 public:
  explicit ObjectReader(FieldNames& names) : fields_(names) {}

  /// `reference_id` is the item's, where the object stands inside of one; else it is read.
  /// `run` is set to the object's "run", where it has one.
  const ObjectRecord& read(const JsonNode& node, std::string_view reference_id,
                           std::string_view* run) {
    record_.x = record_.y = record_.z = std::nullopt;
    record_.width = record_.height = record_.depth = std::nullopt;
    record_.area = record_.confidence = std::nullopt;
    fields_.start(record_.fields);
    geometry_.clear();
    Members members(node, Members::Nulls::kKeep);
    read_reference(members, reference_id);
    read_names(members);
    if (run != nullptr) {
      const JsonNode* member = members.take("run");
      if (member != nullptr) *run = text_of(*member);
    }
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

  ObjectRecord& record() { return record_; }

 private:
  void read_reference(Members& members, std::string_view reference_id) {
    const bool nested = reference_id.data() != nullptr;
    const JsonNode* member =
        nested ? members.take("reference_id") : take_first_of(members, kReferenceKeys);
    if (!nested && member == nullptr) missing("reference_id");
    if (member != nullptr) record_.reference_id = text_of(*member);
    if (member != nullptr && record_.reference_id.empty()) {
      throw RecordError{std::string(member->key), "is empty"};
    }
    if (nested && member != nullptr && record_.reference_id != reference_id) {
      throw RecordError{"reference_id", fmt::format("is \"{}\", but the object belongs to \"{}\"",
                                                    record_.reference_id, reference_id)};
    }
    if (nested) record_.reference_id = reference_id;
  }

  void read_names(Members& members) {
    const JsonNode* label = members.take("label");
    if (label == nullptr) missing("label");
    record_.label = text_of(*label);
    check_name(record_.label, "a label");
    const JsonNode* type = members.take("type");
    record_.type = type == nullptr ? "box" : text_of(*type);
    if (record_.type.empty()) throw RecordError{"type", "is empty"};
    check_name(record_.type, "a type");
    const JsonNode* id = members.take("annotation_id");
    record_.annotation_id = id == nullptr ? std::string_view() : text_of(*id);
    const JsonNode* taxonomy = members.take_first({"taxonomy", "taxonomy_name"});
    record_.taxonomy = taxonomy == nullptr ? std::string_view() : text_of(*taxonomy);
  }

  void read_shape(Members& members) {
    std::string_view prefix;
    if (const JsonNode* geometry = members.take("geometry")) {
      prefix = "geometry.";
      Members inner(object_of(*geometry), Members::Nulls::kKeep);
      read_extent(inner, prefix);
      read_solid(inner);
      geometry_ = "{";
      inner.for_each_other([&](const JsonNode& member) {
        append_key(geometry_, member.key);
        append_compact(geometry_, member.raw);
      });
      geometry_ += '}';
      if (geometry_.size() == 2 && !geometry->empty()) geometry_.clear();
    } else {
      read_extent(members, prefix);
    }
    if (record_.type != "box") return;
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

  void read_extent(Members& members, std::string_view prefix) {
    if (const auto* x = members.take("x")) record_.x = number_of(*x, prefix);
    if (const auto* y = members.take("y")) record_.y = number_of(*y, prefix);
    if (const auto* width = members.take("width")) record_.width = number_of(*width, prefix);
    if (const auto* height = members.take("height")) record_.height = number_of(*height, prefix);
  }

  /// Position and dimensions of a cuboid.
  void read_solid(Members& members) {
    if (const auto* position = members.take("position")) {
      read_triple(*position, "geometry.position.", record_.x, record_.y, record_.z);
    }
    if (const auto* size = members.take("dimensions")) {
      read_triple(*size, "geometry.dimensions.", record_.width, record_.height, record_.depth);
    }
  }

  static void read_triple(const JsonNode& node, std::string_view prefix, std::optional<double>& x,
                          std::optional<double>& y, std::optional<double>& z) {
    for (const JsonNode& member : object_of(node, "geometry.")) {
      if (member.key != "x" && member.key != "y" && member.key != "z") {
        throw RecordError{fmt::format("{}{}", prefix, member.key),
                          "is unknown: only x, y and z may stand here"};
      }
      (member.key == "x" ? x : member.key == "y" ? y : z) = number_of(member, prefix);
    }
  }

  void read_class_pdf(const JsonNode& node) {
    for (const JsonNode& member : object_of(node)) {
      check_name(member.key, "a label of \"class_pdf\"");
      fields_.add("class_pdf", member.key, number_of(member, "class_pdf."));
    }
  }

  ObjectRecord record_;
  FieldCollector fields_;
  std::string geometry_;
};

class JsonlReader {
 public:
  explicit JsonlReader(Reading& reading)
      : reading_(reading), item_fields_(reading.names), objects_(reading.names) {}

  void run() {
    LineReader lines(reading_.window, reading_.request.limits.record_bytes);
    while (const auto line = lines.next()) {
      reading_.sink.progress(reading_.window.offset(), reading_.window.file_bytes());
      if (!line->too_long && line->text.find_first_not_of(" \t\r") == std::string_view::npos) {
        continue;
      }
      place_ = {line->number, 0, ++lines_};
      try {
        if (line->too_long) {
          throw RecordError{{},
                            fmt::format("the line is longer than {} bytes, the most that a "
                                        "record may have",
                                        reading_.request.limits.record_bytes)};
        }
        read_line(parse(*line));
      } catch (const RecordError& error) {
        reading_.failed(place_, error);
      }
    }
    reading_.sink.progress(reading_.window.file_bytes(), reading_.window.file_bytes());
  }

 private:
  const JsonNode& parse(const Line& line) {
    try {
      return document_.parse(line.text);
    } catch (RecordError& error) {
      const size_t end = line.text.find_last_not_of(" \t\r");
      if (line.last && end != std::string_view::npos && line.text[end] != '}' &&
          error.what.starts_with("the record is not valid JSON")) {
        error.what += fmt::format(" (the file ends in this line, at byte {}: it looks cut off)",
                                  reading_.window.file_bytes());
      }
      throw;
    }
  }

  static bool is_object_line(const JsonNode& line) {
    for (const JsonNode& member : line) {
      for (const char* key : {"label", "geometry", "annotation_id", "type", "confidence",
                              "class_pdf", "taxonomy", "taxonomy_name"}) {
        if (member.key == key) return true;
      }
    }
    return false;
  }

  void read_line(const JsonNode& line) {
    const bool flat = is_object_line(line);
    if (!flat) return read_item_line(line);
    if (reading_.request.want == Want::kItems) {
      throw RecordError{{},
                        "the line is an object (it has a label or a shape), not an item: "
                        "import it as annotations or predictions"};
    }
    read_flat_line(line);
  }

  void read_flat_line(const JsonNode& line) {
    std::string_view run;
    ObjectTarget target;
    target.prediction = reading_.request.want == Want::kPredictions;
    objects_.record().place = {place_.line, 0, ++object_count_};
    place_.record = object_count_;
    const ObjectRecord& object = objects_.read(line, {}, &run);
    if (!target.prediction && !run.empty()) {
      throw RecordError{"run",
                        fmt::format("is \"{}\": the line is a prediction, not an annotation", run)};
    }
    target.run = run.empty() ? std::string_view(reading_.request.run) : run;
    if (target.prediction) check_run(target.run);
    reading_.sink.object(target, object);
  }

  static void check_run(std::string_view run) {
    if (run.empty()) {
      throw RecordError{"run", "is missing: name the run in the file, or with AS RUN"};
    }
    check_name(run, "a run's name");
  }

  void read_item_line(const JsonNode& line) {
    Members members(line, Members::Nulls::kKeep);
    const JsonNode* reference = take_first_of(members, kReferenceKeys);
    if (reference == nullptr) missing("reference_id");
    item_.reference_id = text_of(*reference);
    if (item_.reference_id.empty()) throw RecordError{std::string(reference->key), "is empty"};
    item_fields_.start(item_.fields);
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    const JsonNode* location = take_first_of(members, kLocationKeys);
    if (location != nullptr) item_.image_location = text_of(*location);
    if (const auto* width = members.take("width")) item_.width = integer_of(*width);
    if (const auto* height = members.take("height")) item_.height = integer_of(*height);
    if (const auto* metadata = members.take("metadata")) {
      item_fields_.add_metadata(object_of(*metadata));
    }
    for (const std::string_view analysis : kItemAnalyses) {
      if (const auto* found = members.take(analysis)) item_fields_.add_analysis(*found);
    }
    const JsonNode* annotations = members.take("annotations");
    if (annotations != nullptr) list_of(*annotations);
    const JsonNode* predictions = members.take("predictions");
    if (predictions != nullptr) check_predictions(*predictions);
    members.for_each_other([&](const JsonNode& member) { item_fields_.keep(member); });
    item_.rest = item_fields_.rest();
    item_.place = place_;
    hand_over(annotations, predictions);
  }

  void check_predictions(const JsonNode& predictions) const {
    if (predictions.is_array()) return check_run(reading_.request.run);
    for (const JsonNode& run : object_of(predictions)) {
      check_run(run.key);
      list_of(run, "predictions.");
    }
  }

  void hand_over(const JsonNode* annotations, const JsonNode* predictions) {
    const Want want = reading_.request.want;
    if (want == Want::kItems) {
      reading_.sink.item(item_);
    } else {
      reading_.sink.mention(item_);
    }
    if (annotations != nullptr && want != Want::kPredictions) {
      hand_over_list(*annotations, {false, {}}, "annotations");
    }
    if (predictions != nullptr && want != Want::kAnnotations) hand_over_runs(*predictions);
  }

  void hand_over_runs(const JsonNode& predictions) {
    const std::string& wanted = reading_.request.run;
    if (predictions.is_array()) {
      return hand_over_list(predictions, {true, wanted}, "predictions");
    }
    const bool one = reading_.request.want == Want::kPredictions && !wanted.empty() &&
                     predictions.find(wanted) != nullptr;
    for (const JsonNode& run : predictions) {
      if (one && run.key != wanted) continue;
      hand_over_list(run, {true, run.key}, "predictions.");
    }
  }

  void hand_over_list(const JsonNode& list, const ObjectTarget& target, std::string_view where) {
    size_t index = 0;
    for (const JsonNode& node : list) {
      const Place place{place_.line, 0, ++object_count_};
      try {
        if (!node.is_object()) {
          throw RecordError{{}, "must be an object, but is " + node.in_words()};
        }
        objects_.record().place = place;
        const ObjectRecord& object = objects_.read(node, item_.reference_id, nullptr);
        reading_.sink.object(target, object);
      } catch (const RecordError& error) {
        const std::string_view name = where.ends_with('.') ? list.key : std::string_view();
        reading_.failed(place, error.below(fmt::format("{}{}[{}]", where, name, index)));
      }
      ++index;
    }
  }

  Reading& reading_;
  JsonDocument document_;
  ItemRecord item_;
  FieldCollector item_fields_;
  ObjectReader objects_;
  Place place_;
  uint64_t lines_ = 0;
  uint64_t object_count_ = 0;
};

}  // namespace

void read_jsonl(Reading& reading) { JsonlReader(reading).run(); }

}  // namespace cupel::io
