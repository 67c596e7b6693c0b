#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/state.hpp"
#include "engine/exec/autotag.hpp"

/// What the statements of autotags share.
namespace cupel::api {

/// The tag of that name. Throws kName when there is none, kConstraint for scores that were
/// imported, of which nothing else is known.
exec::Tag existing_tag(const storage::Catalog& catalog, const grammar::Name& name);

/// The names of all tags, with those of scores that were imported.
std::vector<std::string> tag_names(const storage::Catalog& catalog);

/// "autotag 'rain' is stale: …"; nothing when it is not, or there is no such tag. Of a tag whose
/// document is damaged the sentence says that.
std::optional<std::string> stale_tag(const storage::Snapshot& snapshot, std::string_view name);
std::vector<Warning> stale_warnings(const storage::Snapshot& snapshot, std::string_view name);

}  // namespace cupel::api
