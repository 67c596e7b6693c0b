#include "engine/io/yolo_dataset.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "cupel/error.hpp"
#include "engine/io/file_window.hpp"
#include "engine/io/image_files.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"
#include "engine/io/text_list.hpp"
#include "engine/io/yaml_fields.hpp"

namespace cupel::io {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;
constexpr size_t kMostClasses = 100'000;
constexpr size_t kMostPoints = 1000;

[[noreturn]] void fail(const std::string& file, uint64_t line, const RecordError& error) {
  throw Error(ErrorCode::kConstraint, line == 0
                                          ? fmt::format("{}: {}", file, error.sentence())
                                          : fmt::format("{}:{}: {}", file, line, error.sentence()));
}

std::string whole(const std::filesystem::path& file) {
  FileWindow window(file, size_t{1} << 16);
  if (window.file_bytes() > kMostBytes)
    fail(window.path(), 0, {{}, "the file has more than 1 MiB; a description is smaller"});
  while (window.load()) {
  }
  return std::string(window.view());
}

std::optional<size_t> count_of(std::string_view text, size_t most) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most)
    return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const size_t end = text.find_last_not_of(" \t\r") + 1;
  return end <= begin ? std::string_view() : text.substr(begin, end - begin);
}

KeypointShape shape_of(std::string_view points, std::string_view numbers) {
  const auto count = count_of(points, kMostPoints);
  const auto each = count_of(numbers, 3);
  if (!count || *count == 0 || !each || *each < 2)
    throw RecordError{
        "kpt_shape",
        fmt::format("must be a number of points up to {} and 2 or 3, as in [17, 3]", kMostPoints)};
  return {*count, *each};
}

/// One data.yaml, member by member.
class DataYaml {
 public:
  YoloDataset read(const std::vector<YamlField>& fields) {
    std::string root;
    for (const YamlField& field : fields) {
      if (field.key == "path" && field.kind == YamlField::Kind::kScalar) root = field.text;
      if (field.key == "names") take_names(field);
      if (field.key == "kpt_shape") take_keypoints(field);
      if (field.key == "task") dataset_.task = field.text;
    }
    for (const char* subset : {"train", "val", "test"}) {
      for (const YamlField& field : fields)
        if (field.key == subset) take_subset(field, root);
    }
    for (const YamlField& field : fields)
      if (field.key == "nc") check_count(field);
    return std::move(dataset_);
  }

 private:
  void take_names(const YamlField& field) {
    if (field.kind == YamlField::Kind::kScalar || field.deeper)
      throw LineError({"names", "must be a list of names, or a map of numbers to names"},
                      field.line);
    for (size_t i = 0; i < field.entries.size(); ++i) {
      const YamlField::Entry& entry = field.entries[i];
      const bool is_map = field.kind == YamlField::Kind::kMap;
      const auto number = is_map ? count_of(entry.key, kMostClasses - 1) : std::optional(i);
      if (!number)
        throw LineError({"names", fmt::format("\"{}\" is no number of a class", entry.key)},
                        entry.line);
      if (dataset_.classes.size() <= *number) dataset_.classes.resize(*number + 1);
      if (!dataset_.classes[*number].empty())
        throw LineError({"names", fmt::format("class {} stands twice", *number)}, entry.line);
      dataset_.classes[*number] = entry.text;
    }
  }

  void take_keypoints(const YamlField& field) {
    if (field.kind != YamlField::Kind::kList || field.deeper || field.entries.size() != 2)
      throw LineError({"kpt_shape", "must be a list of two numbers, as in [17, 3]"}, field.line);
    try {
      dataset_.keypoints = shape_of(field.entries[0].text, field.entries[1].text);
    } catch (const RecordError& error) {
      throw LineError(error, field.line);
    }
  }

  void take_subset(const YamlField& field, const std::string& root) {
    const auto add = [&](const std::string& path) {
      if (!path.empty()) dataset_.subsets.push_back({field.key, root.empty() ? path : root + '/' + path});
    };
    if (field.kind == YamlField::Kind::kMap || field.deeper)
      throw LineError({field.key, "must be a path or a list of paths"}, field.line);
    if (field.kind == YamlField::Kind::kScalar) add(field.text);
    for (const YamlField::Entry& entry : field.entries) add(entry.text);
  }

  void check_count(const YamlField& field) {
    const auto count = count_of(field.text, kMostClasses);
    if (!count || *count != dataset_.classes.size())
      throw LineError({"nc", fmt::format("is {}, but {} classes have names", field.text,
                                         dataset_.classes.size())},
                      field.line);
  }

  YoloDataset dataset_;
};

