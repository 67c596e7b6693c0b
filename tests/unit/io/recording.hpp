#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/table.hpp"
#include "cupel/value.hpp"
#include "engine/io/read.hpp"
#include "engine/io/read_ahead.hpp"

namespace cupel::io {

/// A file in a folder of its own that disappears with it.
class ScratchFile {
 public:
  ScratchFile(const std::string& name, std::string_view content) {
    static int counter = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("cupel-io-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / name;
    std::ofstream(path_, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  ~ScratchFile() { std::filesystem::remove_all(folder_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

/// How often each thing was lost.
using Losses = std::map<std::string, uint64_t>;

/// Writes down what a reader hands over, one line a record.
class Recording : public RecordSink {
 public:
  explicit Recording(const FieldNames& names) : names_(names) {}

  std::vector<std::string> lines;
  std::vector<std::string> failures;
  std::vector<std::string> remarks;
  Losses lost_things;
  uint64_t done = 0;
  uint64_t total = 0;

  void item(const ItemRecord& item) override { lines.push_back("item " + words(item)); }
  void mention(const ItemRecord& item) override { lines.push_back("mention " + words(item)); }
  void object(const ObjectTarget& target, const ObjectRecord& object) override {
    std::string line =
        target.prediction ? "prediction(" + std::string(target.run) + ") " : "annotation ";
    line += object.reference_id;
    if (!object.alternative_reference.empty()) {
      line += "|" + std::string(object.alternative_reference);
    }
    if (object.image_id) line += " image_id=" + std::to_string(*object.image_id);
    if (object.category_id) line += " category_id=" + std::to_string(*object.category_id);
    line += " " + std::string(object.label) + " " + std::string(object.type);
    if (!object.annotation_id.empty()) line += " id=" + std::string(object.annotation_id);
    if (!object.taxonomy.empty()) line += " taxonomy=" + std::string(object.taxonomy);
    const auto number = [&](const char* name, const std::optional<double>& value) {
      if (value) line += std::string(" ") + name + "=" + format_number(*value);
    };
    number("x", object.x);
    number("y", object.y);
    number("z", object.z);
    number("w", object.width);
    number("h", object.height);
    number("d", object.depth);
    number("area", object.area);
    number("confidence", object.confidence);
    if (!object.geometry.empty()) line += " geometry=" + std::string(object.geometry);
    line += words(object.fields, object.rest);
    lines.push_back(line);
  }
  /// Every image is 100 by 50, except those whose name begins with "unsized" or "unknown".
  ImageSize size_of(const ObjectRecord& object) override {
    if (object.reference_id.starts_with("unknown")) return {{}, {}, "there is no such item"};
    if (object.reference_id.starts_with("unsized")) return {};
    return {100, 50, {}};
  }
  void remark(std::string sentence) override { remarks.push_back(std::move(sentence)); }
  void failed(const Place&, const Error& error) override { failures.push_back(error.message()); }
  void lost(std::string_view what) override { ++lost_things[std::string(what)]; }
  void progress(uint64_t done_now, uint64_t total_now) override {
    EXPECT_LE(done, done_now);
    EXPECT_LE(done_now, total_now);
    done = done_now;
    total = total_now;
  }

 private:
  std::string words(const ItemRecord& item) const {
    std::string line(item.reference_id);
    if (!item.alternative_reference.empty()) line += "|" + std::string(item.alternative_reference);
    if (item.image_location) line += " at=" + std::string(*item.image_location);
    if (item.width) line += " width=" + std::to_string(*item.width);
    if (item.height) line += " height=" + std::to_string(*item.height);
    return line + words(item.fields, item.rest);
  }

  std::string words(const std::vector<Field>& fields, std::string_view rest) const {
    std::string line;
    for (const Field& field : fields) {
      line += " " + names_.path(field.name) + "=";
      line += std::visit([](const auto& value) { return word(value); }, field.value);
    }
    if (!rest.empty()) line += " rest=" + std::string(rest);
    return line;
  }
  static std::string word(bool value) { return value ? "true" : "false"; }
  static std::string word(int64_t value) { return std::to_string(value); }
  static std::string word(double value) {
    const std::string text = format_number(value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
  }
  static std::string word(std::string_view value) { return json_quote(value); }
  static std::string word(Timestamp value) { return format_timestamp(value); }

  const FieldNames& names_;
};

/// The outcome of reading `content` as a file of that name. `path` in messages becomes `FILE`.
struct Outcome {
  std::vector<std::string> lines;
  std::vector<std::string> failures;
  Losses lost;
  std::vector<std::string> remarks;
  std::string error;  ///< of an Error that ended the reading
  ErrorCode code = ErrorCode::kInternal;
  bool operator==(const Outcome&) const = default;
};

using Settings = std::vector<std::pair<std::string, std::string>>;

inline FormatOptions options_of(const Settings& settings) {
  FormatOptions options;
  for (const auto& [name, value] : settings) options.set(name, value);
  return options;
}

struct HowToRead {
  std::string format;
  std::string run;
  size_t window_bytes = size_t{1} << 20;
  size_t record_bytes = size_t{16} << 20;
  std::string file = "data.json";
  FormatOptions options = {};
};

/// Reads a file or folder; `hidden` becomes `shown` in what is said of it. `ahead`: on a thread of
/// its own, in many small batches.
inline Outcome read_path_once(const std::filesystem::path& path, Want want, const HowToRead& how,
                              const std::string& hidden, const std::string& shown, bool ahead) {
  FieldNames names;
  Recording recording(names);
  ReadRequest request{path, want, how.run, how.format, {how.window_bytes, how.record_bytes}};
  request.options = how.options;
  Outcome outcome;
  const auto shorten = [&](std::string text) {
    for (size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden)) {
      text.replace(at, hidden.size(), shown);
    }
    return text;
  };
  try {
    const Reader reader = [&](FieldNames& own, RecordSink& sink) { read(request, own, sink); };
    if (ahead)
      read_ahead(reader, names, recording, [] {}, {100, 3, 3});
    else
      reader(names, recording);
    EXPECT_EQ(recording.done, recording.total);
  } catch (const Error& error) {
    outcome.error = shorten(error.message());
    outcome.code = error.code();
  }
  outcome.lost = recording.lost_things;
  outcome.remarks = recording.remarks;
  for (const std::string& line : recording.lines) outcome.lines.push_back(shorten(line));
  for (const std::string& failure : recording.failures)
    outcome.failures.push_back(shorten(failure));
  return outcome;
}

/// Reads it both ways, which must not differ.
inline Outcome read_path(const std::filesystem::path& path, Want want, const HowToRead& how,
                         const std::string& hidden, const std::string& shown) {
  Outcome outcome = read_path_once(path, want, how, hidden, shown, false);
  EXPECT_TRUE(outcome == read_path_once(path, want, how, hidden, shown, true))
      << "reading ahead makes a difference";
  return outcome;
}

inline Outcome read_text(std::string_view content, Want want, const HowToRead& how = {}) {
  const ScratchFile file(how.file, content);
  return read_path(file.path(), want, how, file.path().string(), "FILE");
}

using Lines = std::vector<std::string>;

}  // namespace cupel::io
