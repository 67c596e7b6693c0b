#include <fmt/format.h>

#include "engine/io/coco_tables.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/json_stream.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

const JsonNode& need(Members& members, std::string_view key) {
  const JsonNode* member = members.take(key);
  if (member == nullptr) missing(key);
  return *member;
}

/// Adds a member without a place of its own as `metadata.KEY`, or at the top of the rest when
/// that field is taken.
void add_other(FieldCollector& fields, const JsonNode& member, bool taken) {
  if (taken) {
    fields.keep(member);
  } else {
    fields.add_metadata_member(member);
  }
}

Scalar scalar_of(const JsonNode& id) {
  if (id.kind == JsonKind::kInteger) return id.integer;
  return id.text;
}

class CocoReader {
 public:
  explicit CocoReader(Reading& reading)
      : reading_(reading),
        fields_(reading.names),
        stream_(reading.window, reading.request.limits.record_bytes,
                [this](uint64_t done) { progress(done); }) {}

  void run() {
    skip_byte_order_mark(reading_.window);
    const char first = stream_.peek();
    if (first == '{') {
      read_sections();
    } else if (first == '[') {
      read_results();
    } else {
      reading_.unsupported("is no COCO file: it should begin with { or [");
    }
    reading_.sink.progress(total(), total());
  }

 private:
  uint64_t total() const { return reading_.window.file_bytes() * passes_; }
  void progress(uint64_t done) const {
    reading_.sink.progress(done_before_ + done - list_begin_, total());
  }

  /// The lists may come in any order, so the first pass only finds where they begin.
  void read_sections() {
    passes_ = 2;
    const std::vector<JsonStream::Member> members = stream_.members();
    stream_.expect_end();
    done_before_ = reading_.window.file_bytes();
    const bool objects = reading_.request.want != Want::kItems;
    bool any = false;
    if (objects) any |= read_list(members, "categories", &CocoReader::read_category);
    any |= read_list(members, "images", &CocoReader::read_image);
    if (objects) any |= read_list(members, "annotations", &CocoReader::read_annotation);
    if (!any)
      reading_.unsupported(
          "is no COCO file: it has none of the lists images, annotations "
          "and categories");
  }

  bool read_list(const std::vector<JsonStream::Member>& members, std::string_view key,
                 void (CocoReader::*read)(const JsonNode&)) {
    for (const JsonStream::Member& member : members) {
      if (member.key != key || member.first != '[') continue;
      stream_.seek(member.offset);
      list_begin_ = member.offset;
      stream_.for_each([&](const JsonStream::Element& element) { read_element(element, read); });
      done_before_ += reading_.window.offset() - list_begin_;
      return true;
    }
    return false;
  }

  /// A bare list of detections.
  void read_results() {
    if (reading_.request.want == Want::kItems) {
      reading_.unsupported("is a list of results, which names no images: import it as predictions");
    }
    bare_ = true;
    stream_.for_each([&](const JsonStream::Element& element) {
      read_element(element, &CocoReader::read_annotation);
    });
    stream_.expect_end();
  }

  void read_element(const JsonStream::Element& element, void (CocoReader::*read)(const JsonNode&)) {
    place_ = {0, element.offset, element.number};
    try {
      if (element.too_long) {
        throw RecordError{{},
                          fmt::format("the record is longer than {} bytes, the most that one "
                                      "may have",
                                      reading_.request.limits.record_bytes)};
      }
      (this->*read)(document_.parse(element.bytes));
    } catch (const RecordError& error) {
      reading_.failed(place_, error);
    }
  }

  void read_category(const JsonNode& node) {
    Members members(node, Members::Nulls::kDrop);
    const JsonNode& id = need(members, "id");
    identifier_of(id);
    const std::string_view name = text_of(need(members, "name"));
    check_name(name, "a category's name");
    if (!categories_.add(id, name)) {
      throw RecordError{"id", fmt::format("{} stands twice among the categories", id.raw)};
    }
  }

  void read_image(const JsonNode& node) {
    Members members(node, Members::Nulls::kDrop);
    const JsonNode& id = need(members, "id");
    identifier_of(id);
    item_.reference_id = text_of(need(members, "file_name"));
    if (item_.reference_id.empty()) throw RecordError{"file_name", "is empty"};
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    if (const auto* url = members.take("coco_url")) item_.image_location = text_of(*url);
    if (const auto* width = members.take("width")) item_.width = integer_of(*width);
    if (const auto* height = members.take("height")) item_.height = integer_of(*height);
    fields_.start(item_.fields);
    fields_.add("metadata", "coco_id", scalar_of(id));
    members.for_each_other(
        [&](const JsonNode& member) { add_other(fields_, member, member.key == "coco_id"); });
    item_.rest = fields_.rest();
    item_.place = place_;
    if (reading_.request.want == Want::kItems) {
      reading_.sink.item(item_);
      return;
    }
    if (!images_.add(id, item_.reference_id)) {
      throw RecordError{"id", fmt::format("{} stands twice among the images", id.raw)};
    }
    reading_.sink.mention(item_);
  }