/// `key = value` lines.
YoloDataset read_obj_data(const std::filesystem::path& file) {
  YoloDataset dataset;
  Folder folder(file.parent_path());
  const std::string text = whole(file);
  FileWindow window(file.string(), text, size_t{1} << 16);
  LineReader lines(window, kMostBytes);
  while (const auto line = lines.next()) {
    const size_t equals = line->text.find('=');
    const std::string_view key = trimmed(line->text.substr(0, equals));
    if (key.empty() || key.starts_with('#')) continue;
    if (equals == std::string_view::npos)
      throw LineError({{}, "the line is not of the form key = value"}, line->number);
    const std::string value(trimmed(line->text.substr(equals + 1)));
    if (key == "train" || key == "valid") {
      dataset.subsets.push_back({std::string(key), value});
    } else if (key == "names") {
      const auto names = folder.find_tail(value, Folder::Kind::kFile);
      if (!names)
        throw LineError({"names", fmt::format("there is no {} in {}", value, folder.path())},
                        line->number);
      dataset.named_by = folder.path_of(*names);
      dataset.classes = read_text_list(dataset.named_by);
    }
  }
  return dataset;
}

void check_classes(const YoloDataset& dataset) {
  for (const std::string& name : dataset.classes) check_name(name, "a class's name");
  if (dataset.classes.size() > kMostClasses)
    throw RecordError{{}, fmt::format("there are more than {} classes", kMostClasses)};
}

void check_task(const YoloDataset& dataset) {
  static constexpr std::string_view kTasks[] = {"", "detect", "segment", "pose", "obb"};
  if (std::find(std::begin(kTasks), std::end(kTasks), dataset.task) == std::end(kTasks))
    throw RecordError{"task",
                      fmt::format("must be detect, segment, pose or obb, not {}", dataset.task)};
}

/// The only file of these extensions in the folder itself; nothing when there is none.
std::optional<std::string> only_file(const Folder& folder, const std::vector<std::string>& files,
                                     std::initializer_list<std::string_view> extensions,
                                     std::string_view preferred) {
  std::vector<std::string> fitting;
  for (const std::string& file : files) {
    if (file == preferred) return file;
    for (const std::string_view extension : extensions)
      if (has_extension(file, extension)) fitting.push_back(file);
  }
  if (fitting.size() > 1)
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("several files in {} may describe the dataset: {}; name one, as in "
                    "FORMAT yolo (data = '{}')",
                    folder.path(), fmt::join(fitting, ", "), folder.path_of(fitting.front())));
  return fitting.empty() ? std::nullopt : std::optional(fitting.front());
}

}  // namespace

YoloDataset read_yolo_dataset(const std::filesystem::path& file) {
  YoloDataset dataset;
  const std::string name = file.string();
  try {
    if (has_extension(name, "yaml") || has_extension(name, "yml"))
      dataset = DataYaml().read(read_yaml(whole(file)));
    else if (has_extension(name, "data"))
      dataset = read_obj_data(file);
    else
      dataset.classes = read_text_list(file);
    if (dataset.named_by.empty() && !dataset.classes.empty()) dataset.named_by = name;
    check_classes(dataset);
    check_task(dataset);
  } catch (const LineError& error) {
    fail(name, error.line, error);
  } catch (const RecordError& error) {
    fail(name, 0, error);
  }
  if (dataset.task.empty() && dataset.keypoints.points != 0) dataset.task = "pose";
  return dataset;
}

YoloDataset find_yolo_dataset(Folder& folder) {
  const std::vector<std::string> files = folder.files();
  std::optional<std::string> file = only_file(folder, files, {"yaml", "yml"}, "data.yaml");
  if (!file) file = only_file(folder, files, {"data"}, "obj.data");
  if (!file) file = only_file(folder, files, {"names"}, "obj.names");
  if (!file && folder.has("classes.txt", Folder::Kind::kFile)) file = "classes.txt";
  return file ? read_yolo_dataset(folder.path_of(*file)) : YoloDataset();
}

void apply_options(const FormatOptions& options, YoloDataset& dataset) {
  if (options.has("classes")) {
    const YoloDataset named = read_yolo_dataset(std::string(options.text("classes")));
    dataset.classes = named.classes;
    dataset.named_by = named.named_by;
  }
  const std::string_view shape = options.text("kpt_shape");
  if (!shape.empty()) {
    const size_t comma = std::min(shape.find(','), shape.size());
    try {
      dataset.keypoints = shape_of(trimmed(shape.substr(0, comma)),
                                   trimmed(shape.substr(std::min(comma + 1, shape.size()))));
    } catch (const RecordError& error) {
      throw Error(ErrorCode::kConstraint, error.sentence());
    }
    if (dataset.task.empty()) dataset.task = "pose";
  }
  dataset.task = options.text("task", dataset.task);
}

}  // namespace cupel::io
