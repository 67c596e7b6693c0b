#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "engine/io/exporters.hpp"
#include "engine/io/fraction_text.hpp"
#include "engine/io/image_paths.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/label_numbers.hpp"
#include "engine/io/met_items.hpp"
#include "engine/io/output_folder.hpp"
#include "engine/io/row_parts.hpp"
#include "engine/io/write.hpp"
#include "engine/io/yolo_outline.hpp"

namespace cupel::io {
namespace {

constexpr int64_t kMostClasses = 10'000;
constexpr std::array<std::string_view, 3> kSubsets = {"train", "val", "test"};

/// A folder of label files, with lists of the images that they belong to and a description.
class YoloExporter final : public Exporter {
 public:
  explicit YoloExporter(const ExportRequest& request)
      : request_(request),
        subset_(request.options.text("subset")),
        task_(request.options.text("task", "detect")),
        folder_(request.target, "the label files"),
        items_(request.snapshot, request.reserve),
        paths_(request.reserve),
        classes_(*request.snapshot, "metadata.class_id", {0, kMostClasses - 1, 0}, request.reserve),
        item_rows_(request.snapshot, storage::kItems, false) {
    folder_.check_free();
    const std::string_view digits = request.options.text("digits");
    if (!digits.empty()) {
      int number = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
      digits_ = number;
    }
    number_classes();
  }

  void add(const JsonNode& row) override {
    if (request_.rows == ExportRows::kItems) {
      const ItemParts item(row);
      begin_item(item, items_.meet(item.reference_id));
      item.for_each_annotation([&](const ObjectParts& object) { write_object(object); });
      lose_predictions(item, losses_);
      end_item();
    } else if (is_prediction(row) && request_.rows == ExportRows::kObjects) {
      losses_.objects("predictions");
    } else {
      add_alone(ObjectParts(is_prediction(row) ? RowKind::kPrediction : RowKind::kAnnotation, row));
    }
  }

  void finish() override {
    if (item_) end_item();
    std::string yaml;
    for (const std::string_view subset : kSubsets) {
      const auto list = lists_.find(subset);
      if (list == lists_.end()) continue;
      list->second->commit();
      yaml += std::string(subset) + ": " + std::string(subset) + ".txt\n";
    }
    if (task_ == "segment") yaml += "task: segment\n";
    yaml += "names:\n";
    int64_t next = 0;
    for (const auto& [number, label] : classes_.all()) {
      // Readers want all numbers up to the last.
      for (; next < number; ++next) append_class(yaml, next, "unused " + std::to_string(next));
      append_class(yaml, next++, label);
    }
    folder_.write("data.yaml", yaml);
    folder_.publish();
  }

  std::vector<std::pair<uint64_t, std::string>> written() const override {
    return {{files_, "label files"},
            {objects_, request_.rows == ExportRows::kPredictions ? "predictions" : "annotations"},
            {classes_.all().size(), "classes"}};
  }

 private:
  static bool is_prediction(const JsonNode& row) { return row.find("run") != nullptr; }

  /// In the order of COCO's categories, which trained models know, where nothing else is told.
  void number_classes() {
    LabelNumbers categories(*request_.snapshot, "metadata.category_id", {0, INT64_MAX, 1},
                            request_.reserve);
    std::vector<storage::TableId> tables = {storage::kAnnotations};
    if (request_.rows == ExportRows::kPredictions) tables.push_back(request_.table);
    for (const storage::TableId table : tables) {
      categories.add_table(table);
      classes_.add_known(table);
    }
    for (const auto& [id, label] : categories.all()) classes_.add(label);
  }

  static void append_class(std::string& yaml, int64_t number, std::string_view label) {
    yaml += "  " + std::to_string(number) + ": ";
    append_text(yaml, label);
    yaml += '\n';
  }

