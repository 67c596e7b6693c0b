#include "engine/io/yolo_files.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cctype>

#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

constexpr size_t kWindowBytes = size_t{1} << 16;
constexpr size_t kMostLineBytes = 4096;
constexpr std::string_view kImages = "images";
constexpr std::string_view kLabels = "labels";

std::string subset_on(std::string_view path) {
  for (const std::string_view name : {"train", "val", "valid", "test"})
    if (has_folder(path, name)) return std::string(name);
  return {};
}

/// Whether a line of a text file is one of a label file: it begins with a number, and others
/// follow.
bool is_object_line(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || std::isdigit(static_cast<unsigned char>(line[begin])) == 0)
    return false;
  const size_t end = line.find_first_not_of("0123456789.", begin);
  return end != std::string_view::npos && (line[end] == ' ' || line[end] == '\t') &&
         line.find_first_of("0123456789", end) != std::string_view::npos;
}

}  // namespace

YoloFiles::YoloFiles(Reading& reading)
    : reading_(reading),
      folder_(is_folder(reading.request.file) ? reading.request.file
                                              : reading.request.file.parent_path()) {
  const FormatOptions& options = reading.request.options;
  if (options.has("images")) images_.emplace(std::string(options.text("images")));
  if (images_ && wants_items())
    reading.unsupported(
        "is where label files are, and images says where their images are: import the items from "
        "that folder");
  read_description();
  apply_options(options, dataset_);
  choose_sources();
}

void YoloFiles::read_description() {
  const std::filesystem::path& file = reading_.request.file;
  const FormatOptions& options = reading_.request.options;
  if (!is_folder(file)) {
    const FileWindow readable(file, 1);  // or says why not
    const std::string name = file.filename().string();
    const bool text = has_extension(name, "txt");
    if (!text && !has_extension(name, "yaml") && !has_extension(name, "yml") &&
        !has_extension(name, "data"))
      reading_.unsupported(
          "is no YOLO dataset: name its folder, its data.yaml or obj.data, a list of its images "
          "(.txt), or a label file (.txt)");
    if (!text && !options.has("data")) {
      dataset_ = read_yolo_dataset(file);
      return;
    }
  }
  dataset_ = options.has("data") ? read_yolo_dataset(std::string(options.text("data")))
                                 : find_yolo_dataset(folder_);
}

YoloFiles::Source YoloFiles::source_of_text() const {
  const std::filesystem::path& file = reading_.request.file;
  FileWindow window(file, kWindowBytes);
  LineReader lines(window, kMostLineBytes);
  bool object = true;  // an empty file is one without objects
  while (const auto line = lines.next()) {
    if (line->text.find_first_not_of(" \t") == std::string_view::npos) continue;
    object = is_object_line(line->text);
    break;
  }
  const std::string name = file.filename().string();
  if (object) return {Source::Kind::kLabelFile, name, {}};
  return {Source::Kind::kList, name, std::string(without_extension(name))};
}

void YoloFiles::choose_sources() {
  if (has_extension(reading_.request.file.string(), "txt") && !is_folder(reading_.request.file)) {
    sources_.push_back(source_of_text());
    return;
  }
  if (dataset_.subsets.empty() || reading_.request.want == Want::kPredictions) {
    sources_.emplace_back();
    return;
  }
  for (const YoloDataset::Subset& subset : dataset_.subsets) {
    if (const auto folder = folder_.find_tail(subset.path, Folder::Kind::kFolder))
      sources_.push_back({Source::Kind::kFolder, *folder, subset.name});
    else if (const auto list = folder_.find_tail(subset.path, Folder::Kind::kFile))
      sources_.push_back({Source::Kind::kList, *list, subset.name});
    else
      reading_.sink.lost("subsets; not in the folder");
  }
  if (sources_.empty())
    reading_.unsupported(fmt::format(
        "holds none of the subsets of its dataset, such as {}; import the folder they are in, and "
        "name the description as in FORMAT yolo (data = 'data.yaml')",
        dataset_.subsets.front().path));
}

void YoloFiles::tick() { reading_.sink.progress(std::min(done_++, total_), total_); }

uint64_t YoloFiles::count(const Source& source) {
  uint64_t files = 0;
  if (source.kind == Source::Kind::kLabelFile) return 1;
  if (source.kind == Source::Kind::kFolder) {
    folder_.for_each_file(label_folder(source), [&](const std::string& path) {
      ++files;
      reading_.sink.progress(0, 0);  // it may take long, and can be interrupted
      has_labels_folder_ |= has_extension(path, "txt") && has_folder(path, kLabels);
    });
    return files;
  }
  FileWindow window(folder_.path_of(source.path), kWindowBytes);
  LineReader lines(window, kMostLineBytes);
  while (lines.next()) ++files;
  return files;
}

