#include <fmt/format.h>

#include "engine/io/formats.hpp"
#include "engine/io/json_stream.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

/// Another spelling of an image's name; record.hpp has the rule.
void spell_otherwise(std::string_view name, std::string& out) {
  const size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) {
    out = name.substr(slash + 1);
    return;
  }
  const size_t dot = name.rfind('.');
  out = name.substr(0, dot);
  if (dot == std::string_view::npos) out += ".jpg";
}

/// Adds a member that has no place of its own as `metadata.KEY`, or at the top of the rest when
/// the attributes use that key.
void add_other(FieldCollector& fields, const JsonNode& member, const JsonNode* attributes) {
  if (attributes != nullptr && attributes->find(member.key) != nullptr) {
    fields.keep(member);
  } else {
    fields.add_metadata_member(member);
  }
}

/// Labels of frames, and detections that stand alone.
class LabelReader {
 public:
  explicit LabelReader(FieldNames& names) : fields_(names) {}

  /// `frame` is the frame around the label; null for a detection that stands alone.
  const ObjectRecord& read(const JsonNode& node, const JsonNode* frame) {
    clear();
    Members members(node, Members::Nulls::kDrop);
    const JsonNode* category = members.take("category");
    if (category == nullptr) missing("category");
    record_.label = text_of(*category);
    check_name(record_.label, "a category");
    const JsonNode* id = members.take("id");
    record_.annotation_id = id == nullptr ? std::string_view() : identifier_of(*id);
    if (const auto* score = members.take("score")) record_.confidence = number_of(*score);
    const JsonNode* attributes = members.take("attributes");
    if (attributes != nullptr) {
      for (const JsonNode& member : object_of(*attributes)) fields_.add_metadata_member(member);
    }
    if (frame == nullptr) {
      const JsonNode* name = members.take("name");
      if (name == nullptr) missing("name");
      set_reference(text_of(*name));
    } else {
      drop_repeats(members, node, *frame);
    }
    read_shape(members);
    members.for_each_other([&](const JsonNode& member) { add_other(fields_, member, attributes); });
    record_.geometry = geometry_;
    record_.rest = fields_.rest();
    return record_;
  }

  void set_reference(std::string_view name) {
    if (name.empty()) throw RecordError{"name", "is empty"};
    record_.reference_id = name;
    spell_otherwise(name, other_name_);
    record_.alternative_reference = other_name_;
  }

  ObjectRecord& record() { return record_; }

 private:
  void clear() {
    record_.x = record_.y = record_.width = record_.height = std::nullopt;
    record_.confidence = std::nullopt;
    fields_.start(record_.fields);
    geometry_.clear();
  }

  /// Tracker output repeats the frame's names in each label.
  static void drop_repeats(Members& members, const JsonNode& node, const JsonNode& frame) {
    for (const char* key : {"name", "videoName"}) {
      const JsonNode* mine = node.find(key);
      const JsonNode* its = frame.find(key);
      if (mine != nullptr && its != nullptr && mine->raw == its->raw) members.take(key);
    }
  }

  void read_shape(Members& members) {
    const JsonNode* box = members.take("box2d");
    const JsonNode* corners = box == nullptr ? members.take("bbox") : nullptr;
    const JsonNode* poly = members.take("poly2d");
    const JsonNode* solid = members.take("box3d");
    const JsonNode* mask = members.take("rle");
    const JsonNode* graph = members.take("graph");
    record_.type = "category";
    if (box != nullptr) read_box(*box);
    if (corners != nullptr) read_corners(*corners);
    const bool has_box = record_.x.has_value();
    if (has_box) record_.type = "box";
    keep_shape(graph, has_box ? "" : "keypoints");
    keep_shape(mask, has_box ? "" : "segmentation");
    if (poly != nullptr) list_of(*poly);
    keep_shape(poly, has_box || poly == nullptr ? "" : kind_of(*poly));
    keep_shape(solid, has_box ? "" : "cuboid");
    if (!geometry_.empty()) geometry_ += '}';
  }

  void keep_shape(const JsonNode* shape, std::string_view type) {
    if (shape == nullptr) return;
    if (geometry_.empty()) geometry_ = "{";
    append_key(geometry_, shape->key);
    append_compact(geometry_, shape->raw);
    if (!type.empty()) record_.type = type;
  }

