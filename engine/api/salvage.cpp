#include "storage/salvage.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "engine/api/state.hpp"
#include "index/counts.hpp"
#include "storage/durable_file.hpp"

namespace cupel {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_failed(const char* verb, const fs::path& path, std::error_code error) {
  throw Error(ErrorCode::kIo,
              std::string("cannot ") + verb + " " + path.string() + ": " + error.message());
}

/// Beside the new database, which appears whole or not at all.
class Workshop {
 public:
  explicit Workshop(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    const bool made = fs::create_directory(path_, error);
    if (error) throw_failed("make", path_, error);
    if (!made)
      throw Error(ErrorCode::kConflict,
                  path_.string() +
                      " is there already: another salvage makes it, or was ended "
                      "before its end; in that case remove it");
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path file(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

fs::path whole(const fs::path& path) {
  const fs::path whole = fs::weakly_canonical(fs::absolute(path));
  return whole.has_filename() ? whole : whole.parent_path();
}

/// Where the new database is to be, which must be free.
fs::path destination(const fs::path& from, const std::string& to) {
  const fs::path path = whole(to);
  const fs::path old = whole(from);
  if (std::mismatch(old.begin(), old.end(), path.begin(), path.end()).first == old.end())
    throw Error(ErrorCode::kConflict, to + " is in the damaged database; name another directory");
  if (fs::exists(path) && !(fs::is_directory(path) && fs::is_empty(path)))
    throw Error(ErrorCode::kConflict,
                to + " is there already; name a directory that is not there yet");
  return path;
}

void make_counts(const fs::path& database) {
  const auto dataset = storage::Dataset::open(database, {.create = false});
  const auto transaction = dataset->begin();
  index::count_anew(*transaction);
  transaction->commit();
}

std::vector<std::string> salvage_into(const fs::path& from, const fs::path& to) {
  const Workshop workshop(to.string() + ".salvage");
  const fs::path made = workshop.file("database");
  std::vector<std::string> report = storage::salvage(from, made, workshop.file("aside"));
  make_counts(made);
  const Result<std::vector<std::string>> findings = check(made.string());
  if (!findings) throw findings.error();
  for (const std::string& finding : findings.value())
    report.push_back("in the new database: " + finding);
  std::error_code error;
  fs::rename(made, to, error);
  if (error) throw_failed("make", to, error);
  storage::sync_directory(to.parent_path());
  return report;
}

}  // namespace

Result<std::vector<std::string>> salvage(const std::string& from, const std::string& to) {
  return api::guard([&] {
    try {
      return salvage_into(from, destination(from, to));
    } catch (const fs::filesystem_error& error) {
      throw Error(ErrorCode::kIo, error.what());
    }
  });
}

}  // namespace cupel
