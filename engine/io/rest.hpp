#pragma once

#include <string>
#include <string_view>

namespace cupel::io {

/// Takes a field out of a row's `$rest` (storage/catalog.hpp): what stands at `path`, a canonical
/// column path, with everything below it, and objects that are empty without it. `replaced` says
/// that the field gets a value in a column: then also a list or null that stands above it goes,
/// because a path holds either a value or further paths.
/// Returns compact JSON; the text as it is when nothing stands there; empty when nothing is left.
/// Throws Error(kCorruption) when `rest` is no JSON object.
std::string remove_path(std::string_view rest, std::string_view path, bool replaced = false);

}  // namespace cupel::io
