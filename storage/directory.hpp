#pragma once

#include <filesystem>
#include <string>

// The outside of a database directory: is it one, of which format, and which one. Errors name the
// path and say what can be done.

namespace cupel::storage {

/// For a writer: the directory is there (made, where `create`) and is a database or empty. Throws
/// Error: kIo (not there), kUnsupported (something else; nothing was changed).
void require_database_or_empty(const std::filesystem::path& directory, bool create);

/// The uuid of a database. Throws kIo (not there), kUnsupported (not a database, or of another
/// format), kCorruption.
std::string read_identity(const std::filesystem::path& directory);

/// Makes an empty directory a database of this format.
void write_identity(const std::filesystem::path& directory, const std::string& uuid);

/// One that no other database has.
std::string random_uuid();

/// As read_identity, for the one writer; a directory that is still empty, or a database of an older
/// format, becomes a database of this one.
std::string read_or_write_identity(const std::filesystem::path& directory);

}  // namespace cupel::storage
