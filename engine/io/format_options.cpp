#include "engine/io/format_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cupel::io {

void FormatOptions::set(std::string name, std::string value) {
  settings_.emplace_back(std::move(name), std::move(value));
}

const std::string* FormatOptions::find(std::string_view name) const {
  for (const auto& [known, value] : settings_) {
    if (known == name) return &value;
  }
  return nullptr;
}

std::string_view FormatOptions::text(std::string_view name, std::string_view otherwise) const {
  const std::string* value = find(name);
  return value != nullptr ? std::string_view(*value) : otherwise;
}

bool FormatOptions::flag(std::string_view name, bool otherwise) const {
  const std::string* value = find(name);
  return value != nullptr ? *value == "true" : otherwise;
}

std::string complaint(const FormatOption& option, std::string_view value) {
  if (option.kind == FormatOption::Kind::kFlag && value != "true" && value != "false") {
    return fmt::format("{} is true or false, not '{}'", option.name, value);
  }
  const auto& choices = option.choices;
  if (option.kind == FormatOption::Kind::kChoice &&
      std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return fmt::format("{} is one of {}, not '{}'", option.name, fmt::join(choices, ", "), value);
  }
  if (value.empty()) return fmt::format("{} must not be empty", option.name);
  return {};
}

}  // namespace cupel::io
