#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace cupel::labeling {

inline constexpr const char* kManifestFile = "manifest.json";

/// Makes sure that `directory` may be written: nothing is there, or a sending that never happened.
/// True for the latter. Throws Error(kConflict) that says what is there.
bool is_replaceable(const std::filesystem::path& directory,
                    const std::function<bool(const std::string& send_id)>& is_leftover);

}  // namespace cupel::labeling
