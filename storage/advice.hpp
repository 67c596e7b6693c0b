#pragma once

namespace cupel::storage {

/// What errors of damaged databases say is to be done.
inline constexpr const char* kRestore =
    "restore the database from a copy, or get out what can be read with 'cupel salvage'";

}  // namespace cupel::storage