  /// An open poly2d is a line, a closed one a polygon. The per-image files of 2018 do not say;
  /// there lanes are lines.
  std::string_view kind_of(const JsonNode& poly) const {
    for (const JsonNode& part : poly) {
      const JsonNode* closed = part.is_object() ? part.find("closed") : nullptr;
      if (closed != nullptr && closed->kind == JsonKind::kBool) {
        return closed->boolean ? "polygon" : "line";
      }
    }
    return record_.label.starts_with("lane") ? "line" : "polygon";
  }

  void set_corners(double x1, double y1, double x2, double y2) {
    record_.x = x1;
    record_.y = y1;
    record_.width = x2 - x1;
    record_.height = y2 - y1;
  }

  void read_box(const JsonNode& box) {
    object_of(box);
    const auto corner = [&](const char* key) {
      const JsonNode* member = box.find(key);
      if (member == nullptr) missing(fmt::format("box2d.{}", key));
      return number_of(*member, "box2d.");
    };
    set_corners(corner("x1"), corner("y1"), corner("x2"), corner("y2"));
  }

  void read_corners(const JsonNode& corners) {
    double values[4] = {};
    size_t count = 0;
    for (const JsonNode& value : list_of(corners)) {
      if (!value.is_number()) {
        throw RecordError{fmt::format("bbox[{}]", count),
                          "must be a number, but is " + value.in_words()};
      }
      if (count < 4) values[count] = value.number;
      ++count;
    }
    if (count != 4) {
      throw RecordError{"bbox",
                        fmt::format("must be [x1, y1, x2, y2], but has {} elements", count)};
    }
    set_corners(values[0], values[1], values[2], values[3]);
  }

  ObjectRecord record_;
  FieldCollector fields_;
  std::string geometry_;
  std::string other_name_;
};

class Bdd100kReader {
 public:
  explicit Bdd100kReader(Reading& reading)
      : reading_(reading),
        item_fields_(reading.names),
        labels_(reading.names),
        stream_(reading.window, reading.request.limits.record_bytes,
                [this](uint64_t done) { progress(done); }) {}

  void run() {
    skip_byte_order_mark(reading_.window);
    const char first = stream_.peek();
    if (first == '[') {
      stream_.for_each([&](const JsonStream::Element& element) { read_element(element); });
    } else if (first == '{') {
      read_file_object();
    } else {
      reading_.unsupported("is no BDD100K file: it should begin with [ or {");
    }
    stream_.expect_end();
    reading_.sink.progress(total(), total());
  }

 private:
  uint64_t total() const { return reading_.window.file_bytes() * passes_; }
  void progress(uint64_t done) const { reading_.sink.progress(done_before_ + done, total()); }

  /// `{"frames": […], "config": …}`, or the one image of a per-image file.
  void read_file_object() {
    passes_ = 2;
    const uint64_t begin = reading_.window.offset();
    const std::vector<JsonStream::Member> members = stream_.members();
    stream_.expect_end();
    done_before_ = reading_.window.file_bytes();
    uint64_t frames = 0;
    for (const JsonStream::Member& member : members) {
      per_image_ = per_image_ || member.key == "name";
      if (member.key == "frames" && member.first == '[') frames = member.offset;
    }
    if (frames == 0) reading_.unsupported("is no BDD100K file: it has no list \"frames\"");
    stream_.seek(per_image_ ? begin : frames);
    if (per_image_) {
      read_element(stream_.value());
    } else {
      stream_.for_each([&](const JsonStream::Element& element) { read_element(element); });
      reading_.window.seek(reading_.window.file_bytes());
    }
  }

  void read_element(const JsonStream::Element& element) {
    place_ = {0, element.offset, ++records_};
    base_ = element.bytes.data();
    try {
      if (element.too_long) {
        throw RecordError{{},
                          fmt::format("the record is longer than {} bytes, the most that one "
                                      "may have",
                                      reading_.request.limits.record_bytes)};
      }
      const JsonNode& node = document_.parse(element.bytes);
      if (per_image_) {
        read_image(node);
      } else if (node.find("category") != nullptr) {
        read_detection(node);
      } else {
        read_frame(node);
      }
    } catch (const RecordError& error) {
      reading_.failed(place_, error);
    }
  }

  void read_detection(const JsonNode& node) {
    if (reading_.request.want == Want::kItems) {
      reading_.unsupported("is a list of detections, not of images: import it as predictions");
    }
    labels_.record().place = place_;
    const ObjectRecord& object = labels_.read(node, nullptr);
    reading_.sink.object(target(), object);
  }