  void read_annotation(const JsonNode& node) {
    Members members(node, Members::Nulls::kDrop);
    fields_.start(object_.fields);
    set_item(need(members, "image_id"));
    set_label(need(members, "category_id"));
    const JsonNode* id = members.take("id");
    object_.annotation_id = id == nullptr ? std::string_view() : identifier_of(*id);
    read_shape(members);
    object_.area.reset();
    object_.confidence.reset();
    if (const auto* area = members.take("area")) object_.area = number_of(*area);
    if (const auto* score = members.take("score")) object_.confidence = number_of(*score);
    const JsonNode* attributes = members.take("attributes");
    if (attributes != nullptr) add_attributes(object_of(*attributes));
    members.for_each_other([&](const JsonNode& member) {
      add_other(fields_, member, attributes != nullptr && attributes->find(member.key) != nullptr);
    });
    object_.rest = fields_.rest();
    object_.place = place_;
    const bool prediction = reading_.request.want == Want::kPredictions;
    reading_.sink.object({prediction, reading_.request.run}, object_);
  }

  void add_attributes(const JsonNode& attributes) {
    for (const JsonNode& member : attributes) {
      add_other(fields_, member, member.key == "category_id");
    }
  }

  void set_item(const JsonNode& id) {
    const std::string_view text = identifier_of(id);
    object_.image_id.reset();
    if (bare_) {
      object_.reference_id = text;
      if (id.kind == JsonKind::kInteger) object_.image_id = id.integer;
      return;
    }
    const auto name = images_.find(id);
    if (!name) throw RecordError{"image_id", fmt::format("{} is not among the images", id.raw)};
    object_.reference_id = *name;
  }

  void set_label(const JsonNode& id) {
    const std::string_view text = identifier_of(id);
    object_.category_id.reset();
    if (bare_) {
      object_.label = text;
      if (id.kind == JsonKind::kInteger) object_.category_id = id.integer;
      check_name(text, "\"category_id\"");
    } else {
      const auto name = categories_.find(id);
      if (!name) {
        throw RecordError{"category_id", fmt::format("{} is not among the categories", id.raw)};
      }
      object_.label = *name;
    }
    fields_.add("metadata", "category_id", scalar_of(id));
  }

  void read_shape(Members& members) {
    const JsonNode* box = members.take("bbox");
    const JsonNode* keypoints = members.take("keypoints");
    const JsonNode* segmentation = members.take("segmentation");
    object_.x = object_.y = object_.width = object_.height = std::nullopt;
    object_.type = "category";
    geometry_.clear();
    if (segmentation != nullptr) {
      // An empty list is how tools say that there is none.
      const bool list = segmentation->is_array() && !segmentation->empty();
      const bool shape = segmentation->is_object() || list;
      if (shape) object_.type = segmentation->is_object() ? "segmentation" : "polygon";
      keep_shape(*segmentation);
    }
    if (box != nullptr && !(box->is_array() && box->empty())) {
      read_box(*box);
      object_.type = "box";
    }
    if (keypoints != nullptr) {
      keep_shape(list_of(*keypoints));
      if (!keypoints->empty()) object_.type = "keypoints";
    }
    if (!geometry_.empty()) geometry_ += '}';
    object_.geometry = geometry_;
  }

  void keep_shape(const JsonNode& shape) {
    if (geometry_.empty()) geometry_ = "{";
    append_key(geometry_, shape.key);
    append_compact(geometry_, shape.raw);
  }

  void read_box(const JsonNode& box) {
    double values[4] = {};
    size_t count = 0;
    for (const JsonNode& value : list_of(box)) {
      if (!value.is_number()) {
        throw RecordError{fmt::format("bbox[{}]", count),
                          "must be a number, but is " + value.in_words()};
      }
      if (count < 4) values[count] = value.number;
      ++count;
    }
    if (count != 4) {
      throw RecordError{"bbox",
                        fmt::format("must be [x, y, width, height], but has {} elements", count)};
    }
    object_.x = values[0];
    object_.y = values[1];
    object_.width = values[2];
    object_.height = values[3];
  }

  Reading& reading_;
  JsonDocument document_;
  ItemRecord item_;
  ObjectRecord object_;
  FieldCollector fields_;
  JsonStream stream_;
  CocoTable images_;
  CocoTable categories_;
  std::string geometry_;
  Place place_;
  bool bare_ = false;
  uint64_t passes_ = 1;
  uint64_t done_before_ = 0;  ///< bytes of the first pass, and of the lists read since
  uint64_t list_begin_ = 0;
};

}  // namespace

void read_coco(Reading& reading) { CocoReader(reading).run(); }

}  // namespace cupel::io
