#pragma once

#include <filesystem>

namespace cupel::storage {

/// Whether what is damaged in the logs of a store is what a power loss leaves of writes that were
/// never synced, and nothing is lost that was promised. A file system may have written some pages of
/// such writes and not those before them, which then are zeros. So: where the logs cannot be read
/// on, a sector is missing, and no commit begins behind that. (A commit is synced before anything
/// behind it is written, and is written when everything before it is synced.)
/// Throws Error(kIo).
bool logs_end_torn(const std::filesystem::path& rows);

}  // namespace cupel::storage
