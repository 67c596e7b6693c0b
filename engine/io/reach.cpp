#include "engine/io/reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <system_error>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

/// Where a path leads, step by step as the system goes, whether or not something is there: the
/// standard's weakly_canonical takes a link to what is not there for a name of its own.
fs::path destination(const fs::path& path) {
  constexpr size_t kMostLinks = 40;  // as Linux
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  if (error)
    throw Error(ErrorCode::kIo, fmt::format("'{}' is no path: {}", path.string(), error.message()));
  std::deque<fs::path> left(whole.begin(), whole.end());
  fs::path done;
  for (size_t links = 0; !left.empty();) {
    const fs::path part = left.front();
    left.pop_front();
    if (part == "..") {
      done = done.parent_path();
    } else if (!part.empty() && part != ".") {
      const fs::path next = done / part;  // an absolute part, of a link, begins anew
      const bool is_link = fs::is_symlink(fs::symlink_status(next, error));
      const fs::path target = is_link ? fs::read_symlink(next, error) : fs::path();
      if (is_link && (error || ++links > kMostLinks))
        throw Error(ErrorCode::kIo, fmt::format("cannot follow {}: too many links", path.string()));
      left.insert(left.begin(), target.begin(), target.end());
      if (!is_link) done = next;
    }
  }
  return done;
}

}  // namespace

Reach::Reach(const fs::path& directory) {
  std::error_code error;
  directory_ = fs::canonical(directory, error);
  if (error || !fs::is_directory(*directory_, error))
    throw Error(ErrorCode::kIo,
                fmt::format("files are to stay within '{}', which is no directory; name one that "
                            "is there",
                            directory.string()));
}

bool Reach::holds(const fs::path& resolved) const {
  return std::mismatch(directory_->begin(), directory_->end(), resolved.begin(), resolved.end())
             .first == directory_->end();
}

fs::path Reach::resolve(const fs::path& path, For purpose) const {
  if (!directory_) return path;
  const auto refused = [&](const std::string& why) {
    return Error(ErrorCode::kIo,
                 fmt::format("'{}' {}: only files in {} may be read and written; name one in there, "
                             "or open the database with files_within (--safe) of another directory",
                             path.string(), why, directory_->string()));
  };
  if (path.native().find('\0') != std::string::npos) throw refused("holds a NUL byte");
  const fs::path resolved = destination(path);
  if (!holds(resolved)) throw refused("leads to " + resolved.string());
  if (purpose == For::kWriting && resolved == *directory_) throw refused("is that directory");
  return resolved;
}

bool Reach::allows(const fs::path& path) const {
  try {
    resolve(path, For::kReading);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace cupel::io
