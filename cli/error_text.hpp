#pragma once

#include <string>
#include <string_view>

#include "cupel/cupel.hpp"

namespace cupel::cli {

enum class Color { kAuto, kAlways, kNever };

/// A description as the terminal shows it: the word before the colon in red (an error) or yellow (a
/// warning), the caret likewise. Colour is for standard error where that is a terminal that is not
/// dumb, unless NO_COLOR is set; or as chosen.
std::string painted(std::string description, Color color);

/// The error as one line of JSON: {"kind", "code", "message", "line", "column", "length",
/// "suggestion"}; what is not known is left out. Lines, columns and lengths count code points.
std::string error_json(const Error& error, std::string_view statement,
                       std::string_view kind = "error");

}  // namespace cupel::cli
