#include <fmt/format.h>

#include "engine/io/json_records.hpp"
#include "engine/io/lossless.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kReferences[] = {"reference_id", "ref_id", "id"};
constexpr std::string_view kOfObjects[] = {"label",      "geometry",  "annotation_id", "type",
                                           "confidence", "class_pdf", "taxonomy",      "taxonomy_name"};
constexpr std::string_view kLocations[] = {"image_location", "image_url", "url", "path"};

bool is_object_line(const JsonNode& line) {
  for (const JsonNode& member : line) {
    for (const std::string_view key : kOfObjects) {
      if (member.key == key) return true;
    }
  }
  return false;
}

class JsonlReader {
 public:
  explicit JsonlReader(Reading& reading)
      : reading_(reading),
        items_(reading.names, kReferences, kLocations),
        objects_(reading.names, kReferences) {}

  void read(const JsonNode& line, Place& place) {
    place_ = place;
    if (!is_object_line(line)) return read_item(line);
    if (want() == Want::kItems) {
      throw RecordError{{},
                        "the line is an object (it has a label or a shape), not an item: "
                        "import it as annotations or predictions"};
    }
    place.record = ++object_count_;
    read_object(line, place);
  }

 private:
  Want want() const { return reading_.request.want; }

  void read_object(const JsonNode& line, const Place& place) {
    Members members(line, Members::Nulls::kKeep);
    const ObjectTarget target = target_of(members, reading_.request);
    reading_.sink.object(target, objects_.read(members, {place}));
  }

  void read_item(const JsonNode& line) {
    Members members(line, Members::Nulls::kKeep);
    items_.begin(members);
    const JsonNode* annotations = members.take("annotations");
    if (annotations != nullptr) list_of(*annotations);
    const JsonNode* predictions = members.take("predictions");
    if (predictions != nullptr) check_predictions(*predictions);
    const ItemRecord& item = items_.finish(members, place_);
    reference_id_ = item.reference_id;
    if (want() == Want::kItems) {
      reading_.sink.item(item);
    } else {
      reading_.sink.mention(item);
    }
    if (annotations != nullptr && want() != Want::kPredictions) {
      hand_over_list(*annotations, {false, {}}, "annotations");
    }
    if (predictions != nullptr && want() != Want::kAnnotations) hand_over_runs(*predictions);
  }

  void check_predictions(const JsonNode& predictions) const {
    if (predictions.is_array()) return check_run(reading_.request.run);
    for (const JsonNode& run : object_of(predictions)) {
      check_run(run.key);
      list_of(run, "predictions.");
    }
  }

  void hand_over_runs(const JsonNode& predictions) {
    const std::string& wanted = reading_.request.run;
    if (predictions.is_array()) {
      return hand_over_list(predictions, {true, wanted}, "predictions");
    }
    const bool one =
        want() == Want::kPredictions && !wanted.empty() && predictions.find(wanted) != nullptr;
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
        Members members(node, Members::Nulls::kKeep);
        reading_.sink.object(target, objects_.read(members, {place, reference_id_}));
      } catch (const RecordError& error) {
        const std::string_view name = where.ends_with('.') ? list.key : std::string_view();
        reading_.failed(place, error.below(fmt::format("{}{}[{}]", where, name, index)));
      }
      ++index;
    }
  }

  Reading& reading_;
  ItemReader items_;
  ObjectReader objects_;
  std::string_view reference_id_;
  Place place_;
  uint64_t object_count_ = 0;
};

}  // namespace

void read_jsonl(Reading& reading) {
  JsonlReader reader(reading);
  read_json_lines(reading, [&](const JsonNode& line, Place& place) { reader.read(line, place); });
}

}  // namespace cupel::io
