#include "engine/labeling/task.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/record_parts.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

void append_texts(std::string& out, std::string_view key, const std::vector<std::string>& texts) {
  io::append_key(out, key);
  append_text_list(out, texts);
}

const JsonNode& need(const JsonNode& document, std::string_view key) {
  const JsonNode* member = document.find(key);
  if (member == nullptr) io::missing(key);
  return *member;
}

std::string text(const JsonNode& document, std::string_view key) {
  return std::string(io::text_of(need(document, key)));
}

std::vector<std::string> texts(const JsonNode& document, std::string_view key) {
  std::vector<std::string> result;
  for (const JsonNode& element : io::list_of(need(document, key))) {
    result.emplace_back(io::text_of(element, key));
  }
  return result;
}

template <typename Number>
Number count(const JsonNode& document, std::string_view key) {
  const int64_t value = io::integer_of(need(document, key));
  if (!std::in_range<Number>(value)) throw RecordError{std::string(key), "is out of range"};
  return static_cast<Number>(value);
}

/// Written as a text, because JSON readers hold integers in 64 bits with a sign.
uint64_t seed_of(const JsonNode& document) {
  const std::string_view digits = io::text_of(need(document, "seed"));
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw RecordError{"seed", "is no number"};
  }
  return seed;
}

Project read_project(const JsonNode& document) {
  Project project;
  project.name = text(document, "name");
  project.taxonomy = text(document, "taxonomy");
  project.slice = text(document, "slice");
  const auto format = format_named(text(document, "format"));
  if (!format) throw RecordError{"format", "is unknown"};
  project.format = *format;
  project.description = text(document, "description");
  project.labels = texts(document, "labels");
  project.seed = seed_of(document);
  project.tasks = count<uint64_t>(document, "tasks");
  project.batches = count<uint32_t>(document, "batches");
  project.send_id = text(document, "send_id");
  project.directories = texts(document, "directories");
  return project;
}

}  // namespace

std::string encode_project(const Project& project) {
  std::string out = "{";
  append_member(out, "name", project.name);
  append_member(out, "taxonomy", project.taxonomy);
  append_member(out, "slice", project.slice);
  append_member(out, "format", format_name(project.format));
  append_member(out, "description", project.description);
  append_texts(out, "labels", project.labels);
  append_member(out, "seed", std::to_string(project.seed));
  append_number(out, "tasks", project.tasks);
  append_number(out, "batches", project.batches);
  append_member(out, "send_id", project.send_id);
  append_texts(out, "directories", project.directories);
  out += '}';
  return out;
}

Project decode_project(std::string_view json) {
  try {
    io::JsonDocument document;
    return read_project(document.parse_copy(json));
  } catch (const RecordError& error) {
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("the stored document of a labeling project is damaged: {}", error.sentence()));
  }
}

}  // namespace cupel::labeling
