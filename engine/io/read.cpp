#include "engine/io/read.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cupel/error.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/image_files.hpp"

namespace cupel::io {

namespace {

struct Format {
  std::string name;
  void (*read)(Reading&);
  std::vector<FormatOption> options;
  bool opens_files = false;  ///< reads folders, or one of their files: nothing is in its window
};

/// Sorted by name.
const std::vector<Format>& formats() {
  using Kind = FormatOption::Kind;
  static const std::vector<Format> table = {
      {"bdd100k", read_bdd100k, {}},
      {"coco", read_coco, {}},
      {"csv",
       read_csv,
       {{"delimiter", Kind::kChoice, {"comma", "tab", "semicolon"}},
        {"id", Kind::kText},
        {"label", Kind::kText},
        {"types", Kind::kChoice, {"auto", "text"}},
        {"missing", Kind::kText},
        {"guard", Kind::kFlag}}},
      {"jsonl", read_jsonl, {}},
      {"label_studio",
       read_label_studio,
       {{"reference", FormatOption::Kind::kText, {}},
        {"image", FormatOption::Kind::kText, {}},
        {"annotator", FormatOption::Kind::kText, {}},
        {"model", FormatOption::Kind::kText, {}},
        {"runs", FormatOption::Kind::kChoice, {"as_run", "model_version"}}}},
      {"names", read_names, {}},
      {"nucleus", read_nucleus, {}},
      {"openimages", read_openimages, {{"classes", Kind::kFile}}},
      {"voc", read_voc, {ImageReferences::option(), {"one_based", Kind::kFlag, {}}}, true},
      {"yolo",
       read_yolo,
       {{"task", Kind::kChoice, {"detect", "segment", "pose", "obb"}},
        {"classes", Kind::kFile, {}},
        {"data", Kind::kFile, {}},
        {"images", Kind::kFile, {}},
        {"confidence", Kind::kChoice, {"last", "second"}},
        {"kpt_shape", Kind::kText, {}},
        ImageReferences::option()},
       true},
  };
  return table;
}

const Format& format_named(std::string_view name) {
  for (const Format& format : formats()) {
    if (format.name == name) return format;
  }
  throw Error(ErrorCode::kUnsupported, fmt::format("there is no format \"{}\"; the formats are {}",
                                                   name, fmt::join(readable_formats(), ", ")));
}

}  // namespace

const std::vector<std::string>& readable_formats() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Format& format : formats()) all.push_back(format.name);
    return all;
  }();
  return names;
}

const std::vector<FormatOption>& reading_options(std::string_view format) {
  return format_named(format).options;
}

void Reading::failed(const Place& place, const RecordError& error) const {
  const std::string where = describe(window.path(), place);
  sink.failed(place, Error(ErrorCode::kConstraint, fmt::format("{}: {}", where, error.sentence())));
}

Reading::Pixels Reading::image_size(const ObjectRecord& object) const {
  const ImageSize size = sink.size_of(object);
  if (!size.complaint.empty()) throw RecordError{{}, size.complaint};
  if (size.width && size.height) {
    return {static_cast<double>(*size.width), static_cast<double>(*size.height)};
  }
  throw RecordError{{},
                    fmt::format("the shape is in fractions of its image, and the size of '{}' is "
                                "not known; import its width and height first",
                                object.reference_id)};
}

void Reading::unsupported(std::string_view what) const {
  throw Error(ErrorCode::kUnsupported, fmt::format("{} {}", window.path(), what));
}

namespace {

FileWindow window_of(const ReadRequest& request, const Format& format) {
  const size_t bytes = request.limits.window_bytes;
  const std::string name = request.file.string();
  if (!format.opens_files && !request.text) return FileWindow(request.file, bytes);
  if (!format.opens_files) return FileWindow(name, *request.text, bytes);
  if (request.text)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{}: the format {} is read from files only", name, format.name));
  return FileWindow(name, {}, 1);
}

}  // namespace

void read(const ReadRequest& request, FieldNames& names, RecordSink& sink) {
  const Format& format =
      format_named(request.format.empty() ? recognise(request.file) : request.format);
  FileWindow window = window_of(request, format);
  Reading reading{request, names, sink, window};
  format.read(reading);
}

}  // namespace cupel::io
