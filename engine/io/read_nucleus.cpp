#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "engine/io/json_records.hpp"
#include "engine/io/lossless.hpp"
#include "engine/io/nucleus_parts.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kReferences[] = {"reference_id", "ref_id"};
constexpr std::string_view kLocations[] = {"processed_url", "image_url", "original_image_url",
                                           "image_location", "url"};
constexpr std::array<std::string_view, 9> kTypes = {"box",       "line",          "polygon",
                                                    "keypoints", "cuboid",        "segmentation",
                                                    "category",  "multicategory", "mask"};

constexpr std::string_view kUnnamedRun =
    "predictions; IMPORT PREDICTIONS reads them, and AS RUN names the run";

bool is_type(std::string_view name) {
  return std::find(kTypes.begin(), kTypes.end(), name) != kTypes.end();
}

std::string_view text_or_nothing(const JsonNode* member) {
  return member != nullptr && member->is_text() ? member->text : std::string_view();
}

/// An annotation or prediction. Frames of scenes are items and have a "type", too.
bool is_object(const JsonNode& record) {
  for (const char* key : {"label", "labels", "geometry", "annotation_id", "mask_url", "confidence",
                          "class_pdf", "taxonomy_name"}) {
    if (record.find(key) != nullptr) return true;
  }
  return is_type(text_or_nothing(record.find("type")));
}

class NucleusReader {
 public:
  explicit NucleusReader(Reading& reading)
      : reading_(reading),
        items_(reading.names, kReferences, kLocations),
        objects_(reading.names, kReferences) {}

  void read(const JsonNode& record, Place& place) {
    place_ = place;
    base_ = record.raw.data();
    const JsonNode* item = record.find("item");
    if (item != nullptr && item->is_object()) return read_row(record, *item);
    if (!is_object(record)) return read_item(record);
    if (want() == Want::kItems) {
      throw RecordError{{},
                        "the record is an object (it has a label or a shape), not an item: "
                        "import it as annotations or predictions"};
    }
    place.record = ++object_count_;
    Members members(record, Members::Nulls::kDrop);
    const ObjectTarget target = target_of(members, reading_.request);
    const JsonNode* reference = members.take_first({"reference_id", "ref_id"});
    if (reference == nullptr) missing("reference_id");
    const std::string_view reference_id = text_of(*reference);
    if (reference_id.empty()) throw RecordError{std::string(reference->key), "is empty"};
    read_payload(record, target, {place, reference_id}, {});
  }

 private:
  Want want() const { return reading_.request.want; }

  /// A vector is not kept with its row: embeddings are imported by a statement of their own.
  void lose_vector(Members& members, const JsonNode& payload) {
    const JsonNode* info = payload.find("embedding_info");
    const bool inside =
        info != nullptr && info->is_object() && info->find("embedding_vector") != nullptr;
    const JsonNode* vector =
        inside ? info->find("embedding_vector") : payload.find("embedding_vector");
    if (vector == nullptr || !vector->is_array()) return;
    members.take(inside ? "embedding_info" : "embedding_vector");
    reading_.sink.lost("embedding vectors; IMPORT EMBEDDINGS reads them");
  }

  void read_item(const JsonNode& record) {
    for (const char* key : {"frames", "video_url"}) {
      if (record.find(key) != nullptr) {
        throw RecordError{{},
                          fmt::format("the record is a scene (it has \"{}\"): items are images; "
                                      "write each frame as one",
                                      key)};
      }
    }
    Members members(record, Members::Nulls::kDrop);
    items_.begin(members);
    lose_vector(members, record);
    const JsonNode* annotations = members.take("annotations");
    const JsonNode* predictions = members.take("predictions");
    hand_over(members, annotations, predictions);
  }

  /// `{"item": {…}, "annotations": {"box": […], …}}`
  void read_row(const JsonNode& record, const JsonNode& item) {
    Members members(item, Members::Nulls::kDrop);
    Members row(record, Members::Nulls::kDrop);
    row.take("item");
    const JsonNode* annotations = row.take("annotations");
    const JsonNode* predictions = row.take("predictions");
    try {
      items_.begin(members);
    } catch (const RecordError& error) {
      throw error.below("item");
    }
    lose_vector(members, item);
    row.for_each_other([&](const JsonNode& member) {
      if (item.find(member.key) == nullptr) {
        items_.keep(member);
      } else {
        reading_.sink.lost("members beside an item that has such members");
      }
    });
    hand_over(members, annotations, predictions);
  }

  void hand_over(const Members& members, const JsonNode* annotations, const JsonNode* predictions) {
    if (annotations != nullptr) check_groups(*annotations);
    if (predictions != nullptr) {
      check_groups(*predictions);
      if (want() == Want::kPredictions) check_run(reading_.request.run);
    }
    const ItemRecord& item = items_.finish(members, place_);
    reference_id_ = item.reference_id;
    if (want() == Want::kItems) {
      reading_.sink.item(item);
    } else {
      reading_.sink.mention(item);
    }
    if (annotations != nullptr && want() != Want::kPredictions) {
      hand_over_groups(*annotations, {false, {}});
    }
    if (predictions == nullptr || want() == Want::kAnnotations) return;
    if (reading_.request.run.empty()) return lose_groups(*predictions);
    hand_over_groups(*predictions, {true, reading_.request.run});
  }

