#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/io/csv_header.hpp"
#include "engine/io/csv_reader.hpp"
#include "engine/io/csv_value.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/openimages_classes.hpp"
#include "engine/io/record_parts.hpp"
#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

/// The files of Open Images that are records of items or objects.
enum class Kind { kBoxes, kLabels, kImages };

Kind kind_of(const CsvHeader& header, const Reading& reading) {
  if (header.has("MaskPath"))
    reading.unsupported(
        "is a list of masks, whose shapes are in picture files: import the boxes "
        "(…-annotations-bbox.csv) instead");
  if (header.has_all({"LabelName", "DisplayName"}))
    reading.unsupported(
        "is a list of classes: name it where boxes or labels are imported, as in FORMAT "
        "openimages (classes = 'class-descriptions.csv')");
  if (header.has("LabelName1"))
    reading.unsupported("is a list of relationships between boxes, which cannot be imported");
  if (header.has_all({"ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax"}))
    return Kind::kBoxes;
  if (header.has_all({"ImageID", "LabelName", "Confidence"})) return Kind::kLabels;
  if (header.has("ImageID") && !header.has("LabelName")) return Kind::kImages;
  reading.unsupported(
      fmt::format("is no file of Open Images: boxes have the columns ImageID, LabelName, XMin, "
                  "XMax, YMin and YMax, labels ImageID, LabelName and Confidence, images ImageID; "
                  "here are {}",
                  header.in_words()));
}

/// A column without a place of its own: it becomes `metadata.NAME`.
struct OtherColumn {
  enum class Type { kText, kInteger, kNumber, kFlag, kClick };
  size_t index;
  uint32_t path;
  Type type;
};

OtherColumn::Type type_of(std::string_view name) {
  using Type = OtherColumn::Type;
  for (const char* flag :
       {"IsOccluded", "IsTruncated", "IsGroupOf", "IsDepiction", "IsInside"}) {
    if (name == flag) return Type::kFlag;
  }
  if (name.starts_with("XClick")) return Type::kClick;
  if (name == "OriginalSize") return Type::kInteger;
  return name == "Rotation" ? Type::kNumber : Type::kText;
}

/// 0 or 1; -1 is what nobody has looked at.
std::optional<Scalar> flag_of(const CsvCell& cell, const std::string& name) {
  const std::optional<int64_t> number = integer_of(cell, name);
  if (!number || *number == -1) return std::nullopt;
  if (*number != 0 && *number != 1)
    throw RecordError{name, fmt::format("must be 0, 1 or -1, but is {}", *number)};
  return *number == 1;
}

std::optional<Scalar> scalar_of(const OtherColumn& column, const CsvCell& cell,
                                const std::string& name) {
  switch (column.type) {
    case OtherColumn::Type::kFlag: return flag_of(cell, name);
    case OtherColumn::Type::kInteger: return integer_of(cell, name);
    case OtherColumn::Type::kNumber: return number_of(cell, name);
    case OtherColumn::Type::kClick: {
      const std::optional<double> number = number_of(cell, name);
      return number && *number == -1 ? std::nullopt : std::optional<Scalar>(number);
    }
    case OtherColumn::Type::kText: break;
  }
  return cell.missing() ? std::nullopt : std::optional<Scalar>(cell.text);
}

class OpenImagesReader {
 public:
  explicit OpenImagesReader(Reading& reading)
      : reading_(reading),
        reader_(reading.window, ',', reading.request.limits.record_bytes),
        header_(reader_, reading.window.path()),
        kind_(kind_of(header_, reading)) {
    check_want();
    const FormatOptions& options = reading.request.options;
    if (options.has("classes")) {
      classes_ = OpenImagesClasses(options.text("classes"));
      code_path_ = reading.names.id("metadata.LabelName");
    }
    image_ = take("ImageID").value();
    if (kind_ == Kind::kImages) {
      location_ = take("OriginalURL");
      width_ = take(header_.has("Width") ? "Width" : "width");
      height_ = take(header_.has("Height") ? "Height" : "height");
      item_.partial = true;
    } else {
      label_ = take("LabelName").value();
      confidence_ = take("Confidence");
    }
    if (kind_ == Kind::kBoxes) {
      for (size_t i = 0; i < 4; ++i) corners_[i] = take(kCorners[i]).value();
    }
    add_others();
  }

  void run() {
    uint64_t records = 0;
    while (const std::optional<CsvRecord> record = reader_.next()) {
      reading_.sink.progress(reading_.window.offset(), reading_.window.file_bytes());
      const Place place{record->line, 0, ++records};
      try {
        if (auto error = header_.complaint(*record)) throw *std::move(error);
        if (kind_ == Kind::kImages) {
          read_image(*record, place);
        } else {
          read_object(*record, place);
        }
      } catch (const RecordError& error) {
        reading_.failed(place, error);
      }
    }
    if (unnamed_ > 0) {
      reading_.sink.remark(fmt::format(
          "labels that the list of classes has no name for, kept as they are: {} (the first: {})",
          unnamed_, first_unnamed_));
    }
    reading_.sink.progress(reading_.window.file_bytes(), reading_.window.file_bytes());
  }

