#include "engine/io/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cupel/error.hpp"
#include "engine/io/exporters.hpp"

namespace cupel::io {
namespace {

struct Format {
  std::string name;
  std::string_view extension;                               ///< that no other format has; or empty
  std::unique_ptr<Exporter> (*make)(const ExportRequest&);  ///< null: rows as they are
  std::vector<FormatOption> options;
};

/// Sorted by name.
const std::vector<Format>& formats() {
  using Kind = FormatOption::Kind;
  static const std::vector<Format> table = {
      {"coco", "", export_coco, {{"what", Kind::kChoice, {"dataset", "results"}}}},
      {"csv", ".csv", export_csv, {{"guard", Kind::kFlag, {}}}},
      {"ids", ".txt", nullptr, {}},
      {"jsonl", ".jsonl", nullptr, {}},
      {"label_studio", "", export_label_studio, {{"run", Kind::kText, {}}}},
      {"nucleus", "", export_nucleus, {{"run", Kind::kText, {}}}},
      {"yolo",
       "",
       export_yolo,
       {{"subset", Kind::kChoice, {"train", "val", "test"}},
        {"task", Kind::kChoice, {"detect", "segment"}},
        {"digits",
         Kind::kChoice,
         {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"}}}},
  };
  return table;
}

const Format& format_named(std::string_view name) {
  for (const Format& format : formats()) {
    if (format.name == name) return format;
  }
  throw Error(ErrorCode::kUnsupported,
              fmt::format("there is no export format \"{}\"; the formats are {}", name,
                          fmt::join(writable_formats(), ", ")));
}

}  // namespace

const std::vector<std::string>& writable_formats() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Format& format : formats()) all.push_back(format.name);
    return all;
  }();
  return names;
}

const std::vector<FormatOption>& writing_options(std::string_view format) {
  return format_named(format).options;
}

std::string_view format_of_extension(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const Format& format : formats()) {
    if (!extension.empty() && format.extension == extension) return format.name;
  }
  return {};
}

bool has_exporter(std::string_view format) { return format_named(format).make != nullptr; }

std::unique_ptr<Exporter> make_exporter(std::string_view format, const ExportRequest& request) {
  return format_named(format).make(request);
}

}  // namespace cupel::io
