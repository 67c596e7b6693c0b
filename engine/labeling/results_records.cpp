#include <fmt/format.h>

#include <algorithm>

#include "cupel/error.hpp"
#include "engine/io/file_window.hpp"
#include "engine/io/json_stream.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"
#include "engine/labeling/results.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

constexpr size_t kWindowBytes = size_t{1} << 18;
constexpr size_t kMostRecordBytes = size_t{64} << 20;

class RecordReader {
 public:
  RecordReader(const ResultsRequest& request, const std::function<void(const JsonNode&)>& read)
      : request_(request),
        read_(read),
        window_(request.file, kWindowBytes),
        stream_(window_, kMostRecordBytes) {
    io::skip_byte_order_mark(window_);
  }

  void list() {
    stream_.for_each([&](const io::JsonStream::Element& element) { value(element); });
    stream_.expect_end();
  }

  void values() {
    uint64_t number = 0;
    while (stream_.peek() != '\0') {
      io::JsonStream::Element element = stream_.value();
      element.number = ++number;
      value(element);
    }
  }

  void lines() {
    io::LineReader lines(window_, kMostRecordBytes);
    while (const auto line = lines.next()) {
      const size_t end = line->text.find_last_not_of(" \t\r");
      if (end == std::string_view::npos && !line->too_long) continue;
      at_end_ = line->last && !line->too_long && line->text[end] != '}';
      one(line->text, line->too_long, fmt::format("line {}", line->number));
    }
  }

  char peek() { return stream_.peek(); }

 private:
  void value(const io::JsonStream::Element& element) {
    one(element.bytes, element.too_long,
        fmt::format("record {} (byte {})", element.number, element.offset));
  }

  void one(std::string_view bytes, bool too_long, const std::string& place) {
    try {
      if (too_long) {
        throw RecordError{{},
                          fmt::format("the record is longer than {} MiB, the most that one "
                                      "may have",
                                      kMostRecordBytes >> 20)};
      }
      read_(document_.parse_copy(bytes));
    } catch (const RecordError& error) {
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{}, {}: {}{}; correct it and import the file again", window_.path(),
                              place, error.sentence(),
                              at_end_ ? " (the file ends in this line: it looks cut off)" : ""));
    }
    if (request_.progress) request_.progress(window_.offset(), window_.file_bytes());
  }

  const ResultsRequest& request_;
  const std::function<void(const JsonNode&)>& read_;
  io::FileWindow window_;
  io::JsonStream stream_;
  io::JsonDocument document_;
  bool at_end_ = false;  ///< in the last line, which does not end as an object does
};

/// Thrown to leave a file after its first record.
struct Seen {};

}  // namespace

void for_each_record(const ResultsRequest& request, bool lines,
                     const std::function<void(const JsonNode&)>& read) {
  RecordReader reader(request, read);
  if (reader.peek() == '[') return reader.list();
  if (lines) {
    // A reader of its own: peek() has given up the white space in front, and the lines in it.
    return RecordReader(request, read).lines();
  }
  reader.values();
}

bool first_record(const ResultsRequest& request, const std::function<void(const JsonNode&)>& read) {
  const std::function<void(const JsonNode&)> only = [&](const JsonNode& record) {
    read(record);
    throw Seen();
  };
  try {
    for_each_record(request, request.file.extension() == ".jsonl", only);
  } catch (const Seen&) {
    return true;
  }
  return false;
}

const JsonNode* member(const JsonNode& object, std::string_view key) {
  const JsonNode* found = object.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const JsonNode& need(const JsonNode& object, std::string_view key) {
  const JsonNode* found = member(object, key);
  if (found == nullptr) io::missing(key);
  return *found;
}

std::string identifier(const JsonNode& object, std::string_view key) {
  const JsonNode* found = member(object, key);
  return found == nullptr ? std::string() : std::string(io::identifier_of(*found));
}

std::optional<Timestamp> instant(const JsonNode& object, std::string_view key) {
  const JsonNode* found = member(object, key);
  if (found == nullptr) return std::nullopt;
  const std::optional<Timestamp> parsed = parse_timestamp(io::text_of(*found));
  if (!parsed) {
    throw RecordError{std::string(key), fmt::format("is no date and time as ISO 8601 writes it, "
                                                    "but {}",
                                                    found->in_words())};
  }
  return parsed;
}

std::string checked_label(const JsonNode& node, std::string_view prefix) {
  const std::string_view label = io::text_of(node, prefix);
  if (label.empty()) throw RecordError{fmt::format("{}{}", prefix, node.key), "is empty"};
  io::check_name(label, "a label");
  return std::string(label);
}

std::vector<std::string> choices_of(const JsonNode& node) {
  if (node.is_text()) return {checked_label(node)};
  std::vector<std::string> choices;
  for (const JsonNode& choice : io::list_of(node)) {
    choices.push_back(checked_label(choice, node.key));
  }
  return choices;
}

void set_choices(Answer& answer, std::vector<std::string> choices) {
  std::sort(choices.begin(), choices.end());
  choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
  if (choices.empty()) throw RecordError{{}, "the answer chooses nothing"};
  answer.label.clear();
  if (choices.size() > 1) {
    answer.kind = AnswerKind::kSeveral;
  } else if (choices.front() == kNoneOfThese) {
    answer.kind = AnswerKind::kNone;
  } else {
    answer.kind = AnswerKind::kLabel;
    answer.label = std::move(choices.front());
  }
}

}  // namespace cupel::labeling
