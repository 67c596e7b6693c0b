#include "engine/io/own_metadata.hpp"

#include <algorithm>

#include "engine/io/json_text.hpp"

namespace cupel::io {
namespace {

void append_scalar(std::string& out, const Scalar& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    append_text(out, *text);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    out += std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    append_double(out, *number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out += *flag ? "true" : "false";
  } else {
    append_text(out, format_timestamp(std::get<Timestamp>(value)));
  }
}

}  // namespace

void OwnMetadata::start(std::vector<Field>& fields) {
  fields_.start(fields);
  keys_.clear();
}

bool OwnMetadata::claim(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) return false;
  keys_.push_back(key);
  return true;
}

bool OwnMetadata::add(const JsonNode& member) {
  if (member.is_null()) return true;
  if (!claim(member.key)) return false;
  fields_.add_metadata_member(member);
  return true;
}

bool OwnMetadata::add(std::string_view key, const std::vector<Scalar>& values) {
  if (values.empty()) return true;
  if (!claim(key)) return false;
  check_name(key, "a field's name");
  if (values.size() == 1) {
    fields_.add("metadata", key, values.front());
    return true;
  }
  list_ = "[";
  for (const Scalar& value : values) {
    if (list_.size() > 1) list_ += ',';
    append_scalar(list_, value);
  }
  list_ += ']';
  fields_.keep_metadata(key, list_);
  return true;
}

}  // namespace cupel::io
