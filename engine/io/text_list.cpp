#include "engine/io/text_list.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

constexpr size_t kWindowBytes = size_t{1} << 20;
constexpr size_t kMaxLineBytes = size_t{1} << 16;
constexpr size_t kMaxMapBytes = size_t{8} << 20;
constexpr size_t kLinesAPoll = 4096;

[[noreturn]] void refuse(const std::string& file, uint64_t line, std::string_view what) {
  throw Error(ErrorCode::kConstraint, fmt::format("{}:{}: {}", file, line, what));
}

std::string whole_text(const std::filesystem::path& file) {
  FileWindow window(file, kWindowBytes);
  if (window.file_bytes() > kMaxMapBytes)
    throw Error(ErrorCode::kLimit,
                fmt::format("{} has more than 8 MiB; a map of labels is smaller", window.path()));
  while (window.load()) {
  }
  skip_byte_order_mark(window);
  return std::string(window.view());
}

}  // namespace

std::vector<std::string> read_text_list(const std::filesystem::path& file,
                                        const std::function<void()>& poll) {
  FileWindow window(file, kWindowBytes);
  LineReader lines(window, kMaxLineBytes);
  std::vector<std::string> texts;
  uint64_t blank = 0;  // the first of the blank lines at the end so far
  while (const Line* line = lines.next()) {
    if (line->number % kLinesAPoll == 0 && poll) poll();
    if (line->too_long) refuse(window.path(), line->number, "the line is longer than 65,536 bytes");
    if (!simdjson::validate_utf8(line->text.data(), line->text.size()))
      refuse(window.path(), line->number, "the line is not valid UTF-8");
    if (line->text.empty()) {
      if (blank == 0) blank = line->number;
      continue;
    }
    if (blank != 0)
      refuse(window.path(), blank, "the line is blank; every line stands for a row or column");
    texts.emplace_back(line->text);
  }
  return texts;
}

std::map<std::string, std::string, std::less<>> read_text_map(const std::filesystem::path& file) {
  const std::string text = whole_text(file);
  std::map<std::string, std::string, std::less<>> map;
  try {
    JsonDocument document;
    for (const JsonNode& member : document.parse_copy(text)) {
      if (!member.is_text())
        throw RecordError{std::string(member.key), "is not a text but " + member.in_words()};
      map.emplace(member.key, member.text);
    }
  } catch (const RecordError& error) {
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} must be a JSON object of texts, as in {{\"tabby\": \"cat\"}}: {}",
                            file.string(), error.sentence()));
  }
  return map;
}

}  // namespace cupel::io
