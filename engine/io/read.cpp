#include "engine/io/read.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cupel/error.hpp"
#include "engine/io/formats.hpp"

namespace cupel::io {

const std::vector<std::string>& readable_formats() {
  static const std::vector<std::string> formats = {"bdd100k", "coco", "jsonl", "names"};
  return formats;
}

void Reading::failed(const Place& place, const RecordError& error) const {
  const std::string where = describe(window.path(), place);
  sink.failed(place, Error(ErrorCode::kConstraint, fmt::format("{}: {}", where, error.sentence())));
}

void Reading::unsupported(std::string_view what) const {
  throw Error(ErrorCode::kUnsupported, fmt::format("{} {}", window.path(), what));
}

namespace {

FileWindow window_of(const ReadRequest& request) {
  const size_t bytes = request.limits.window_bytes;
  if (request.text) return FileWindow(request.file.string(), *request.text, bytes);
  return FileWindow(request.file, bytes);
}

}  // namespace

void read(const ReadRequest& request, FieldNames& names, RecordSink& sink) {
  FileWindow window = window_of(request);
  const std::string format(request.format.empty() ? recognise(request.file) : request.format);
  Reading reading{request, names, sink, window};
  if (format == "jsonl") {
    read_jsonl(reading);
  } else if (format == "bdd100k") {
    read_bdd100k(reading);
  } else if (format == "coco") {
    read_coco(reading);
  } else if (format == "names") {
    read_names(reading);
  } else {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("there is no format \"{}\"; the formats are {}", format,
                            fmt::join(readable_formats(), ", ")));
  }
}

}  // namespace cupel::io
