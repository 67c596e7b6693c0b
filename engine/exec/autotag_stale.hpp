#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/exec/autotag_document.hpp"
#include "storage/snapshot.hpp"

/// Whether an autotag still is what its examples and vectors would make of it.
namespace cupel::exec {

/// A number that changes when the vector of one of the examples changes, comes or goes, and with
/// the examples' sides, whatever their order. The same on every machine.
uint64_t examples_fingerprint(const storage::Snapshot& snapshot, const storage::VectorSet& set,
                              std::span<const TagExample> examples);

/// Why the tag is stale, as the part of a sentence after "autotag 'x' is stale: "; nothing when it
/// is not. Cheap unless vectors were written by a statement that knows nothing of tags.
std::optional<std::string> stale_reason(const Tag& tag, const storage::Snapshot& snapshot);

}  // namespace cupel::exec
