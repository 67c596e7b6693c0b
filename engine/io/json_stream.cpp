#include "engine/io/json_stream.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"

namespace cupel::io {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Bytes at which a scan outside of texts has to look twice.
constexpr auto kStops = [] {
  std::array<bool, 256> stops{};
  for (const char c : {'"', '{', '}', '[', ']'}) stops[static_cast<unsigned char>(c)] = true;
  return stops;
}();

size_t skip_to_stop(std::string_view bytes, size_t at) {
  while (at < bytes.size() && !kStops[static_cast<unsigned char>(bytes[at])]) ++at;
  return at;
}

size_t skip_text(std::string_view bytes, size_t at) {
  while (at < bytes.size() && bytes[at] != '"' && bytes[at] != '\\') ++at;
  return at;
}

}  // namespace

size_t ValueScanner::feed(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size() && !done_) {
    if (in_text_) {
      if (escaped_) {
        escaped_ = false;
        ++at;
        continue;
      }
      at = skip_text(bytes, at);
      if (at == bytes.size()) break;
      escaped_ = bytes[at] == '\\';
      in_text_ = escaped_;
      ++at;
      done_ = !in_text_ && depth_ == 0;
      continue;
    }
    if (depth_ > 0) at = skip_to_stop(bytes, at);
    if (at == bytes.size()) break;
    const char c = bytes[at];
    if (depth_ == 0 && started_ && (is_space(c) || c == ',' || c == ']' || c == '}')) {
      done_ = true;  // a number or a word ends before this byte
      break;
    }
    started_ = true;
    in_text_ = c == '"';
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') {
      if (depth_ > 0) --depth_;
      done_ = depth_ == 0;
    }
    ++at;
  }
  return at;
}

JsonStream::JsonStream(FileWindow& window, size_t max_element_bytes,
                       std::function<void(uint64_t)> done)
    : window_(window), max_element_bytes_(max_element_bytes), done_(std::move(done)) {}

char JsonStream::peek() {
  for (;;) {
    const std::string_view view = window_.view();
    size_t blank = 0;
    while (blank < view.size() && is_space(view[blank])) ++blank;
    window_.advance(blank);
    if (blank < view.size()) return view[blank];
    if (!window_.load()) return '\0';
  }
}

void JsonStream::broken(const std::string& what) const {
  throw Error(ErrorCode::kConstraint,
              fmt::format("{}, byte {}: {}", window_.path(), window_.offset(), what));
}

void JsonStream::cut_off(uint64_t begin) const {
  throw Error(ErrorCode::kConstraint,
              fmt::format("{} ends at byte {} in the middle of the value that begins at byte {}: "
                          "the file is cut off or has an unclosed bracket or text",
                          window_.path(), window_.file_bytes(), begin));
}

void JsonStream::expect(char byte, const char* instead) {
  const char found = peek();
  if (found == byte) {
    window_.advance(1);
    return;
  }
  if (found == '\0' && window_.view().empty()) {
    throw Error(ErrorCode::kConstraint, fmt::format("{} ends at byte {} where {} should follow: "
                                                    "the file is cut off",
                                                    window_.path(), window_.file_bytes(), instead));
  }
  broken(fmt::format("{} should stand here", instead));
}

JsonStream::Element JsonStream::value() {
  Element element;
  const char first = peek();
  if (first == '\0' && window_.view().empty()) expect('{', "a value");
  element.offset = window_.offset();
  ValueScanner scanner;
  size_t scanned = 0;
  for (;;) {
    scanned += scanner.feed(window_.view().substr(scanned));
    if (scanner.done()) break;
    if (scanned > max_element_bytes_) {
      window_.seek(element.offset);
      skip_value();
      element.too_long = true;
      return element;
    }
    if (!window_.load()) {
      if (scanner.finish()) break;
      cut_off(element.offset);
    }
  }
  if (scanned > max_element_bytes_) {
    element.too_long = true;
  } else {
    element.bytes = window_.view().substr(0, scanned);
  }
  window_.advance(scanned);
  return element;
}

void JsonStream::skip_value() {
  peek();
  const uint64_t begin = window_.offset();
  ValueScanner scanner;
  while (!scanner.done()) {
    window_.advance(scanner.feed(window_.view()));
    if (scanner.done()) break;
    done_(window_.offset());
    if (!window_.load()) {
      if (scanner.finish()) break;
      cut_off(begin);
    }
  }
}

void JsonStream::for_each(const std::function<void(const Element&)>& f) {
  expect('[', "a list");
  uint64_t number = 0;
  if (peek() == ']') {
    window_.advance(1);
    return;
  }
  for (;;) {
    const char first = peek();
    if (first == ',' || first == ']' || first == '}') {
      broken("an element of the list should stand here");
    }
    Element element = value();
    element.number = ++number;
    f(element);
    done_(window_.offset());
    if (peek() == ']') break;
    expect(',', "a comma or the end of the list");
  }
  window_.advance(1);
}

std::string JsonStream::member_name(JsonDocument& document) {
  if (peek() != '"') expect('"', "the name of a member");
  const Element name = value();
  std::string key;
  try {
    const std::string wrapped = fmt::format("{{\"name\":{}}}", name.bytes);
    key = document.parse_copy(wrapped).begin().operator*().text;
  } catch (const RecordError& error) {
    broken("the name of the member before this is damaged: " + error.sentence());
  }
  expect(':', "a colon");
  const char first = peek();
  if (first == ',' || first == '}' || first == ']') broken("a value should stand here");
  return key;
}

std::optional<JsonStream::Member> JsonStream::first_member() {
  JsonDocument document;
  expect('{', "an object");
  if (peek() == '}') return std::nullopt;
  Member member;
  member.key = member_name(document);
  member.first = peek();
  member.offset = window_.offset();
  return member;
}

void JsonStream::for_each_member(const std::function<void(std::string_view, const Element&)>& f) {
  JsonDocument document;
  expect('{', "an object");
  uint64_t number = 0;
  if (peek() == '}') {
    window_.advance(1);
    return;
  }
  for (;;) {
    const std::string key = member_name(document);
    Element element = value();
    element.number = ++number;
    f(key, element);
    done_(window_.offset());
    if (peek() == '}') break;
    expect(',', "a comma or the end of the object");
  }
  window_.advance(1);
}

std::vector<JsonStream::Member> JsonStream::members() {
  std::vector<Member> members;
  JsonDocument document;
  expect('{', "an object");
  if (peek() == '}') {
    window_.advance(1);
    return members;
  }
  for (;;) {
    Member member;
    member.key = member_name(document);
    member.first = peek();
    member.offset = window_.offset();
    for (const Member& other : members) {
      if (other.key == member.key) {
        broken(fmt::format("\"{}\" stands twice at the top of the file", member.key));
      }
    }
    members.push_back(member);
    skip_value();
    if (peek() == '}') break;
    expect(',', "a comma or the end of the object");
  }
  window_.advance(1);
  return members;
}

void JsonStream::expect_end() {
  if (peek() != '\0' || !window_.view().empty()) {
    broken("something follows the end of the JSON value that is the file");
  }
}

}  // namespace cupel::io
