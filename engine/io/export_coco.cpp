#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "cupel/error.hpp"
#include "engine/io/coco_numbers.hpp"
#include "engine/io/coco_shape.hpp"
#include "engine/io/exporters.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/label_numbers.hpp"
#include "engine/io/met_items.hpp"
#include "engine/io/row_parts.hpp"
#include "engine/io/write.hpp"

namespace cupel::io {
namespace {

using storage::TableId;

/// Annotations are written as they come, then the images they are of: the lists of a COCO file may
/// stand in any order, and so no row has to be held.
class CocoExporter final : public Exporter {
 public:
  explicit CocoExporter(const ExportRequest& request)
      : request_(request),
        results_(is_results(request)),
        file_(request.target),
        items_(request.snapshot, request.reserve),
        image_numbers_(*request.snapshot, request.reserve),
        categories_(*request.snapshot, "metadata.category_id",
                    {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), 1},
                    request.reserve) {
    categories_.add_table(storage::kAnnotations);
    TableId table = storage::kAnnotations;
    if (request.rows == ExportRows::kPredictions) {
      table = request.table;
      categories_.add_table(table);
    }
    if (!results_) object_numbers_.emplace(*request.snapshot, table, request.reserve);
    buffer_ = results_ ? "[" : R"({"info":{},"annotations":[)";
  }

  void add(const JsonNode& row) override {
    if (request_.rows == ExportRows::kItems) {
      add_item(ItemParts(row));
    } else if (request_.rows == ExportRows::kPredictions) {
      add_object({RowKind::kPrediction, row});
    } else if (row.find("run") != nullptr) {
      losses_.objects("predictions");
    } else {
      add_object({RowKind::kAnnotation, row});
    }
    file_.write(buffer_);
    buffer_.clear();
  }

  void finish() override {
    if (!results_) {
      buffer_ += "\n],\"images\":[";
      write_images();
      buffer_ += "\n],\"categories\":[";
      for (const auto& [id, label] : categories_.all()) {
        begin_record(id == categories_.all().begin()->first);
        append_integer("id", id);
        append_key(buffer_, "name");
        append_text(buffer_, label);
        buffer_ += '}';
      }
    }
    buffer_ += results_ ? "\n]\n" : "\n]}\n";
    file_.write(buffer_);
    file_.commit();
  }

  std::vector<std::pair<uint64_t, std::string>> written() const override {
    if (results_) return {{objects_, "results"}};
    return {{items_.order().size(), "images"},
            {objects_, "annotations"},
            {categories_.all().size(), "categories"}};
  }

 private:
  static bool is_results(const ExportRequest& request) {
    const bool predictions = request.rows == ExportRows::kPredictions;
    const bool results =
        request.options.text("what", predictions ? "results" : "dataset") == "results";
    if (results && !predictions) {
      throw Error(ErrorCode::kUnsupported,
                  "a COCO results file holds the predictions of a run: EXPORT FROM "
                  "predictions(\"run\") …");
    }
    return results;
  }

  void add_item(const ItemParts& parts) {
    const uint64_t item = items_.meet(parts.reference_id);
    parts.for_each_annotation([&](const ObjectParts& object) { write_object(object, item); });
    lose_predictions(parts, losses_);
  }

  void add_object(const ObjectParts& object) {
    write_object(object, items_.meet(object.reference_id));
  }

  void begin_record(bool first) { buffer_ += first ? "\n{" : ",\n{"; }

  void append_integer(std::string_view key, int64_t number) {
    append_key(buffer_, key);
    buffer_ += std::to_string(number);
  }
  /// A member of JSON, unless it is empty.
  void append_json(std::string_view key, std::string_view json) {
    if (json.empty()) return;
    append_key(buffer_, key);
    buffer_ += json;
  }

  void write_object(const ObjectParts& object, uint64_t item) {
    if (!shape_.read(object, losses_)) {
      losses_.objects(plural_of_type(object.type));
      return;
    }
    begin_record(objects_++ == 0);
    if (!results_) write_id(object);
    append_integer("image_id", image_numbers_.of(item));
    const JsonNode* own = object.of_metadata("category_id");
    const int64_t category = categories_.of(object.label, own);
    append_integer("category_id", category);
    append_json("bbox", shape_.bbox);
    if (!results_) {
      append_json("area", shape_.area);
      append_integer("iscrowd", is_crowd(object) ? 1 : 0);
    } else {
      object.lose(losses_, object.area);
      if (!object.annotation_id.empty()) losses_.field(object.kind, "annotation_id");
    }
    append_json("segmentation", shape_.segmentation);
    append_json("keypoints", shape_.keypoints);
    if (!results_) write_visible(object);
    if (object.confidence != nullptr) append_json("score", object.confidence->raw);
    const bool kept = own != nullptr && own->kind == JsonKind::kInteger && own->integer == category;
    write_attributes(object, kept);
    buffer_ += '}';
    if (!object.taxonomy.empty()) losses_.field(object.kind, "taxonomy");
    object.lose(losses_, object.class_pdf);
    object.lose_others(losses_);
  }

