#pragma once

#include <string>
#include <string_view>

#include "engine/io/row_parts.hpp"

namespace cupel::io {

/// The segment of a mask that an object is: `geometry` of `{mask_url, index}`. Null where it is
/// none.
const JsonNode* mask_url_of(const ObjectParts& object);

/// Appends the members of a Nucleus geometry (no braces) for an object that is no segment of a
/// mask. False, with nothing appended or counted, when Nucleus has no such shape; `why` says which,
/// behind the plural of the type ("" where the plural says it all). Otherwise what of `geometry` is
/// not kept is counted.
bool append_nucleus_geometry(std::string& out, const ObjectParts& object, ExportLosses& losses,
                             std::string_view& why);

}  // namespace cupel::io
