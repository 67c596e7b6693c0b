#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>

#include "cupel/error.hpp"
#include "engine/io/csv_header.hpp"
#include "engine/io/folder.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/json_stream.hpp"
#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

/// How much of a file is looked at.
constexpr size_t kBeginningBytes = size_t{1} << 18;

using Keys = std::set<std::string, std::less<>>;

/// The keys of the object that begins at `text`, as far as it is in view, and whether all of it
/// is. Good enough to tell formats apart; the readers check.
struct TopKeys {
  Keys keys;
  std::string_view first_list;  ///< from the first element of the first list of objects
  bool complete = false;
};

size_t skip_space(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

TopKeys top_keys(std::string_view text) {
  TopKeys top;
  size_t at = skip_space(text, 1);
  while (at < text.size() && text[at] == '"') {
    ValueScanner key;
    const size_t begin = at;
    at += key.feed(text.substr(at));
    if (!key.done()) return top;
    top.keys.emplace(text.substr(begin + 1, at - begin - 2));
    at = skip_space(text, at);
    if (at == text.size() || text[at] != ':') return top;
    at = skip_space(text, at + 1);
    if (at == text.size()) return top;
    if (text[at] == '[' && top.first_list.empty()) {
      const size_t inside = skip_space(text, at + 1);
      if (inside < text.size() && text[inside] == '{') top.first_list = text.substr(inside);
    }
    ValueScanner value;
    at += value.feed(text.substr(at));
    if (!value.done()) return top;
    at = skip_space(text, at);
    if (at < text.size() && text[at] == ',') at = skip_space(text, at + 1);
  }
  top.complete = at < text.size() && text[at] == '}';
  return top;
}

bool has_any(const Keys& keys, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return keys.contains(name); });
}

/// A row of an export of Nucleus: an item with its annotations by type.
bool is_nucleus_row(const Keys& keys) {
  return keys.contains("item") && has_any(keys, {"annotations", "predictions"});
}

/// A task of Label Studio. Its data stand behind its annotations, which may be longer than what is
/// looked at.
bool is_task(const TopKeys& top) {
  if (!has_any(top.keys, {"annotations", "completions", "predictions"})) return false;
  return top.keys.contains("data") || top_keys(top.first_list).keys.contains("result");
}

/// What only Nucleus' payloads have: read as jsonl it would fail, or mean less.
bool is_nucleus_only(const Keys& keys) {
  return keys.contains("mask_url") || (keys.contains("labels") && !keys.contains("label")) ||
         (has_any(keys, {"processed_url", "original_image_url"}) &&
          !keys.contains("image_location"));
}

