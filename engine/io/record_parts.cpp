#include "engine/io/record_parts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "engine/io/json_text.hpp"
#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

[[noreturn]] void wrong_type(const JsonNode& node, std::string_view prefix,
                             std::string_view expected) {
  throw RecordError{fmt::format("{}{}", prefix, node.key),
                    fmt::format("must be {}, but is {}", expected, node.in_words())};
}

void append_segment(std::string& path, std::string_view key) {
  if (!path.empty()) path += '.';
  bool quoted = key.empty();
  for (const char c : key) quoted = quoted || c == '.' || c == '"';
  if (quoted) {
    path += storage::quote_segment(key);
  } else {
    path += key;
  }
}

}  // namespace

std::string_view text_of(const JsonNode& node, std::string_view prefix) {
  if (!node.is_text()) wrong_type(node, prefix, "a text");
  return node.text;
}

int64_t integer_of(const JsonNode& node, std::string_view prefix) {
  if (node.kind == JsonKind::kInteger) return node.integer;
  constexpr double kExact = 9007199254740992.0;  // beyond 2^53 a double is no exact integer
  if (node.kind == JsonKind::kNumber && std::trunc(node.number) == node.number &&
      std::abs(node.number) <= kExact) {
    return static_cast<int64_t>(node.number);
  }
  wrong_type(node, prefix, "an integer");
}

double number_of(const JsonNode& node, std::string_view prefix) {
  if (!node.is_number()) wrong_type(node, prefix, "a number");
  return node.number;
}

const JsonNode& object_of(const JsonNode& node, std::string_view prefix) {
  if (!node.is_object()) wrong_type(node, prefix, "an object");
  return node;
}

const JsonNode& list_of(const JsonNode& node, std::string_view prefix) {
  if (!node.is_array()) wrong_type(node, prefix, "a list");
  return node;
}

std::string_view identifier_of(const JsonNode& node, std::string_view prefix) {
  if (node.kind == JsonKind::kInteger) return node.raw;
  if (!node.is_text()) wrong_type(node, prefix, "a text or an integer");
  return node.text;
}

void missing(std::string_view field) { throw RecordError{std::string(field), "is missing"}; }

void check_name(std::string_view name, std::string_view what) {
  if (name.size() > storage::kMaxNameBytes) throw RecordError{{}, *storage::too_long(what, name)};
  bool control = false;
  for (const char c : name) control |= static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  if (control) throw RecordError{{}, fmt::format("{} holds a control character", what)};
}

const JsonNode* Members::take_present(std::string_view key) {
  const JsonNode* member = object_.find(key);
  if (member == nullptr || (member->is_null() && nulls_ == Nulls::kKeep)) return nullptr;
  taken_.at(count_++) = member;
  return member->is_null() ? nullptr : member;
}

const JsonNode* Members::take_first(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const JsonNode* member = take(key)) return member;
  }
  return nullptr;
}

void FieldCollector::start(std::vector<Field>& fields) {
  fields_ = &fields;
  fields.clear();
  metadata_rest_.clear();
  top_rest_.clear();
}

/// Records of a file mostly have the same fields in the same order.
uint32_t FieldCollector::number_of_path() {
  const size_t place = fields_->size();
  if (place >= before_.size()) before_.resize(place + 1, 0);
  uint32_t& number = before_[place];
  if (number >= names_.size() || names_.path(number) != path_) number = names_.id(path_);
  return number;
}

void FieldCollector::flatten(const JsonNode& member) {
  check_name(member.key, "a field's name");
  const size_t parent = path_.size();
  append_segment(path_, member.key);
  switch (member.kind) {
    case JsonKind::kBool: fields_->push_back({number_of_path(), member.boolean}); break;
    case JsonKind::kInteger: fields_->push_back({number_of_path(), member.integer}); break;
    case JsonKind::kNumber: fields_->push_back({number_of_path(), member.number}); break;
    case JsonKind::kText: fields_->push_back({number_of_path(), member.text}); break;
    case JsonKind::kNull:
    case JsonKind::kArray:
    case JsonKind::kObject: {
      const size_t before = metadata_rest_.size();
      append_key(metadata_rest_, member.key);
      if (!member.is_object() || member.empty()) {
        append_compact(metadata_rest_, member.raw);
        break;
      }
      metadata_rest_ += '{';
      const size_t inside = metadata_rest_.size();
      for (const JsonNode& child : member) flatten(child);
      if (metadata_rest_.size() == inside) {
        metadata_rest_.resize(before);
      } else {
        metadata_rest_ += '}';
      }
      break;
    }
  }
  path_.resize(parent);
}

void FieldCollector::add_metadata_member(const JsonNode& member) {
  path_ = "metadata";
  flatten(member);
}

void FieldCollector::add_metadata(const JsonNode& object) {
  if (object.empty()) {
    append_key(top_rest_, "metadata");
    top_rest_ += "{}";
  }
  for (const JsonNode& member : object) add_metadata_member(member);
}

namespace {

bool holds_only_values(const JsonNode& node) {
  if (!node.is_object()) return node.kind != JsonKind::kNull && node.kind != JsonKind::kArray;
  for (const JsonNode& child : node) {
    if (!holds_only_values(child)) return false;
  }
  return !node.empty();
}

}  // namespace

void FieldCollector::add_analysis(const JsonNode& member) {
  if (!holds_only_values(member)) return keep(member);
  path_.clear();
  flatten(member);
}

void FieldCollector::keep_metadata(std::string_view key, std::string_view json) {
  append_key(metadata_rest_, key);
  append_compact(metadata_rest_, json);
}

void FieldCollector::keep(const JsonNode& member) {
  append_key(top_rest_, member.key);
  append_compact(top_rest_, member.raw);
}

void FieldCollector::add(std::string_view root, std::string_view key, Scalar value) {
  path_ = root;
  append_segment(path_, key);
  fields_->push_back({number_of_path(), value});
}

std::string_view FieldCollector::rest() {
  if (metadata_rest_.empty() && top_rest_.empty()) return {};
  rest_ = "{";
  if (!metadata_rest_.empty()) {
    append_key(rest_, "metadata");
    rest_ += '{';
    rest_ += metadata_rest_;
    rest_ += '}';
  }
  if (!top_rest_.empty()) {
    if (rest_.size() > 1) rest_ += ',';
    rest_ += top_rest_;
  }
  rest_ += '}';
  return rest_;
}

}  // namespace cupel::io
