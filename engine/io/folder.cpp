#include "engine/io/folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostLevels = 64;

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw Error(ErrorCode::kIo, fmt::format("cannot read {}: {}", path, reason));
}

/// The parts of a path that name something: neither empty, nor `.`, nor `..`.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find_first_of("/\\"), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

}  // namespace

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

Folder::Folder(const fs::path& path) : path_(path.empty() ? "." : path.string()) {
  std::error_code error;
  real_ = fs::canonical(path_, error);
  if (error) fail(path_, error.message());
  if (!is_folder(real_)) fail(path_, "it is no folder");
}

std::string Folder::path_of(std::string_view inside) const {
  if (inside.empty()) return path_;
  if (path_ == ".") return std::string(inside);
  return (fs::path(path_) / inside).string();
}

bool Folder::is_within(const fs::path& path) const {
  return std::mismatch(real_.begin(), real_.end(), path.begin(), path.end()).first == real_.end();
}

bool Folder::leads_out(const fs::path& path) {
  std::error_code error;
  // Files are asked for folder by folder, so the last answer serves again.
  if (path.parent_path() != parent_) {
    parent_ = path.parent_path();
    parent_is_within_ = is_within(fs::canonical(parent_.empty() ? "." : parent_, error)) && !error;
  }
  if (!parent_is_within_) return true;
  if (!fs::is_symlink(fs::symlink_status(path, error))) return false;
  return !is_within(fs::canonical(path, error)) || error;
}

bool Folder::has(std::string_view inside, Kind kind) {
  const fs::path path = path_of(inside);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (kind == Kind::kFile ? !fs::is_regular_file(status) : !fs::is_directory(status)) return false;
  return inside.empty() || !leads_out(path);
}

std::optional<std::string> Folder::find_tail(std::string_view path, Kind kind) {
  const std::vector<std::string_view> parts = parts_of(path);
  const size_t most = std::min(parts.size(), kMostLevels);
  for (size_t first = parts.size() - most; first < parts.size(); ++first) {
    std::string tail = fmt::format(
        "{}", fmt::join(parts.begin() + static_cast<ptrdiff_t>(first), parts.end(), "/"));
    if (has(tail, kind)) return tail;
  }
  // A path that names nothing is the folder that it is read in.
  if (parts.empty() && kind == Kind::kFolder) return std::string();
  return std::nullopt;
}

std::string Folder::inner_path(std::string_view path, std::string_view container) {
  const std::vector<std::string_view> parts = parts_of(path);
  auto begin = parts.begin();
  const auto last = std::find(parts.rbegin(), parts.rend(), container);
  if (last != parts.rend())
    begin = last.base() - 1;
  else if (fs::path(path).is_absolute() && !parts.empty())
    begin = parts.end() - 1;
  return fmt::format("{}", fmt::join(begin, parts.end(), "/"));
}

namespace {

enum class Entry { kFile, kFolder, kOther };

Entry kind_of(const fs::directory_entry& entry) {
  std::error_code gone;  // by now
  if (entry.is_symlink(gone)) return Entry::kOther;
  if (entry.is_directory(gone)) return Entry::kFolder;
  return entry.is_regular_file(gone) ? Entry::kFile : Entry::kOther;
}

/// The names in a folder that are not hidden, sorted.
std::vector<std::pair<std::string, Entry>> entries_of(const std::string& folder) {
  std::vector<std::pair<std::string, Entry>> entries;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (!name.starts_with('.')) entries.emplace_back(std::move(name), kind_of(*entry));
  }
  if (error) fail(folder, error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

std::vector<std::string> Folder::files() {
  std::vector<std::string> names;
  for (const auto& [name, kind] : entries_of(path_)) {
    if (!simdjson::validate_utf8(name.data(), name.size())) continue;
    if (kind == Entry::kFile || (kind == Entry::kOther && has(name, Kind::kFile)))
      names.push_back(name);
  }
  return names;
}

void Folder::for_each_file(std::string_view inside, const Visit& file, const Lose& lose) {
  walk(std::string(inside), 1, {file, lose});
}

void Folder::walk(const std::string& inside, size_t depth, const Visits& visits) {
  const std::string folder = path_of(inside);
  if (depth > kMostLevels)
    throw Error(ErrorCode::kLimit,
                fmt::format("{}: folders nest deeper than {} levels", folder, kMostLevels));
  for (const auto& [name, kind] : entries_of(folder)) {
    std::string path = inside;
    if (!path.empty()) path += '/';
    path += name;
    if (!simdjson::validate_utf8(name.data(), name.size()))
      visits.lose("files and folders; with names that are not UTF-8");
    else if (kind == Entry::kFolder)
      walk(path, depth + 1, visits);
    else if (kind == Entry::kFile || has(path, Kind::kFile))
      visits.file(path);
    else
      visits.lose("links; leading to folders, out of the folder, or nowhere");
  }
}

}  // namespace cupel::io
