#include "engine/labeling/results.hpp"

#include <fmt/format.h>

#include "cupel/error.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;

using Reader = void (*)(const JsonNode& record, const AnswerSink& sink);
struct Format {
  std::string_view name;
  Reader read;
  bool lines;
};
constexpr Format kFormats[] = {{"scale", read_scale_record, false},
                               {"label_studio", read_label_studio_record, false},
                               {"jsonl", read_jsonl_record, true},
                               {"votes", read_votes_record, false}};

constexpr std::string_view kNames = "scale, label_studio, jsonl, votes";

bool has(const JsonNode& record, std::string_view key) { return record.find(key) != nullptr; }

/// From the members of the first record. Ours come last: the tools add members around them.
std::string_view recognise(const JsonNode& record) {
  if (has(record, "mturk")) return "votes";
  const bool in_full = has(record, "annotations") || has(record, "completions");
  if ((has(record, "data") && in_full) || has(record, "annotator")) return "label_studio";
  if (has(record, "response") || has(record, "params") || has(record, "unique_id") ||
      has(record, "docs")) {
    return "scale";
  }
  if (has(record, "task_id") || has(record, "reference_id")) return "jsonl";
  return {};
}

const Format& format_of(const ResultsRequest& request) {
  std::string_view name = request.format;
  bool any = true;
  if (name.empty()) {
    any = first_record(request, [&](const JsonNode& record) { name = recognise(record); });
  }
  for (const Format& format : kFormats) {
    if (format.name == name) return format;
  }
  if (!request.format.empty()) {
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("'{}' is no format of labeling results; there are {}", request.format, kNames));
  }
  throw Error(ErrorCode::kUnsupported,
              fmt::format("cannot tell what labeling results {} holds{}; there are {}",
                          request.file.string(), any ? "" : ", which has no records", kNames));
}

}  // namespace

std::string read_results(const ResultsRequest& request, const AnswerSink& sink) {
  const Format& format = format_of(request);
  const AnswerSink named = [&](Answer answer) {
    if (answer.worker.empty()) answer.keeper = AnswerKeeper::kFile;
    sink(std::move(answer));
  };
  for_each_record(request, format.lines,
                  [&](const JsonNode& record) { format.read(record, named); });
  return std::string(format.name);
}

}  // namespace cupel::labeling