  static void check_groups(const JsonNode& groups) {
    if (groups.is_array()) return;
    const std::string prefix = fmt::format("{}.", groups.key);
    for (const JsonNode& group : object_of(groups)) {
      if (!is_type(group.key)) {
        throw RecordError{
            prefix + std::string(group.key),
            fmt::format("is no type of Nucleus; they are {}", fmt::join(kTypes, ", "))};
      }
      if (!group.is_array() && !group.is_object() && !group.is_null()) list_of(group, prefix);
    }
  }

  /// Predictions that come along with items, of a run that nobody names.
  void lose_groups(const JsonNode& groups) {
    for (const JsonNode& group : groups) {
      if (groups.is_array() || group.is_object()) {
        reading_.sink.lost(kUnnamedRun);
      } else if (group.is_array()) {
        for (const JsonNode& one : group) {
          if (!one.is_null()) reading_.sink.lost(kUnnamedRun);
        }
      }
    }
  }

  void hand_over_groups(const JsonNode& groups, const ObjectTarget& target) {
    if (groups.is_array()) return hand_over_list(groups, target, "box", std::string(groups.key));
    for (const JsonNode& group : groups) {
      const std::string where = fmt::format("{}.{}", groups.key, group.key);
      if (group.is_object()) {  // an export in bulk has one mask, not a list
        hand_over_one(group, target, group.key, where);
      } else if (group.is_array()) {
        hand_over_list(group, target, group.key, where);
      }
    }
  }

  void hand_over_list(const JsonNode& list, const ObjectTarget& target, std::string_view type,
                      const std::string& where) {
    size_t index = 0;
    for (const JsonNode& node : list) {
      hand_over_one(node, target, type, fmt::format("{}[{}]", where, index++));
    }
  }

  void hand_over_one(const JsonNode& node, const ObjectTarget& target, std::string_view type,
                     const std::string& where) {
    Place place{place_.line, 0, ++object_count_};
    if (place_.line == 0) place.byte = place_.byte + static_cast<uint64_t>(node.raw.data() - base_);
    try {
      if (!node.is_object()) {
        throw RecordError{{}, "must be an object, but is " + node.in_words()};
      }
      read_payload(node, target, {place, reference_id_, type}, where);
    } catch (const RecordError& error) {
      reading_.failed(place, error.below(where));
    }
  }

  void read_payload(const JsonNode& payload, const ObjectTarget& target,
                    const ObjectReader::Around& around, const std::string& where) {
    const JsonNode* own = payload.find("type");
    const std::string_view type = own == nullptr || own->is_null() ? around.type : text_of(*own);
    if (is_mask(payload, type)) {
      const std::vector<Part> segments = segments_of(payload, around.reference_id);
      if (segments.empty()) reading_.sink.lost("empty masks");
      read_parts(segments, target, around, where);
    } else if (is_multicategory(payload, type)) {
      read_parts(categories_of(payload), target, around, where);
      if (!text_or_nothing(payload.find("taxonomy_name")).empty()) {
        reading_.sink.lost(kLostTaxonomy);
      }
    } else {
      read_object(payload, target, around);
    }
  }

  /// A broken part does not take the others with it.
  void read_parts(const std::vector<Part>& parts, const ObjectTarget& target,
                  const ObjectReader::Around& around, const std::string& where) {
    for (const Part& part : parts) {
      try {
        if (part.json.empty()) throw part.error;
        read_object(parts_.parse_copy(part.json), target, around);
      } catch (const RecordError& error) {
        const RecordError inside = error.below(part.where);
        reading_.failed(around.place, where.empty() ? inside : inside.below(where));
      }
    }
  }

  void read_object(const JsonNode& node, const ObjectTarget& target,
                   const ObjectReader::Around& around) {
    Members members(node, Members::Nulls::kDrop);
    for (const auto& [key, said] :
         {std::pair{"run", target.run}, {"ref_id", around.reference_id}}) {
      if (text_or_nothing(node.find(key)) == said) members.take(key);  // a repetition
    }
    lose_vector(members, node);
    reading_.sink.object(target, objects_.read(members, around));
  }

  Reading& reading_;
  JsonDocument parts_;
  ItemReader items_;
  ObjectReader objects_;
  std::string_view reference_id_;
  Place place_;
  const char* base_ = nullptr;
  uint64_t object_count_ = 0;
};

}  // namespace

void read_nucleus(Reading& reading) {
  NucleusReader reader(reading);
  read_json_records(reading, "is no Nucleus file",
                    [&](const JsonNode& record, Place& place) { reader.read(record, place); });
}

}  // namespace cupel::io
