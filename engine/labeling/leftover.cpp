#include "engine/labeling/leftover.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/record_parts.hpp"
#include "storage/durable_file.hpp"

namespace cupel::labeling {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostManifestBytes = uintmax_t{64} << 20;

struct Manifest {
  std::string send_id;
  std::set<std::string, std::less<>> files;
};

/// Nothing where there is none, or what is there is no manifest of ours.
std::optional<Manifest> read_manifest(const fs::path& directory) {
  const fs::path file = directory / kManifestFile;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return std::nullopt;
  const uintmax_t bytes = fs::file_size(file, error);
  if (error || bytes > kMostManifestBytes) return std::nullopt;
  try {
    io::JsonDocument document;
    const std::string text = storage::read_file(file);
    const io::JsonNode& root = document.parse_copy(text);
    const io::JsonNode* send_id = root.find("send_id");
    const io::JsonNode* files = root.find("files");
    if (send_id == nullptr || files == nullptr) return std::nullopt;
    Manifest manifest;
    manifest.send_id = io::text_of(*send_id);
    manifest.files.emplace(kManifestFile);
    manifest.files.emplace(kUnfinishedFile);
    for (const io::JsonNode& entry : io::list_of(*files)) {
      const io::JsonNode* name = io::object_of(entry).find("file");
      if (name == nullptr) return std::nullopt;
      manifest.files.emplace(io::text_of(*name));
    }
    return manifest;
  } catch (const io::RecordError&) {
    return std::nullopt;
  }
}

bool is_marked(const fs::path& directory) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(directory / kUnfinishedFile, error));
}

/// The first entry that the manifest does not name: somebody else's.
std::optional<std::string> stranger(const fs::path& directory, const Manifest& manifest) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!manifest.files.contains(name) || entry.is_directory()) return name;
  }
  return std::nullopt;
}

}  // namespace

bool is_replaceable(const fs::path& directory,
                    const std::function<bool(const std::string& send_id)>& is_leftover) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(directory, error);
  if (status.type() == fs::file_type::not_found) return false;
  if (error) storage::throw_io("look at", directory, error.value());
  const auto taken = [&](std::string_view why) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} is there already{}: name a directory that does not exist",
                             directory.string(), why));
  };
  if (status.type() != fs::file_type::directory) throw taken(" and is no directory");
  if (!is_marked(directory)) throw taken("");
  const std::optional<Manifest> manifest = read_manifest(directory);
  if (!manifest || !is_leftover || !is_leftover(manifest->send_id)) throw taken("");
  if (const auto name = stranger(directory, *manifest)) {
    throw taken(
        fmt::format(" (left by a sending that was cut off, but with \"{}\" in it, which "
                    "is not of it)",
                    *name));
  }
  return true;
}

void finish_leftover(const fs::path& directory,
                     const std::function<bool(const std::string& send_id)>& is_committed) {
  if (!is_marked(directory)) return;
  try {
    const std::optional<Manifest> manifest = read_manifest(directory);
    if (manifest && is_committed(manifest->send_id)) remove_mark(directory);
  } catch (const Error&) {
    // It cannot be read; the next one tries again.
  }
}

bool remove_mark(const fs::path& directory) noexcept {
  try {
    std::error_code error;
    fs::remove(directory / kUnfinishedFile, error);
    if (error) return false;
    storage::sync_directory(directory);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace cupel::labeling