  /// Objects come item by item for the most part; an item that comes again is added to.
  void add_alone(const ObjectParts& object) {
    if (item_ && item_->reference_id != object.reference_id) end_item();
    if (!item_) {
      const uint64_t row = items_.meet(object.reference_id);
      item_text_.clear();
      item_rows_.append(item_text_, row);
      begin_item(ItemParts(document_.parse_copy(item_text_)), row);
    }
    write_object(object);
  }

  /// The item whose objects are being written.
  struct Item {
    std::string reference_id;
    double width = 0, height = 0;  ///< 0: not known
    ImagePaths::Path path;
    std::string_view subset;
    std::optional<bool> labelled;  ///< metadata.labelled
    bool is_new = true;
    bool incomplete = false;  ///< an object could not be written for want of a size
  };

  /// `row` was just met.
  void begin_item(const ItemParts& parts, uint64_t row) {
    Item& item = item_.emplace();
    item.is_new = items_.is_new();
    item.reference_id = parts.reference_id;
    if (parts.width != nullptr && parts.height != nullptr) {
      item.width = std::max(parts.width->number, 0.0);
      item.height = std::max(parts.height->number, 0.0);
    }
    const std::string_view location =
        parts.image_location == nullptr ? std::string_view() : parts.image_location->text;
    item.path = paths_.of(row, parts.reference_id, location);
    const JsonNode* labelled = member(parts, "labelled");
    if (labelled != nullptr && labelled->kind == JsonKind::kBool) item.labelled = labelled->boolean;
    const JsonNode* subset = member(parts, "subset");
    item.subset = subset_of(subset);
    lines_.clear();
    if (!item.is_new) return;
    if (item.path.changed) losses_.field(RowKind::kItem, "reference_id");
    for (const JsonNode* part : {parts.image_location, parts.width, parts.height}) {
      if (part != nullptr) losses_.field(RowKind::kItem, part->key);
    }
    lose_metadata(parts, item);
    parts.lose_others(losses_);
  }

  static const JsonNode* member(const ItemParts& parts, std::string_view key) {
    return parts.metadata == nullptr ? nullptr : parts.metadata->find(key);
  }

  std::string_view subset_of(const JsonNode* said) const {
    if (!subset_.empty()) return subset_;
    if (said == nullptr || !said->is_text()) return kSubsets.front();
    const auto found = std::find(kSubsets.begin(), kSubsets.end(), said->text);
    return found == kSubsets.end() ? kSubsets.front() : *found;
  }

  /// Lists of subsets say which an item is in, and label files that it is labelled.
  void lose_metadata(const ItemParts& parts, const Item& item) {
    if (parts.metadata == nullptr) return;
    if (parts.metadata->empty()) losses_.field(RowKind::kItem, "empty metadata");
    for (const JsonNode& each : *parts.metadata) {
      if (each.key == "subset" && each.is_text() && each.text == item.subset && lists_images())
        continue;
      if (each.key == "labelled" && item.labelled) continue;  // end_item() knows
      losses_.below(RowKind::kItem, "metadata." + std::string(each.key), each);
    }
  }

  /// Files of predictions are looked for by name, and are no set to train with.
  bool lists_images() const { return request_.rows != ExportRows::kPredictions; }

  void end_item() {
    const Item& item = *item_;
    // A file without lines says that there is nothing: not of an image that nobody has looked at,
    // nor of one whose objects are missing.
    const bool silent = item.incomplete || item.labelled == false;
    const bool write = !lines_.empty() || !silent;
    if (write) {
      folder_.append(item.path.label, lines_);
      if (item.is_new) ++files_;
    }
    if (item.is_new && item.labelled && *item.labelled != write)
      losses_.field(RowKind::kItem, "metadata.labelled");
    if (item.is_new && lists_images()) {
      auto& list = lists_[item.subset];
      if (!list)
        list = std::make_unique<OutputFile>(folder_.inside() / (std::string(item.subset) + ".txt"));
      list->write("./" + item.path.image + "\n");
    }
    item_.reset();
  }

