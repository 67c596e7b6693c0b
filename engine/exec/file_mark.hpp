#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// Whether a file that an analysis has read is still the same.
///
/// A mark holds length, moment of the last change, and a checksum of all bytes. Length and moment
/// alone answer for a file that nobody has touched, without reading it; only where they differ the
/// bytes are compared, so that a copy, a checkout or a touch is no change. (All of the bytes,
/// because a sample misses a corrected row; they are summed at the speed of memory. What is written
/// within the same tick of the file system's clock, to the same length, is not noticed.)
namespace cupel::exec {

/// The mark of a file, one word. Throws as io::MappedFile does, and what `poll` throws.
std::string mark_file(const std::filesystem::path& file, const std::function<void()>& poll);

enum class FileState { kSame, kChanged, kGone };
/// What has become of a file since it got this mark. A mark that cannot be read is that of a
/// changed file.
FileState state_of_file(const std::filesystem::path& file, std::string_view mark,
                        const std::function<void()>& poll);

}  // namespace cupel::exec
