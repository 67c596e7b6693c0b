#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::storage {

/// Throws Error(kIo) "cannot VERB PATH: what the system said".
[[noreturn]] void throw_io(std::string_view verb, const std::filesystem::path& path, int error);

/// What is at a path, following links; file_type::not_found where nothing is. Throws kIo where that
/// cannot be told.
std::filesystem::file_type look_at(const std::filesystem::path& path);

/// The bytes of a file; nothing where there is none. Throws kIo.
std::optional<uint64_t> size_of(const std::filesystem::path& path);

/// The paths of what is in a directory; none where there is no directory. Throws kIo.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& directory);

/// The whole file. Throws kIo.
std::string read_file(const std::filesystem::path& path);

/// Replaces a file so that a crash leaves the old or the new one, whole: written beside it,
/// synced, renamed over it, directory synced. Throws kIo.
void write_file_durably(const std::filesystem::path& path, std::string_view bytes);

/// Makes entries of a directory survive a power loss. Throws kIo.
void sync_directory(const std::filesystem::path& directory);

}  // namespace cupel::storage
