#include "engine/io/json_document.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>

#include "engine/io/json_template.hpp"

namespace cupel::io {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxKeys = 10000;
constexpr size_t kMaxTextBytes = size_t{8} << 20;
constexpr size_t kFewKeys = 12;  ///< up to here comparing all pairs is faster than sorting

std::string_view trimmed(std::string_view token) {
  size_t end = token.size();
  while (end > 0 && (token[end - 1] == ' ' || token[end - 1] == '\n' || token[end - 1] == '\r' ||
                     token[end - 1] == '\t')) {
    --end;
  }
  return token.substr(0, end);
}

std::string shortened(std::string_view text) {
  constexpr size_t kMost = 40;
  if (text.size() <= kMost) return std::string(text);
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

/// Where a value stands: a member's name, or (key null) an element's index.
struct Step {
  std::string_view key;
  size_t index = 0;
  bool element = false;
};

}  // namespace

std::string RecordError::sentence() const {
  return field.empty() ? what : fmt::format("\"{}\" {}", field, what);
}

RecordError RecordError::below(const std::string& path) const {
  if (!field.empty()) return {fmt::format("{}.{}", path, field), what};
  if (what.starts_with("must ")) return {path, what};
  if (what.starts_with('"')) return {{}, fmt::format("\"{}.{}", path, what.substr(1))};
  return {{}, fmt::format("\"{}\": {}", path, what)};
}

const JsonNode* JsonNode::find(std::string_view name) const {
  for (const JsonNode& child : *this) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

std::string JsonNode::in_words() const {
  switch (kind) {
    case JsonKind::kNull: return "null";
    case JsonKind::kBool: return boolean ? "true" : "false";
    case JsonKind::kInteger: return fmt::format("the integer {}", integer);
    case JsonKind::kNumber: return fmt::format("the number {}", shortened(raw));
    case JsonKind::kText: return fmt::format("the text \"{}\"", shortened(text));
    case JsonKind::kArray: return "a list";
    case JsonKind::kObject: break;
  }
  return "an object";
}

struct JsonDocument::Impl {
  ondemand::parser parser;
  size_t parser_bytes = 0;
  std::string copy;
  std::vector<JsonNode> nodes;
  JsonTemplates templates;
  std::array<Step, kMaxDepth + 1> steps;  ///< the first `depth` of them
  size_t depth = 0;
  std::vector<std::string_view> sorted_keys;
  std::string_view bytes;
  ondemand::document document;

  const JsonNode& parse(std::string_view padded);
  void parse_whole();
  void read(ondemand::value value, size_t node);
  void read_object(ondemand::object object, size_t node);
  void read_array(ondemand::array array, size_t node);
  void read_number(ondemand::value value, size_t node);
  void read_text(ondemand::value value, size_t node);
  void check_keys(size_t node);
  void close(size_t node, const char* begin);
  size_t add(std::string_view key);
  std::string field() const;
  [[noreturn]] void fail(std::string what) const { throw RecordError{field(), std::move(what)}; }
  [[noreturn]] void broken(const char* at) const;
  [[noreturn]] void refuse(simdjson::error_code error);
  template <typename T>
  T must(simdjson::simdjson_result<T> result) {
    T value{};
    const auto error = std::move(result).get(value);
    if (error != simdjson::SUCCESS) refuse(error);
    return value;
  }
};

std::string JsonDocument::Impl::field() const {
  std::string path;
  for (size_t i = 0; i < depth; ++i) {
    const Step& step = steps[i];
    if (step.element) {
      path += fmt::format("[{}]", step.index);
    } else {
      if (!path.empty()) path += '.';
      path += shortened(step.key);
    }
  }
  return path;
}

void JsonDocument::Impl::broken(const char* at) const {
  size_t offset = bytes.size();
  if (at >= bytes.data() && at < bytes.data() + bytes.size()) {
    offset = static_cast<size_t>(at - bytes.data());
  }
  const std::string path = field();
  throw RecordError{{},
                    offset == bytes.size()
                        ? "the record is not valid JSON: it ends too early"
                        : fmt::format("the record is not valid JSON at its byte {}{}", offset + 1,
                                      path.empty() ? "" : fmt::format(" (in \"{}\")", path))};
}

void JsonDocument::Impl::refuse(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) throw RecordError{{}, "the record is not valid UTF-8"};
  if (error == simdjson::UNCLOSED_STRING) {
    throw RecordError{{}, "the record is not valid JSON: a text in it is not closed"};
  }
  if (error == simdjson::UNESCAPED_CHARS) {
    throw RecordError{
        {}, "the record is not valid JSON: a text in it holds a control character unescaped"};
  }
  if (error == simdjson::EMPTY) throw RecordError{{}, "the record is empty"};
  const char* at = nullptr;
  if (document.current_location().get(at) != simdjson::SUCCESS) at = nullptr;
  broken(at);
}

size_t JsonDocument::Impl::add(std::string_view key) {
  nodes.emplace_back();
  nodes.back().key = key;
  return nodes.size() - 1;
}

/// `begin` is the container's bracket; the parser stands behind its closing one.
void JsonDocument::Impl::close(size_t node, const char* begin) {
  const char* end = nullptr;
  if (document.current_location().get(end) != simdjson::SUCCESS) end = bytes.data() + bytes.size();
  nodes[node].raw = trimmed({begin, static_cast<size_t>(end - begin)});
  nodes[node].span = static_cast<uint32_t>(nodes.size() - node);
}

void JsonDocument::Impl::check_keys(size_t node) {
  const JsonNode& object = nodes[node];
  sorted_keys.clear();
  for (const JsonNode& member : object) sorted_keys.push_back(member.key);
  const size_t count = sorted_keys.size();
  std::string_view twice;
  bool found = false;
  if (count <= kFewKeys) {
    for (size_t i = 1; i < count && !found; ++i) {
      for (size_t k = 0; k < i && !found; ++k) {
        found = sorted_keys[i] == sorted_keys[k];
        twice = sorted_keys[i];
      }
    }
  } else {
    std::sort(sorted_keys.begin(), sorted_keys.end());
    const auto at = std::adjacent_find(sorted_keys.begin(), sorted_keys.end());
    found = at != sorted_keys.end();
    if (found) twice = *at;
  }
  if (!found) return;
  steps[depth++] = {twice};
  fail("stands twice in one object");
}

void JsonDocument::Impl::read_object(ondemand::object object, size_t node) {
  nodes[node].kind = JsonKind::kObject;
  size_t count = 0;
  for (auto result : object) {
    ondemand::field member;
    const auto error = std::move(result).get(member);
    if (error != simdjson::SUCCESS) refuse(error);
    std::string_view key;
    if (member.unescaped_key().get(key) != simdjson::SUCCESS) {
      fail("has a name with an invalid escape or half of a surrogate pair");
    }
    if (++count > kMaxKeys) fail(fmt::format("has more than {} keys", kMaxKeys));
    steps[depth++] = {key};
    read(member.value(), add(key));
    --depth;
  }
  nodes[node].span = static_cast<uint32_t>(nodes.size() - node);
  check_keys(node);
}

void JsonDocument::Impl::read_array(ondemand::array array, size_t node) {
  nodes[node].kind = JsonKind::kArray;
  size_t index = 0;
  for (auto element : array) {
    steps[depth++] = {{}, index++, true};
    read(must(element), add({}));
    --depth;
  }
}

void JsonDocument::Impl::read_number(ondemand::value value, size_t node) {
  const std::string_view token = nodes[node].raw;
  ondemand::number number;
  const auto error = value.get_number().get(number);
  if (error != simdjson::SUCCESS) {
    const bool integral = token.find_first_not_of("-0123456789") == std::string_view::npos;
    const bool digits =
        token.find_first_not_of("+-.eE0123456789") == std::string_view::npos && token.size() > 15;
    if (integral && digits) {
      fail(fmt::format("is the integer {}, which does not fit 64 bits", shortened(token)));
    }
    const bool huge = token.size() > 2 && token.find_first_of("eE") != std::string_view::npos &&
                      token.find_first_not_of("+-.eE0123456789") == std::string_view::npos;
    const bool finite = !huge && token != "-Infinity" && token != "-NaN";
    fail(fmt::format("is {}, which is not a {}", shortened(token),
                     finite ? "number as JSON writes it" : "finite number"));
  }
  JsonNode& target = nodes[node];
  if (number.is_uint64()) {
    fail(fmt::format("is the integer {}, which does not fit 64 bits", shortened(token)));
  }
  if (number.is_int64()) {
    target.kind = JsonKind::kInteger;
    target.integer = number.get_int64();
    target.number = static_cast<double>(target.integer);
  } else {
    target.kind = JsonKind::kNumber;
    target.number = number.get_double();
  }
}

void JsonDocument::Impl::read_text(ondemand::value value, size_t node) {
  JsonNode& target = nodes[node];
  target.kind = JsonKind::kText;
  if (value.get_string().get(target.text) != simdjson::SUCCESS) {
    fail("holds an invalid escape or half of a surrogate pair");
  }
  if (target.text.size() > kMaxTextBytes) {
    fail(fmt::format("is a text of more than {} MiB", kMaxTextBytes >> 20));
  }
}

void JsonDocument::Impl::read(ondemand::value value, size_t node) {
  const std::string_view token = value.raw_json_token();
  nodes[node].raw = trimmed(token);
  switch (token.empty() ? '\0' : token[0]) {
    case '{':
    case '[': {
      if (depth >= kMaxDepth) {
        depth = 3;  // the whole path would hide the sentence
        fail(fmt::format("nests deeper than {} levels", kMaxDepth));
      }
      if (token[0] == '{') {
        read_object(must(value.get_object()), node);
      } else {
        read_array(must(value.get_array()), node);
      }
      close(node, token.data());
      return;
    }
    case '"': return read_text(value, node);
    case 't':
    case 'f':
      nodes[node].kind = JsonKind::kBool;
      nodes[node].boolean = must(value.get_bool());
      return;
    case 'n':
      if (nodes[node].raw != "null" || !must(value.is_null())) broken(token.data());
      return;
    default: break;
  }
  if (token.empty()) broken(nullptr);
  if (token[0] == '-' || (token[0] >= '0' && token[0] <= '9')) return read_number(value, node);
  if (trimmed(token) == "NaN" || trimmed(token) == "Infinity") {
    fail(fmt::format("is {}, which is not a finite number", trimmed(token)));
  }
  broken(token.data());
}

const JsonNode& JsonDocument::Impl::parse(std::string_view padded) {
  bytes = padded;
  if (const JsonNode* root = templates.read(bytes)) return *root;
  nodes.clear();
  depth = 0;
  parse_whole();
  templates.learn(bytes, nodes);
  return nodes.front();
}

void JsonDocument::Impl::parse_whole() {
  if (bytes.size() > parser_bytes) {
    parser_bytes = std::bit_ceil(bytes.size());
    if (parser.allocate(parser_bytes) != simdjson::SUCCESS) throw std::bad_alloc();
  }
  const auto error =
      parser.iterate(bytes.data(), bytes.size(), bytes.size() + simdjson::SIMDJSON_PADDING)
          .get(document);
  if (error != simdjson::SUCCESS) refuse(error);
  const size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) throw RecordError{{}, "the record is empty"};
  if (bytes[start] != '{') throw RecordError{{}, "the record is not a JSON object"};
  const size_t root = add({});
  read_object(must(document.get_object()), root);
  const char* behind = nullptr;
  if (document.current_location().get(behind) != simdjson::OUT_OF_BOUNDS) {
    throw RecordError{{}, "the record is not valid JSON: something follows its closing brace"};
  }
  nodes[root].raw = trimmed(bytes.substr(start));
  nodes[root].span = static_cast<uint32_t>(nodes.size());
}

JsonDocument::JsonDocument() : impl_(std::make_unique<Impl>()) {}
JsonDocument::~JsonDocument() = default;

const JsonNode& JsonDocument::parse(std::string_view padded) { return impl_->parse(padded); }

const JsonNode& JsonDocument::parse_copy(std::string_view bytes) {
  impl_->copy.reserve(bytes.size() + simdjson::SIMDJSON_PADDING);
  impl_->copy.assign(bytes);
  return impl_->parse(impl_->copy);
}

}  // namespace cupel::io