/// Lines that name an item are the lossless form, unless one in view needs more.
std::string_view of_lines(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const size_t start = skip_space(text.substr(0, end), 0);
    if (start < end && text[start] == '{' && is_nucleus_only(top_keys(text.substr(start)).keys)) {
      return "nucleus";
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return "jsonl";
}

std::string_view of_list(std::string_view text) {
  const size_t first = skip_space(text, 1);
  if (first == text.size() || text[first] != '{') return {};
  const TopKeys top = top_keys(text.substr(first));
  if (has_any(top.keys, {"image_id"})) return "coco";
  const bool minimal = top.keys.contains("annotation_id") && top.keys.contains("annotator");
  if (is_task(top) || minimal) return "label_studio";
  if (is_nucleus_row(top.keys) || has_any(top.keys, {"reference_id", "ref_id"})) return "nucleus";
  if (has_any(top.keys, {"name"}) &&
      (top.complete ||
       has_any(top.keys, {"labels", "category", "bbox", "videoName", "video_name", "timestamp"}))) {
    return "bdd100k";
  }
  return {};
}

std::string_view of_object(std::string_view text) {
  const TopKeys top = top_keys(text);
  if (has_any(top.keys, {"reference_id", "ref_id"})) return of_lines(text);
  if (is_task(top)) return "label_studio";
  if (is_nucleus_row(top.keys)) return "nucleus";
  if (has_any(top.keys, {"images", "categories"})) return "coco";
  if (has_any(top.keys, {"frames"})) return "bdd100k";
  if (has_any(top.keys, {"id"})) return "jsonl";
  if (top.first_list.empty()) return {};
  const TopKeys inside = top_keys(top.first_list);
  if (has_any(top.keys, {"annotations"}) && has_any(inside.keys, {"image_id", "category_id"})) {
    return "coco";
  }
  return {};
}

/// The format of a file that begins with a line of column names, by those.
std::string_view of_table(const std::string& file, std::string_view text) {
  for (const char delimiter : {',', '\t', ';'}) {
    try {
      FileWindow window(file, text, kBeginningBytes);
      CsvReader reader(window, delimiter, kBeginningBytes);
      const CsvHeader header(reader, file);
      if (header.has("ImageID") &&
          (header.has("LabelName") || header.has("OriginalURL") || header.has("Subset") ||
           header.has_all({"Width", "Height"})))
        return "openimages";
      if (header.has_all({"LabelName", "DisplayName"})) return "openimages";
      if (header.size() > 1 && (header.has("reference_id") || header.has("ref_id"))) return "csv";
    } catch (const Error&) {
      // Not a header.
    }
  }
  return {};
}

/// The format of an XML file, by its root.
std::string_view of_xml(std::string_view text) {
  while (text.starts_with("<?") || text.starts_with("<!--")) {
    const std::string_view close = text[1] == '?' ? "?>" : "-->";
    const size_t end = text.find(close);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(skip_space(text, end + close.size()));
  }
  constexpr std::string_view kRoot = "<annotation";
  const bool is_root = text.starts_with(kRoot) && text.size() > kRoot.size() &&
                       std::string_view("> \t\r\n").find(text[kRoot.size()]) != std::string::npos;
  return is_root ? "voc" : "";
}

bool holds_xml(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".xml") return true;
  }
  return false;
}

std::string_view of_folder(const std::filesystem::path& folder) {
  std::error_code error;
  const auto has = [&](const char* name) { return std::filesystem::exists(folder / name, error); };
  const bool yolo = has("data.yaml") || has("obj.data") || (has("images") && has("labels"));
  const bool voc = holds_xml(folder / "Annotations");
  if (yolo == voc) return {};
  return yolo ? "yolo" : "voc";
}

[[noreturn]] void uncertain(const std::filesystem::path& file, std::string_view why) {
  throw Error(ErrorCode::kUnsupported,
              fmt::format("cannot tell what format {} is{}; name it with FORMAT: {}", file.string(),
                          why, fmt::join(readable_formats(), ", ")));
}

}  // namespace

std::string_view recognise(const std::filesystem::path& file) {
  if (is_folder(file)) {
    const std::string_view format = of_folder(file);
    if (format.empty()) uncertain(file, ", which is a folder");
    return format;
  }
  FileWindow window(file, kBeginningBytes);
  skip_byte_order_mark(window);
  while (window.view().size() < kBeginningBytes && window.load()) {
  }
  const std::string_view text = window.view().substr(0, kBeginningBytes);
  const size_t start = skip_space(text, 0);
  std::string_view format;
  if (start < text.size() && text[start] == '{') format = of_object(text.substr(start));
  if (start < text.size() && text[start] == '[') format = of_list(text.substr(start));
  if (start < text.size() && text[start] == '<') format = of_xml(text.substr(start));
  const std::string extension = file.extension().string();
  if (format.empty()) format = of_table(file.string(), text);
  if (format.empty() && (extension == ".csv" || extension == ".tsv")) format = "csv";
  if (format.empty() && extension == ".txt") format = "names";
  if (format.empty() && (extension == ".yaml" || extension == ".yml")) format = "yolo";
  if (format.empty()) uncertain(file, start == text.size() ? ", which is empty" : "");
  return format;
}

}  // namespace cupel::io
