#pragma once

#include <string>
#include <string_view>

#include "recording.hpp"

/// Tasks of Label Studio for tests.
namespace cupel::io {

inline Outcome studio(std::string_view text, Want want, FormatOptions options = {}) {
  return read_text(text, want,
                   {.format = "label_studio", .run = "r", .options = std::move(options)});
}

inline FormatOptions with(std::string name, std::string value) {
  FormatOptions options;
  options.set(std::move(name), std::move(value));
  return options;
}

/// A task about a.jpg, 200 x 100 pixels, with these results.
inline std::string task(std::string_view results) {
  return R"([{"data":{"image":"a.jpg"},"annotations":[{"id":7,"result":[)" + std::string(results) +
         "]}]}]";
}
/// A result of this type and value.
inline std::string result(const std::string& type, const std::string& value) {
  return R"({"id":"k","type":")" + type +
         R"(","original_width":200,"original_height":100,"value":)" + value + "}";
}

}  // namespace cupel::io
