#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "cupel/table.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/image_files.hpp"
#include "engine/io/image_head.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/record_parts.hpp"
#include "engine/io/voc_subsets.hpp"
#include "engine/io/xml_document.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kAnnotations = "Annotations";
constexpr std::string_view kImages = "JPEGImages";
constexpr size_t kHeadBytes = 4096;

double number_in(const XmlNode& parent, std::string_view name) {
  const std::string field = fmt::format("{}.{}", parent.name, name);
  const XmlNode* node = parent.find(name);
  if (node == nullptr) throw LineError({field, "is missing"}, parent.line);
  double number = 0;
  const char* const end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number))
    throw LineError({field, fmt::format("must be a number, but is \"{}\"", node->text)},
                    node->line);
  return number;
}

/// Pixels; nothing where the file has none or, as tools write that do not know, 0.
std::optional<int64_t> pixels_in(const XmlNode& size, std::string_view name) {
  const XmlNode* node = size.find(name);
  if (node == nullptr || node->text.empty()) return std::nullopt;
  const double number = number_in(size, name);
  if (number < 0 || number > 4294967295.0 || number != std::trunc(number))
    throw LineError({fmt::format("size.{}", name),
                     fmt::format("must be a number of pixels, but is {}", node->text)},
                    node->line);
  return number == 0 ? std::nullopt : std::optional(static_cast<int64_t>(number));
}

bool is_shape(std::string_view name) {
  return name == "part" || name == "point" || name == "polygon" || name == "robndbox";
}

/// What of an object has no place of its own.
bool is_metadata(std::string_view name) {
  return name != "name" && name != "bndbox" && name != "attributes" && name != "confidence" &&
         name != "score" && !is_shape(name);
}

/// The objects of a file: what stands in `<object>`.
class VocObjects {
 public:
  VocObjects(FieldNames& names, bool one_based) : fields_(names), one_based_(one_based) {}

  /// Everything but the item and the place.
  const ObjectRecord& read(const XmlNode& node) {
    const XmlNode* name = node.find("name");
    if (name == nullptr || name->text.empty()) throw LineError({"name", "is missing"}, node.line);
    check_name(name->text, "a name");
    record_.label = name->text;
    record_.type = "category";
    record_.x = record_.y = record_.width = record_.height = record_.confidence = std::nullopt;
    if (const XmlNode* box = node.find("bndbox")) read_box(*box);
    for (const char* confidence : {"score", "confidence"})
      if (node.find(confidence) != nullptr) record_.confidence = number_in(node, confidence);
    read_metadata(node);
    geometry_ = "{";
    append_members(geometry_, node, is_shape);
    geometry_ += '}';
    record_.geometry = geometry_ == "{}" ? std::string_view() : geometry_;
    return record_;
  }

  ObjectRecord& record() { return record_; }

 private:
  /// The kit counts pixels from 1 and includes the last one: a box over 500 pixels goes from 1 to
  /// 500, and its edges lie at 0 and 500.
  void read_box(const XmlNode& box) {
    const double first = one_based_ ? 1 : 0;
    record_.type = "box";
    record_.x = number_in(box, "xmin") - first;
    record_.y = number_in(box, "ymin") - first;
    record_.width = number_in(box, "xmax") - *record_.x;
    record_.height = number_in(box, "ymax") - *record_.y;
  }

  void read_metadata(const XmlNode& node) {
    json_ = "{";
    append_members(json_, node, is_metadata);
    if (const XmlNode* attributes = node.find("attributes")) {
      for (const XmlNode& attribute : *attributes) take_attribute(attribute);
    }
    json_ += '}';
    fields_.start(record_.fields);
    for (const JsonNode& member : document_.parse_copy(json_)) fields_.add_metadata_member(member);
    record_.rest = fields_.rest();
  }

  /// `<attribute><name>rotation</name><value>90</value></attribute>`.
  void take_attribute(const XmlNode& attribute) {
    const XmlNode* name = attribute.find("name");
    const XmlNode* value = attribute.find("value");
    if (name == nullptr || value == nullptr)
      throw LineError({"attribute", "must have a name and a value"}, attribute.line);
    append_key(json_, name->text);
    append_json(json_, *value);
  }