 private:
  static constexpr std::array<std::string_view, 4> kCorners = {"XMin", "XMax", "YMin", "YMax"};

  void check_want() const {
    const bool items = reading_.request.want == Want::kItems;
    if (items && kind_ != Kind::kImages)
      reading_.unsupported("is a list of objects, not of images: import it as annotations or "
                           "predictions");
    if (!items && kind_ == Kind::kImages)
      reading_.unsupported("is a list of images: only items can be imported from it");
  }

  std::optional<size_t> take(std::string_view name) {
    const std::optional<size_t> column = header_.find(name);
    if (column) taken_.push_back(*column);
    return column;
  }

  void add_others() {
    for (size_t i = 0; i < header_.size(); ++i) {
      const std::string& name = header_.name(i);
      if (name.empty() || std::find(taken_.begin(), taken_.end(), i) != taken_.end()) continue;
      const uint32_t path = reading_.names.id("metadata." + storage::quote_segment(name));
      others_.push_back({i, path, type_of(name)});
    }
  }

  void collect(const CsvRecord& record, std::vector<Field>& fields) const {
    fields.clear();
    for (const OtherColumn& column : others_) {
      const auto value = scalar_of(column, record.cells[column.index], header_.name(column.index));
      if (value) fields.push_back({column.path, *value});
    }
  }

  std::string_view image_of(const CsvRecord& record) const {
    const std::string_view id = record.cells[image_].text;
    if (id.empty()) throw RecordError{"ImageID", "is empty"};
    return id;
  }

  void read_image(const CsvRecord& record, const Place& place) {
    item_.place = place;
    item_.reference_id = image_of(record);
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    if (location_ && !record.cells[*location_].missing())
      item_.image_location = record.cells[*location_].text;
    if (width_) item_.width = integer_of(record.cells[*width_], header_.name(*width_));
    if (height_) item_.height = integer_of(record.cells[*height_], header_.name(*height_));
    collect(record, item_.fields);
    reading_.sink.item(item_);
  }

  void read_object(const CsvRecord& record, const Place& place) {
    object_.place = place;
    object_.reference_id = image_of(record);
    file_name_ = object_.reference_id;
    file_name_ += ".jpg";
    object_.alternative_reference = file_name_;
    collect(record, object_.fields);
    object_.confidence.reset();
    if (confidence_) object_.confidence = number_of(record.cells[*confidence_], "Confidence");
    read_label(record.cells[label_].text);
    if (kind_ == Kind::kBoxes) {
      read_box(record);
    } else {
      read_verdict();
    }
    reading_.sink.object({reading_.request.want == Want::kPredictions, reading_.request.run},
                         object_);
  }

  void read_label(std::string_view code) {
    if (code.empty()) throw RecordError{"LabelName", "is empty"};
    check_name(code, "a label");
    code_ = code;
    object_.label = code;
    if (!code_path_) return;
    if (const std::string* name = classes_.find(code_)) {
      object_.label = *name;
      object_.fields.push_back({*code_path_, std::string_view(code_)});
    } else if (++unnamed_ == 1) {
      first_unnamed_ = code_;
    }
  }

  void read_box(const CsvRecord& record) {
    double corners[4];
    for (size_t i = 0; i < 4; ++i) {
      const std::string name(kCorners[i]);
      const std::optional<double> number = number_of(record.cells[corners_[i]], name);
      if (!number) missing(name);
      corners[i] = *number;
    }
    const Reading::Pixels image = reading_.image_size(object_);
    object_.x = corners[0] * image.width;
    object_.width = corners[1] * image.width - *object_.x;
    object_.y = corners[2] * image.height;
    object_.height = corners[3] * image.height - *object_.y;
  }

  /// A label of the whole image. People have looked for it: 1 says that it is there, 0 that it is
  /// not. Each class is a taxonomy, so that an image can have a verdict on every one.
  void read_verdict() {
    object_.type = "category";
    taxonomy_ = object_.label;
    object_.taxonomy = taxonomy_;
    if (!object_.confidence) missing("Confidence");
    if (*object_.confidence != 0) return;
    object_.confidence.reset();
    absent_ = "not ";
    absent_ += taxonomy_;
    object_.label = absent_;
  }

  Reading& reading_;
  CsvReader reader_;
  CsvHeader header_;
  Kind kind_;
  OpenImagesClasses classes_;
  std::optional<uint32_t> code_path_;  ///< set: labels go by the list of classes
  std::vector<size_t> taken_;
  size_t image_ = 0, label_ = 0;
  std::optional<size_t> location_, width_, height_, confidence_;
  std::array<size_t, 4> corners_{};
  std::vector<OtherColumn> others_;
  ItemRecord item_;
  ObjectRecord object_;
  std::string file_name_, code_, taxonomy_, absent_;
  uint64_t unnamed_ = 0;
  std::string first_unnamed_;
};

}  // namespace

void read_openimages(Reading& reading) { OpenImagesReader(reading).run(); }

}  // namespace cupel::io
