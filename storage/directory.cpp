#include "storage/directory.hpp"

#include <fmt/format.h>

#include <charconv>
#include <random>
#include <string_view>
#include <system_error>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/dataset.hpp"
#include "storage/durable_file.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirstLine = "cupel database";

fs::path identity_path(const fs::path& directory) { return directory / "CUPEL"; }

bool is_there(const fs::path& path) { return look_at(path) != fs::file_type::not_found; }
bool is_folder(const fs::path& path) { return look_at(path) == fs::file_type::directory; }

[[noreturn]] void throw_no_database(const fs::path& directory) {
  throw Error(ErrorCode::kUnsupported,
              fmt::format("{} is not a database, and it is not empty; choose another directory",
                          directory.string()));
}

/// Whether nothing is in it but what making a database writes first.
bool is_fresh(const fs::path& directory) {
  for (const fs::path& entry : entries_of(directory))
    if (entry.filename() != "LOCK" && entry.filename() != "CUPEL.new") return false;
  return true;
}

[[noreturn]] void throw_other_format(const fs::path& directory, uint32_t format) {
  const std::string_view remedy = format > kFormatVersion
                                      ? "use a newer cupel"
                                      : "export its data with the cupel that wrote it and import "
                                        "them into a new database";
  throw Error(ErrorCode::kUnsupported,
              fmt::format("{} was written in format {}, this program reads formats {} to {}; {}",
                          directory.string(), format, kOldestFormat, kFormatVersion, remedy));
}

/// Of a directory that does not say what it is: its maker may have died at once.
[[noreturn]] void throw_nameless(const fs::path& directory) {
  if (!is_folder(directory) || entries_of(directory).empty() || !is_fresh(directory))
    throw Error(ErrorCode::kUnsupported, fmt::format("{} is not a database", directory.string()));
  throw Error(ErrorCode::kIo, fmt::format("there is no database at {} yet: making it has not come "
                                          "to its end",
                                          directory.string()));
}

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// What the file CUPEL says.
struct Identity {
  uint32_t format = 0;
  std::string uuid;
};

Identity identity_of(const fs::path& directory) {
  const fs::path path = identity_path(directory);
  if (!is_there(directory))
    throw Error(ErrorCode::kIo, fmt::format("there is no database at {}", directory.string()));
  if (!is_there(path)) throw_nameless(directory);
  const std::string bytes = read_file(path);
  std::string_view rest = bytes;
  if (take_line(rest) != kFirstLine) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is damaged: it does not say 'cupel database'; {}", path.string(),
                            kRestore));
  }
  const std::string_view format = take_line(rest);
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(format.data(), format.data() + format.size(), number);
  if (error != std::errc() || end != format.data() + format.size() || number == 0)
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is damaged: it names no format; {}", path.string(), kRestore));
  if (number < kOldestFormat || number > kFormatVersion) throw_other_format(directory, number);
  const std::string_view uuid = take_line(rest);
  if (uuid.size() != 36 || !rest.empty())
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is damaged: it names no uuid; {}", path.string(), kRestore));
  return {number, std::string(uuid)};
}

}  // namespace

void require_database_or_empty(const fs::path& directory, bool create) {
  if (!is_there(directory)) {
    if (!create)
      throw Error(ErrorCode::kIo, fmt::format("there is no database at {}", directory.string()));
    fs::path whole = fs::absolute(directory).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    const fs::path parent = whole.parent_path();
    if (!is_folder(parent))
      throw Error(ErrorCode::kIo,
                  fmt::format("cannot make the database {}: there is no directory {}",
                              directory.string(), parent.string()));
    std::error_code error;
    fs::create_directory(directory, error);
    if (error) throw_io("make", directory, error.value());
    sync_directory(parent);
    return;
  }
  if (!is_folder(directory))
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} is a file; a database is a directory", directory.string()));
  if (is_there(identity_path(directory))) {
    read_identity(directory);
    return;
  }
  if (!is_fresh(directory)) throw_no_database(directory);
  if (!create)
    throw Error(ErrorCode::kIo, fmt::format("there is no database at {}", directory.string()));
}

std::string read_identity(const fs::path& directory) { return identity_of(directory).uuid; }

std::string random_uuid() {
  std::random_device device;
  std::string uuid;
  for (int word = 0; word < 4; ++word) uuid += fmt::format("{:08x}", device());
  uuid[12] = '4';
  uuid[16] = "89ab"[uuid[16] % 4];
  for (const size_t dash : {8, 13, 18, 23}) uuid.insert(dash, 1, '-');
  return uuid;
}

void write_identity(const fs::path& directory, const std::string& uuid) {
  write_file_durably(identity_path(directory),
                     fmt::format("{}\n{}\n{}\n", kFirstLine, kFormatVersion, uuid));
}

std::string read_or_write_identity(const fs::path& directory) {
  if (is_there(identity_path(directory))) {
    const Identity identity = identity_of(directory);
    if (identity.format < kFormatVersion) write_identity(directory, identity.uuid);
    return identity.uuid;
  }
  if (!is_fresh(directory)) throw_no_database(directory);
  std::string uuid = random_uuid();
  write_identity(directory, uuid);
  return uuid;
}

}  // namespace cupel::storage
