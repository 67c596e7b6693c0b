#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/io/label_studio_config.hpp"
#include "engine/io/row_parts.hpp"

namespace cupel::io {

/// Appends the members of a region's `value` (no braces, without the labels) for an object of an
/// image of that size, and says which control draws it. Nothing, with nothing appended or counted,
/// when Label Studio has no such shape; `why` says which, behind the plural of the type. Otherwise
/// what of `geometry` and `area` is not kept is counted.
std::optional<StudioControl> append_studio_region(std::string& out, const ObjectParts& object,
                                                  double width, double height, ExportLosses& losses,
                                                  std::string_view& why);

}  // namespace cupel::io
