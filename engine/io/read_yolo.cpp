#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "engine/io/formats.hpp"
#include "engine/io/image_head.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"
#include "engine/io/yolo_files.hpp"
#include "engine/io/yolo_line.hpp"

namespace cupel::io {
namespace {

constexpr size_t kHeadBytes = 4096;
constexpr size_t kLabelWindowBytes = size_t{1} << 14;

class YoloReader {
 public:
  explicit YoloReader(Reading& reading)
      : reading_(reading),
        files_(reading),
        references_(reading.request.options.text("reference", "path"), files_.images().path()),
        lines_(files_.dataset().task, files_.dataset().keypoints,
               reading.request.options.text("confidence") == "second"),
        item_fields_(reading.names),
        fields_(reading.names) {}

  void run() {
    if (!wants_items() && files_.dataset().classes.empty())
      reading_.unsupported(
          "does not name its classes: it needs a data.yaml, obj.names or classes.txt, or a file "
          "named as in FORMAT yolo (classes = 'names.txt')");
    files_.for_each([&](const YoloFile& file) { read(file); });
  }

 private:
  bool wants_items() const { return reading_.request.want == Want::kItems; }

  void read(const YoloFile& file) {
    if (!file.image.empty()) read_image(file);
    if (wants_items()) return;
    if (!file.label_exists) {
      reading_.sink.lost("images; a label file is missing");
      return;
    }
    object_.without_extension = file.image.empty();
    if (file.image.empty()) {
      size_.reset();
      object_.reference_id = references_.of(without_extension(file.label));
      object_.alternative_reference = {};
    } else {
      object_.reference_id = item_.reference_id;
      object_.alternative_reference = item_.alternative_reference;
    }
    read_labels(files_.folder().path_of(file.label));
  }

  void read_image(const YoloFile& file) {
    location_ = files_.images().path_of(file.image);
    item_.place = {0, 0, 0, location_};
    item_.reference_id = references_.of(file.image);
    item_.alternative_reference = references_.alternative();
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    size_.reset();
    if (file.image_exists) {
      item_.image_location = location_;
      measure();
    }
    item_fields_.start(item_.fields);
    if (reading_.request.want != Want::kPredictions)
      item_fields_.add("metadata", "labelled", file.label_exists);
    if (!file.subset.empty()) item_fields_.add("metadata", "subset", file.subset);
    if (wants_items())
      reading_.sink.item(item_);
    else
      reading_.sink.mention(item_);
  }

  void measure() {
    FileWindow window(location_, kHeadBytes);
    const std::optional<ImageHead> head = image_head(window);
    if (!head || head->width == 0 || head->height == 0) {
      if (wants_items())
        reading_.sink.lost("image sizes; only PNG, JPEG, WebP, GIF and BMP are read");
      return;
    }
    item_.width = head->width;
    item_.height = head->height;
    size_ = {static_cast<double>(head->width), static_cast<double>(head->height)};
  }

  void read_labels(const std::string& path) {
    FileWindow window(path, kLabelWindowBytes);
    LineReader lines(window, reading_.request.limits.record_bytes);
    uint64_t number = 0;
    while (const Line* line = lines.next()) {
      if (!line->too_long && line->text.find_first_not_of(" \t") == std::string_view::npos)
        continue;
      object_.place = {line->number, 0, ++number, path};
      try {
        if (line->too_long) throw RecordError{{}, "the line is longer than a record may be"};
        read_object(line->text);
      } catch (const RecordError& error) {
        reading_.failed(object_.place, error);
      }
    }
  }

  void read_object(std::string_view line) {
    const YoloObject& shape = lines_.read(line);
    object_.label = class_of(shape.class_number);
    const Reading::Pixels image = size_ ? *size_ : reading_.image_size(object_);
    object_.geometry = {};
    if (shape.kind == YoloObject::Kind::kPolygon)
      set_polygon(shape, image);
    else
      set_box(shape, image);
    object_.confidence = shape.confidence;
    fields_.start(object_.fields);
    fields_.add("metadata", "class_id", static_cast<int64_t>(shape.class_number));
    const bool prediction = reading_.request.want == Want::kPredictions;
    reading_.sink.object({prediction, reading_.request.run}, object_);
  }

  std::string_view class_of(uint32_t number) const {
    const YoloDataset& dataset = files_.dataset();
    if (number < dataset.classes.size() && !dataset.classes[number].empty())
      return dataset.classes[number];
    throw RecordError{{},
                      fmt::format("class {} has no name: {} names the classes 0 to {}", number,
                                  dataset.named_by, dataset.classes.size() - 1)};
  }

  void set_box(const YoloObject& shape, const Reading::Pixels& image) {
    object_.type = "box";
    object_.width = shape.width * image.width;
    object_.height = shape.height * image.height;
    object_.x = shape.center_x * image.width - *object_.width / 2;
    object_.y = shape.center_y * image.height - *object_.height / 2;
    if (shape.kind != YoloObject::Kind::kKeypoints) return;
    object_.type = "keypoints";
    geometry_ = R"({"keypoints":[)";
    for (size_t i = 0; i + 2 < shape.points.size(); i += 3) {
      append_number(shape.points[i] * image.width);
      append_number(shape.points[i + 1] * image.height);
      append_number(shape.points[i + 2]);
    }
    geometry_ += "]}";
    object_.geometry = geometry_;
  }

  void append_number(double number) {
    if (geometry_.back() != '[') geometry_ += ',';
    append_double(geometry_, number);
  }

  /// The polygon, and the box around it.
  void set_polygon(const YoloObject& shape, const Reading::Pixels& image) {
    object_.type = "polygon";
    geometry_ = R"({"vertices":[)";
    double left = 0, right = 0, top = 0, bottom = 0;
    for (size_t i = 0; i + 1 < shape.points.size(); i += 2) {
      const double x = shape.points[i] * image.width;
      const double y = shape.points[i + 1] * image.height;
      geometry_ += i == 0 ? R"({"x":)" : R"(,{"x":)";
      append_double(geometry_, x);
      geometry_ += R"(,"y":)";
      append_double(geometry_, y);
      geometry_ += '}';
      left = i == 0 ? x : std::min(left, x);
      right = i == 0 ? x : std::max(right, x);
      top = i == 0 ? y : std::min(top, y);
      bottom = i == 0 ? y : std::max(bottom, y);
    }
    geometry_ += "]}";
    object_.geometry = geometry_;
    object_.x = left;
    object_.y = top;
    object_.width = right - left;
    object_.height = bottom - top;
  }

  Reading& reading_;
  YoloFiles files_;
  ImageReferences references_;
  YoloLines lines_;
  ItemRecord item_;
  FieldCollector item_fields_;
  ObjectRecord object_;
  FieldCollector fields_;
  std::string location_;                 ///< of the image,
  std::optional<Reading::Pixels> size_;  ///< and its size, where the file tells
  std::string geometry_;
};

}  // namespace

void read_yolo(Reading& reading) {
  reading.sink.progress_in("files");
  YoloReader(reading).run();
}

}  // namespace cupel::io
