#pragma once

#include <string>

#include "engine/api/state.hpp"
#include "engine/labeling/task.hpp"

/// What the statements of the relabeling round trip have in common.
namespace cupel::api {

/// The project of that name. Throws kName with near names.
labeling::Project existing_project(const storage::Catalog& catalog, const grammar::Name& name);

Timestamp now_in_seconds();

/// ", 3 conflicts": nothing for none. `noun` is the plural.
std::string also(uint64_t count, std::string_view noun);

}  // namespace cupel::api