  ObjectRecord record_;
  FieldCollector fields_;
  JsonDocument document_;
  std::string json_;  ///< what becomes metadata
  std::string geometry_;
  bool one_based_;
};

class VocReader {
 public:
  VocReader(Reading& reading, const std::filesystem::path& folder)
      : reading_(reading),
        folder_(folder),
        references_(reading.request.options.text("reference", "path"), folder_.path()),
        subsets_(folder_, reading.sink),
        item_fields_(reading.names),
        objects_(reading.names, reading.request.options.flag("one_based")) {}

  void read_folder() {
    folder_.for_each_file("", [&](const std::string&) {
      ++files_;
      reading_.sink.progress(0, 0);  // it may take long, and can be interrupted
    });
    folder_.for_each_file(
        "", [&](const std::string& file) { visit(file); },
        [&](std::string_view what) { reading_.sink.lost(what); });
    if (!any_) reading_.unsupported("holds no Pascal VOC dataset: there is no .xml file in it");
    finish();
  }

  void read_file(const std::string& file) {
    files_ = 1;
    read_annotation(file);
    finish();
  }

 private:
  void finish() {
    if (renamed_ != 0)
      reading_.sink.remark(fmt::format(
          "XML files with the name of another image in <filename>: {}; their own name counts, the "
          "other is metadata.filename",
          renamed_));
    reading_.sink.progress(files_, files_);
  }

  bool wants_items() const { return reading_.request.want == Want::kItems; }

  void visit(const std::string& file) {
    reading_.sink.progress(std::min(done_++, files_), files_);  // files may appear meanwhile
    if (has_extension(file, "xml")) {
      any_ = true;
      read_annotation(file);
    } else if (has_folder(file, "SegmentationClass") || has_folder(file, "SegmentationObject")) {
      if (!wants_items()) reading_.sink.lost("masks");
    } else if (wants_items() && is_image(file)) {
      read_bare_image(file);
    }
  }

  void read_annotation(const std::string& file) {
    const std::string path = folder_.path_of(file);
    place_ = {0, 0, 0, path};
    try {
      FileWindow window(path, kHeadBytes);
      while (window.view().size() <= XmlDocument::kMostBytes && window.load()) {
      }
      const XmlNode& root = document_.parse(window.view());
      if (root.name != "annotation")
        throw LineError({{}, fmt::format("the root is <{}>, not <annotation>", root.name)},
                        root.line);
      read_image(file, root);
      if (!wants_items()) read_objects(root);
    } catch (const LineError& error) {
      fail(error, error.line);
    } catch (const RecordError& error) {
      fail(error, 0);
    }
  }

  void fail(const RecordError& error, uint64_t line) {
    Place place = place_;
    place.line = line;
    reading_.failed(place, error);
  }

  /// The path of the file's image: as the XML file is called, with the extension of the image that
  /// is there, else of `filename`.
  std::string image_of(const std::string& file, const XmlNode& root) {
    const std::string stem(without_extension(file));
    for (const std::string_view images : {kImages, std::string_view("images"), kAnnotations})
      if (auto image = find_image(folder_, replace_folder(stem, kAnnotations, images))) {
        image_exists_ = true;
        return *image;
      }
    image_exists_ = false;
    const XmlNode* name = root.find("filename");
    if (name == nullptr || !is_image(name->text)) return stem + ".jpg";
    return stem + std::string(name->text.substr(without_extension(name->text).size()));
  }

  /// `root`: of the file about the image; null when there is none.
  void start_item(const std::string& image, const XmlNode* root) {
    item_.reference_id = references_.of(image);
    item_.alternative_reference = references_.alternative();
    item_.image_location.reset();
    item_.width.reset();
    item_.height.reset();
    location_ = folder_.path_of(image);
    if (image_exists_) item_.image_location = location_;
    item_.place = place_;
    json_ = "{";
    const auto add = [&](std::string_view key, std::string_view json) {
      if (root != nullptr && root->find(key) != nullptr) return;  // the file says it itself
      append_key(json_, key);
      json_ += json;
    };
    add("labelled", root != nullptr ? "true" : "false");
    const std::string stem(without_extension(last_part(image)));
    const auto subset = subsets_.of(base_of(image), stem);
    if (subset) add("subset", json_quote(*subset));
  }

