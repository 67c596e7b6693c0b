#pragma once

#include <filesystem>
#include <functional>
#include <string>

/// Directories of sendings that were cut off.
///
/// 1. A directory holds the mark `unfinished.txt` from before it stands under its own name until
///    its sending is committed in the database. Without the mark it is never replaced.
/// 2. With the mark it is a leftover only if the database that it is of says so: then the sending
///    never happened, and may be set aside.
namespace cupel::labeling {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kUnfinishedFile = "unfinished.txt";

/// What the mark tells who finds it.
inline constexpr const char* kUnfinishedText =
    "These tasks are being sent, or their sending was cut off: the database may not know of them.\n"
    "Do not hand them out. Once the sending is committed this file goes away; if it stays, SEND "
    "again.\n";

/// Makes sure that `directory` may be written: nothing is there, or a leftover, about which
/// `is_leftover` is asked. True for the latter. Throws Error(kConflict) that says what is there.
bool is_replaceable(const std::filesystem::path& directory,
                    const std::function<bool(const std::string& send_id)>& is_leftover);

/// Takes the mark from a directory whose sending `is_committed`; of anything else nothing is
/// touched. Failures are passed over.
void finish_leftover(const std::filesystem::path& directory,
                     const std::function<bool(const std::string& send_id)>& is_committed);

/// Takes the mark from a directory. False where it stays.
bool remove_mark(const std::filesystem::path& directory) noexcept;

}  // namespace cupel::labeling