  double append_number(double pixels, const PixelRule& rule) {
    lines_ += ' ';
    return digits_ ? append_rounded_fraction(lines_, pixels, rule, *digits_)
                   : append_fraction(lines_, pixels, rule);
  }

  /// What a line says of an object; nothing where it is left out.
  bool has_shape(const ObjectParts& object, std::string_view& why) {
    if (object.type == "category" || object.type == "cuboid" || object.type == "line") return false;
    if (task_ != "segment" && object.box) return true;
    return outline_.read(object, why);
  }

  void write_object(const ObjectParts& object) {
    std::string_view why;
    if (!has_shape(object, why)) return losses_.objects(plural_of_type(object.type), why);
    if (item_->width == 0 || item_->height == 0) {
      item_->incomplete = true;
      return losses_.objects(plural_of_type(object.type), kWithoutSize);
    }
    const JsonNode* own = object.of_metadata("class_id");
    const int64_t number = classes_.of(object.label, own);
    lines_ += std::to_string(number);
    if (task_ == "segment") {
      write_outline(object);
    } else {
      write_box(object);
    }
    if (object.kind == RowKind::kPrediction && object.confidence != nullptr) {
      lines_ += ' ';
      lines_ += object.confidence->raw;
    } else {
      object.lose(losses_, object.confidence);
    }
    lines_ += '\n';
    ++objects_;
    lose_rest(object, own != nullptr && own->kind == JsonKind::kInteger && own->integer == number);
  }

  /// A reader finds the edge from the centre and the width that it has read.
  void write_box(const ObjectParts& object) {
    const ObjectParts::Box box = object.box ? *object.box : outline_.box_around();
    std::string size;
    size.swap(lines_);
    const double width = append_number(box.width, {item_->width});
    const double height = append_number(box.height, {item_->height});
    size.swap(lines_);
    append_number(box.x, {item_->width, 1, width / 2});
    append_number(box.y, {item_->height, 1, height / 2});
    lines_ += size;
    if (object.type != "box") losses_.field(object.kind, "type");
    object.for_each_shape([&](const JsonNode& part) {
      losses_.field(object.kind, "geometry." + std::string(part.key));
    });
  }

  void write_outline(const ObjectParts& object) {
    const std::vector<double>& points = outline_.points();
    for (size_t i = 0; i < points.size(); ++i)
      append_number(points[i], {i % 2 == 0 ? item_->width : item_->height});
    outline_.lose_rest(object, losses_);
    if (object.type != "polygon") losses_.field(object.kind, "type");
  }

  void lose_rest(const ObjectParts& object, bool class_kept) {
    if (!object.annotation_id.empty()) losses_.field(object.kind, "annotation_id");
    if (!object.taxonomy.empty()) losses_.field(object.kind, "taxonomy");
    object.lose(losses_, object.area);
    object.lose(losses_, object.class_pdf);
    if (object.metadata != nullptr) {
      if (object.metadata->empty()) losses_.field(object.kind, "empty metadata");
      for (const JsonNode& each : *object.metadata) {
        if (each.key == "class_id" && class_kept) continue;
        losses_.below(object.kind, "metadata." + std::string(each.key), each);
      }
    }
    object.lose_others(losses_);
  }

  const ExportRequest request_;
  std::string subset_;  ///< of all items; empty: of each its own
  std::string task_;
  std::optional<int> digits_;  ///< behind the point; nothing: as many as it takes
  OutputFolder folder_;
  MetItems items_;
  ImagePaths paths_;
  LabelNumbers classes_;
  RowJson item_rows_;
  JsonDocument document_;
  std::string item_text_;
  std::map<std::string_view, std::unique_ptr<OutputFile>> lists_;  ///< by subset
  YoloOutline outline_;
  std::optional<Item> item_;
  std::string lines_;  ///< of the item
  uint64_t files_ = 0, objects_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> export_yolo(const ExportRequest& request) {
  return std::make_unique<YoloExporter>(request);
}

}  // namespace cupel::io