  ObjectTarget target() const {
    return {reading_.request.want == Want::kPredictions, reading_.request.run};
  }

  void read_frame(const JsonNode& node) {
    Members members(node, Members::Nulls::kDrop);
    const JsonNode* labels = members.take("labels");
    if (labels != nullptr) list_of(*labels);
    read_item(members, node.find("labels") == nullptr && node.find("bbox") != nullptr);
    hand_over_item();
    if (labels != nullptr) read_labels(*labels, node, "labels");
  }

  /// `{"name", "attributes", "frames": [{"timestamp", "objects"}]}`.
  void read_image(const JsonNode& node) {
    Members members(node, Members::Nulls::kDrop);
    const JsonNode* frames = members.take("frames");
    if (frames != nullptr) {
      for (const JsonNode& frame : list_of(*frames)) {
        if (!frame.is_object()) throw RecordError{"frames", "must be a list of objects"};
      }
    }
    read_item(members, false);
    if (frames != nullptr && !frames->empty()) add_frame_fields(*frames->begin());
    hand_over_item();
    if (frames == nullptr) return;
    for (const JsonNode& frame : *frames) {
      const JsonNode* objects = frame.find("objects");
      if (objects == nullptr || objects->is_null()) continue;
      if (!objects->is_array()) {
        reading_.failed(place_, {"objects", "must be a list, but is " + objects->in_words()});
        continue;
      }
      read_labels(*objects, node, "objects");
    }
  }

  void add_frame_fields(const JsonNode& frame) {
    for (const JsonNode& member : frame) {
      if (member.key == "objects" || member.is_null()) continue;
      add_other(item_fields_, member, attributes_);
    }
  }

  void read_item(Members& members, bool detection) {
    if (detection) missing("category");
    const JsonNode* name = members.take("name");
    if (name == nullptr) missing("name");
    item_.reference_id = text_of(*name);
    if (item_.reference_id.empty()) throw RecordError{"name", "is empty"};
    spell_otherwise(item_.reference_id, other_name_);
    item_.alternative_reference = other_name_;
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    if (const auto* url = members.take("url")) item_.image_location = text_of(*url);
    item_fields_.start(item_.fields);
    attributes_ = members.take("attributes");
    if (attributes_ != nullptr) {
      for (const JsonNode& member : object_of(*attributes_)) {
        item_fields_.add_metadata_member(member);
      }
    }
    if (const auto* size = members.take("size")) read_size(*size);
    members.for_each_other(
        [&](const JsonNode& member) { add_other(item_fields_, member, attributes_); });
  }

  void read_size(const JsonNode& size) {
    Members members(object_of(size), Members::Nulls::kDrop);
    if (const auto* width = members.take("width")) item_.width = integer_of(*width, "size.");
    if (const auto* height = members.take("height")) item_.height = integer_of(*height, "size.");
  }

  void hand_over_item() {
    item_.rest = item_fields_.rest();
    item_.place = place_;
    if (reading_.request.want == Want::kItems) {
      reading_.sink.item(item_);
    } else {
      reading_.sink.mention(item_);
    }
  }

  void read_labels(const JsonNode& list, const JsonNode& frame, std::string_view where) {
    if (reading_.request.want == Want::kItems) return;
    size_t index = 0;
    for (const JsonNode& node : list) {
      const auto begin = static_cast<uint64_t>(node.raw.data() - base_);
      const Place place{0, place_.byte + begin, ++objects_};
      try {
        if (!node.is_object()) {
          throw RecordError{{}, "must be an object, but is " + node.in_words()};
        }
        labels_.record().place = place;
        labels_.read(node, &frame);
        labels_.set_reference(item_.reference_id);
        reading_.sink.object(target(), labels_.record());
      } catch (const RecordError& error) {
        const std::string at = fmt::format("{}[{}]", where, index);
        reading_.failed(place, error.below(at));
      }
      ++index;
    }
  }

  Reading& reading_;
  JsonDocument document_;
  ItemRecord item_;
  FieldCollector item_fields_;
  LabelReader labels_;
  JsonStream stream_;
  const JsonNode* attributes_ = nullptr;
  std::string other_name_;
  bool per_image_ = false;
  const char* base_ = nullptr;
  Place place_;
  uint64_t records_ = 0;
  uint64_t objects_ = 0;
  uint64_t passes_ = 1;
  uint64_t done_before_ = 0;
};

}  // namespace

void read_bdd100k(Reading& reading) { Bdd100kReader(reading).run(); }

}  // namespace cupel::io
