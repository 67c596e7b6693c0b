#pragma once

#include <string>
#include <string_view>

namespace cupel::io {

/// Appends JSON without the white space between its tokens. `json` is valid.
void append_compact(std::string& out, std::string_view json);

/// Appends `"key":`, with a comma in front unless `out` ends in an opening bracket (or is empty).
void append_key(std::string& out, std::string_view key);

/// Appends a JSON string literal.
void append_text(std::string& out, std::string_view text);

/// Appends a number as JSON writes doubles: with a point or an exponent, so that reading it back
/// gives a double again. `number` is finite.
void append_double(std::string& out, double number);

}  // namespace cupel::io
