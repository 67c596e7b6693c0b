#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::io {

/// Small files that go with an array: names in the order of its rows or columns, and what a label
/// belongs to. All throw Error (kIo; kConstraint with the line or byte).

/// The lines of a text file (UTF-8), in order. Blank lines are left out where they end the file and
/// refused elsewhere. `poll` is called often with the bytes done; it may throw.
std::vector<std::string> read_text_list(const std::filesystem::path& file,
                                        const std::function<void()>& poll = {});

/// A JSON object of texts: {"tabby cat": "cat", …}. At most 8 MiB.
std::map<std::string, std::string, std::less<>> read_text_map(const std::filesystem::path& file);

}  // namespace cupel::io