  /// Of `VOC2007/JPEGImages/a.jpg` the part `VOC2007/`.
  static std::string base_of(const std::string& image) {
    for (const std::string_view part : {kAnnotations, kImages}) {
      const size_t at = ("/" + image).rfind(fmt::format("/{}/", part));
      if (at != std::string::npos) return image.substr(0, at);
    }
    return {};
  }

  void read_image(const std::string& file, const XmlNode& root) {
    const std::string image = image_of(file, root);
    start_item(image, &root);
    if (const XmlNode* size = root.find("size")) {
      item_.width = pixels_in(*size, "width");
      item_.height = pixels_in(*size, "height");
      append_members(json_, *size, [](std::string_view name) { return name == "depth"; });
    }
    const bool renamed = is_renamed(root, image);
    append_members(json_, root, [&](std::string_view name) {
      return name != "object" && name != "size" && (renamed || name != "filename");
    });
    renamed_ += renamed ? 1 : 0;
    finish_item();
  }

  /// Whether `filename` is the name of another image.
  static bool is_renamed(const XmlNode& root, const std::string& image) {
    const XmlNode* name = root.find("filename");
    return name != nullptr && !name->text.empty() &&
           without_extension(last_part(name->text)) != without_extension(last_part(image));
  }

  void finish_item() {
    if (image_exists_ && !(item_.width && item_.height)) measure();
    json_ += '}';
    item_fields_.start(item_.fields);
    for (const JsonNode& member : json_document_.parse_copy(json_))
      item_fields_.add_metadata_member(member);
    item_.rest = item_fields_.rest();
    if (wants_items())
      reading_.sink.item(item_);
    else
      reading_.sink.mention(item_);
  }

  void measure() {
    FileWindow window(location_, kHeadBytes);
    const std::optional<ImageHead> head = image_head(window);
    if (!head || head->width == 0 || head->height == 0) return;
    item_.width = head->width;
    item_.height = head->height;
  }

  /// An image without a file of objects.
  void read_bare_image(const std::string& image) {
    const std::string xml =
        replace_folder(without_extension(image), kImages, kAnnotations) + ".xml";
    if (folder_.has(xml, Folder::Kind::kFile)) return;
    const std::string path = folder_.path_of(image);
    place_ = {0, 0, 0, path};
    image_exists_ = true;
    start_item(image, nullptr);
    finish_item();
  }

  void read_objects(const XmlNode& root) {
    uint64_t number = 0;
    for (const XmlNode& node : root) {
      if (node.name != "object") continue;
      ObjectRecord& record = objects_.record();
      record.place = {node.line, 0, ++number, place_.file};
      record.reference_id = item_.reference_id;
      record.alternative_reference = item_.alternative_reference;
      try {
        objects_.read(node);
        const bool prediction = reading_.request.want == Want::kPredictions;
        reading_.sink.object({prediction, reading_.request.run}, record);
      } catch (const LineError& error) {
        fail_object(record.place, error, error.line);
      } catch (const RecordError& error) {
        fail_object(record.place, error, node.line);
      }
    }
  }

  void fail_object(Place place, const RecordError& error, uint64_t line) {
    place.line = line;
    reading_.failed(place, error);
  }

  Reading& reading_;
  Folder folder_;
  ImageReferences references_;
  VocSubsets subsets_;
  XmlDocument document_;
  JsonDocument json_document_;
  ItemRecord item_;
  FieldCollector item_fields_;
  VocObjects objects_;
  std::string json_;      ///< the item's metadata
  std::string location_;  ///< of its image,
  bool image_exists_ = false;
  Place place_;
  uint64_t files_ = 0;
  uint64_t done_ = 0;
  uint64_t renamed_ = 0;  ///< files whose `filename` is another image's
  bool any_ = false;
};

}  // namespace

void read_voc(Reading& reading) {
  const std::filesystem::path& file = reading.request.file;
  reading.sink.progress_in("files");
  if (is_folder(file)) {
    VocReader(reading, file).read_folder();
    return;
  }
  const FileWindow readable(file, 1);  // or says why not
  VocReader(reading, file.parent_path()).read_file(file.filename().string());
}

}  // namespace cupel::io
