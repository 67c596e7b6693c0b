#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace cupel::storage {

/// Throws Error(kIo) "cannot VERB PATH: what the system said".
[[noreturn]] void throw_io(std::string_view verb, const std::filesystem::path& path, int error);

/// The whole file. Throws kIo.
std::string read_file(const std::filesystem::path& path);

/// Replaces a file so that a crash leaves the old or the new one, whole: written beside it,
/// synced, renamed over it, directory synced. Throws kIo.
void write_file_durably(const std::filesystem::path& path, std::string_view bytes);

/// Makes entries of a directory survive a power loss. Throws kIo.
void sync_directory(const std::filesystem::path& directory);

}  // namespace cupel::storage