void YoloFiles::for_each(const std::function<void(const YoloFile&)>& visit) {
  for (const Source& source : sources_) total_ += count(source);
  size_t empty = 0;
  for (const Source& source : sources_) {
    bool any = true;
    if (source.kind == Source::Kind::kFolder) any = visit_folder(source, visit);
    if (source.kind == Source::Kind::kList) any = visit_list(source, visit);
    if (source.kind == Source::Kind::kLabelFile) visit_label_file(source, visit);
    empty += any ? 0 : 1;
  }
  if (empty == sources_.size())
    reading_.unsupported(wants_items() ? "holds no images" : "holds no label files (.txt)");
  for (; empty > 0; --empty)
    reading_.sink.lost(wants_items() ? "subsets; without images" : "subsets; without label files");
  reading_.sink.progress(total_, total_);
}

void YoloFiles::visit_label_file(const Source& source,
                                 const std::function<void(const YoloFile&)>& visit) {
  tick();
  if (wants_items())
    reading_.unsupported("holds the objects of one image: import its folder for the items");
  visit(file_of_label(source.path));
}

/// Where to look for what is wanted: items are the images, objects in the files of labels.
std::string YoloFiles::label_folder(const Source& source) {
  if (wants_items()) return source.path;
  std::string labels = replace_folder(source.path + '/', kImages, kLabels);
  labels.pop_back();
  return folder_.has(labels, Folder::Kind::kFolder) ? labels : std::string(source.path);
}

bool YoloFiles::is_label(const std::string& path) const {
  return has_extension(path, "txt") && last_part(path) != "classes.txt" &&
         (!has_labels_folder_ || has_folder(path, kLabels));
}

bool YoloFiles::visit_folder(const Source& source,
                             const std::function<void(const YoloFile&)>& visit) {
  bool any = false;
  const auto on_file = [&](const std::string& path) {
    tick();
    if (wants_items() ? !is_image(path) : !is_label(path)) return;
    any = true;
    YoloFile file = wants_items() ? file_of_image(path) : file_of_label(path);
    const std::string subset = source.subset.empty() ? subset_on(path) : source.subset;
    file.subset = subset;
    visit(file);
  };
  folder_.for_each_file(label_folder(source), on_file,
                        [&](std::string_view what) { reading_.sink.lost(what); });
  return any;
}

YoloFile YoloFiles::file_of_image(const std::string& image) {
  YoloFile file{image, replace_folder(without_extension(image), kImages, kLabels) + ".txt"};
  file.image_exists = true;
  file.label_exists = folder_.has(file.label, Folder::Kind::kFile);
  return file;
}

YoloFile YoloFiles::file_of_label(const std::string& label) {
  YoloFile file{{}, label, false, true};
  const std::string stem(without_extension(label));
  std::optional<std::string> image = find_image(images(), replace_folder(stem, kLabels, kImages));
  if (!image && images_) image = find_image(*images_, without_folder(stem, kLabels));
  if (image) file.image = *image;
  file.image_exists = image.has_value();
  return file;
}

YoloFile YoloFiles::file_of_line(std::string_view line) {
  YoloFile file;
  const std::string label = replace_folder(without_extension(line), kImages, kLabels) + ".txt";
  const auto image = folder_.find_tail(line, Folder::Kind::kFile);
  const auto found = folder_.find_tail(label, Folder::Kind::kFile);
  file.image = image ? *image : Folder::inner_path(line, kImages);
  file.image_exists = image.has_value();
  file.label = found ? *found : label;
  file.label_exists = found.has_value();
  return file;
}

bool YoloFiles::visit_list(const Source& source,
                           const std::function<void(const YoloFile&)>& visit) {
  const std::string path = folder_.path_of(source.path);
  FileWindow window(path, kWindowBytes);
  LineReader lines(window, kMostLineBytes);
  bool any = false;
  while (const auto line = lines.next()) {
    tick();
    any = true;
    const Place place{line->number, 0, line->number, path};
    const size_t begin = line->text.find_first_not_of(" \t");
    if (line->too_long) {
      reading_.failed(place, {{}, "the line is longer than 4,096 bytes"});
    } else if (!simdjson::validate_utf8(line->text.data(), line->text.size())) {
      reading_.failed(place, {{}, "the line is not valid UTF-8"});
    } else if (begin != std::string_view::npos) {
      const size_t end = line->text.find_last_not_of(" \t") + 1;
      const std::string_view name = line->text.substr(begin, end - begin);
      if (!is_image(name)) {
        reading_.failed(place, {{}, fmt::format("{} is not the name of an image", name)});
        continue;
      }
      YoloFile file = file_of_line(name);
      file.subset = source.subset;
      visit(file);
    }
  }
  return any;
}

}  // namespace cupel::io