  void write_id(const ObjectParts& object) {
    bool kept = false;
    append_integer("id", object_numbers_->of(object.annotation_id, kept));
    if (!kept && !object.annotation_id.empty()) losses_.field(object.kind, "annotation_id");
  }

  static bool is_crowd(const ObjectParts& object) {
    const JsonNode* crowd = object.of_metadata("iscrowd");
    if (crowd == nullptr) return false;
    return crowd->kind == JsonKind::kBool ? crowd->boolean : crowd->number == 1;
  }

  /// Evaluation ignores persons without visible keypoints, and looks here for their number.
  void write_visible(const ObjectParts& object) {
    const JsonNode* own = object.of_metadata("num_keypoints");
    if (own != nullptr && own->kind == JsonKind::kInteger) {
      append_json("num_keypoints", own->raw);
    } else if (own == nullptr && !shape_.keypoints.empty()) {
      append_integer("num_keypoints", shape_.visible_keypoints);
    }
  }

  /// Whether a member of metadata stands beside `attributes`, where tools look for it.
  static bool has_place(const JsonNode& member) {
    if (member.kind != JsonKind::kInteger) return false;
    if (member.key == "iscrowd") return member.integer == 0 || member.integer == 1;
    return member.key == "num_keypoints";
  }

  /// Metadata, without what has a place of its own.
  void write_attributes(const ObjectParts& object, bool category_kept) {
    if (object.metadata == nullptr) return;
    if (object.metadata->empty()) losses_.field(object.kind, "empty metadata");
    const size_t before = buffer_.size();
    append_key(buffer_, "attributes");
    buffer_ += '{';
    const size_t inside = buffer_.size();
    for (const JsonNode& member : *object.metadata) {
      if (member.key == "category_id") {
        if (!category_kept) losses_.field(object.kind, "metadata.category_id");
      } else if (results_) {
        losses_.below(object.kind, "metadata." + std::string(member.key), member);
      } else if (!has_place(member)) {
        append_key(buffer_, member.key);
        buffer_ += member.raw;
      }
    }
    if (buffer_.size() == inside) {
      buffer_.resize(before);
    } else {
      buffer_ += '}';
    }
  }

  void write_images() {
    RowJson rows(request_.snapshot, storage::kItems, false);
    JsonDocument document;
    std::string row;
    bool first = true;
    for (const uint64_t item : items_.order()) {
      row.clear();
      rows.append(row, item);
      begin_record(std::exchange(first, false));
      write_image(ItemParts(document.parse_copy(row)), image_numbers_.of(item));
      buffer_ += '}';
      file_.write(buffer_);
      buffer_.clear();
    }
  }

  void write_image(const ItemParts& item, int64_t number) {
    append_integer("id", number);
    append_key(buffer_, "file_name");
    append_text(buffer_, item.reference_id);
    if (item.width != nullptr) append_json("width", item.width->raw);
    if (item.height != nullptr) append_json("height", item.height->raw);
    if (item.image_location != nullptr) append_json("coco_url", item.image_location->raw);
    if (item.metadata != nullptr) {
      if (item.metadata->empty()) losses_.field(RowKind::kItem, "empty metadata");
      for (const JsonNode& member : *item.metadata) write_image_member(member, number);
    }
    item.lose_others(losses_);
  }

  void write_image_member(const JsonNode& member, int64_t number) {
    constexpr std::array<std::string_view, 6> kTaken = {"id",     "file_name", "width",
                                                        "height", "coco_url",  "coco_id"};
    if (std::find(kTaken.begin(), kTaken.end(), member.key) == kTaken.end()) {
      append_key(buffer_, member.key);
      buffer_ += member.raw;
    } else if (member.key != "coco_id" || member.kind != JsonKind::kInteger ||
               member.integer != number) {
      losses_.below(RowKind::kItem, "metadata." + std::string(member.key), member);
    }
  }

  const ExportRequest request_;
  const bool results_;
  OutputFile file_;
  std::string buffer_;
  MetItems items_;
  CocoImageNumbers image_numbers_;
  LabelNumbers categories_;
  std::optional<CocoObjectNumbers> object_numbers_;
  CocoShape shape_;
  uint64_t objects_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> export_coco(const ExportRequest& request) {
  return std::make_unique<CocoExporter>(request);
}

}  // namespace cupel::io
