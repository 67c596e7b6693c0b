#include "storage/seal.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "cupel/error.hpp"
#include "storage/advice.hpp"
#include "storage/durable_file.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSealName = "seal";

uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string_view word(SealState state) {
  switch (state) {
    case SealState::kClean: return "clean";
    case SealState::kLive: return "live";
    case SealState::kOpening: return "opening";
  }
  return "live";
}

[[noreturn]] void throw_damaged_file(const fs::path& path, std::string_view why) {
  throw Error(ErrorCode::kCorruption,
              fmt::format("{} is damaged: {}; {}", path.string(), why, kRestore));
}

/// Takes words off the front of the lines of a seal.
class SealReader {
 public:
  SealReader(std::string_view text, const fs::path& path) : rest_(text), path_(path) {}

  bool at_end() const noexcept { return rest_.empty(); }
  bool next_is(std::string_view prefix) const noexcept { return rest_.starts_with(prefix); }
  void expect(std::string_view text) {
    if (!rest_.starts_with(text)) damaged();
    rest_.remove_prefix(text.size());
  }
  std::string take(char until) {
    const size_t end = rest_.find(until);
    if (end == std::string_view::npos) damaged();
    std::string taken(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return taken;
  }
  uint64_t take_number(char until, int base = 10) {
    const std::string digits = take(until);
    uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (error != std::errc() || end != digits.data() + digits.size()) damaged();
    return number;
  }
  std::string take_name() {
    std::string name = take(' ');
    if (name.empty() || name.find('/') != std::string::npos) damaged();
    return name;
  }
  [[noreturn]] void damaged() const {
    throw_damaged_file(path_, "it is not a seal of this version");
  }

 private:
  std::string_view rest_;
  const fs::path& path_;
};

SealState take_state(SealReader& in) {
  const std::string name = in.take('\n');
  for (const SealState state : {SealState::kClean, SealState::kLive, SealState::kOpening})
    if (word(state) == name) return state;
  in.damaged();
}

std::string current_manifest(const fs::path& rows) {
  if (look_at(rows / "CURRENT") == fs::file_type::not_found)
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is missing; {}", (rows / "CURRENT").string(), kRestore));
  std::string name = read_file(rows / "CURRENT");
  if (!name.ends_with('\n') || !name.starts_with("MANIFEST-"))
    throw_damaged_file(rows / "CURRENT", "it names no MANIFEST");
  name.pop_back();
  if (name.find_first_not_of("0123456789", 9) != std::string::npos || name.size() == 9)
    throw_damaged_file(rows / "CURRENT", "it names no MANIFEST");
  return name;
}

/// Of names of MANIFESTs, whose numbers have leading zeros until they are very long.
bool is_later(std::string_view name, std::string_view other) {
  return name.size() != other.size() ? name.size() > other.size() : name > other;
}

void verify_length(const fs::path& rows, const SealedFile& file) {
  const std::optional<uint64_t> length = size_of(rows / file.name);
  if (!length)
    throw Error(ErrorCode::kCorruption,
                fmt::format("{} is missing; {}", (rows / file.name).string(), kRestore));
  if (*length != file.length)
    throw_damaged_file(rows / file.name,
                       fmt::format("it has {} bytes instead of {}", *length, file.length));
}

void verify_log(const fs::path& rows, const SealedFile& file) {
  verify_length(rows, file);
  if (checksum(read_file(rows / file.name)) != file.checksum)
    throw_damaged_file(rows / file.name, "its checksum does not match");
}

}  // namespace

std::string encode_seal(const Seal& seal) {
  std::string out = fmt::format("cupel seal 1\nuuid {}\nstate {}\ngeneration {}\n", seal.uuid,
                                word(seal.state), seal.generation);
  out += fmt::format("manifest {} {} {:016x}\n", seal.manifest.name, seal.manifest.length,
                     seal.manifest.checksum);
  for (const SealedFile& table : seal.tables)
    out += fmt::format("table {} {}\n", table.name, table.length);
  for (const SealedFile& log : seal.logs)
    out += fmt::format("log {} {} {:016x}\n", log.name, log.length, log.checksum);
  out += fmt::format("end {:016x}\n", checksum(out));
  return out;
}

Seal decode_seal(std::string_view bytes, const fs::path& path) {
  const size_t end = bytes.rfind("end ");
  if (end == std::string_view::npos) throw_damaged_file(path, "it ends too early");
  if (bytes.substr(end) != fmt::format("end {:016x}\n", checksum(bytes.substr(0, end))))
    throw_damaged_file(path, "its checksum does not match");
  SealReader in(bytes.substr(0, end), path);
  Seal seal;
  in.expect("cupel seal 1\nuuid ");
  seal.uuid = in.take('\n');
  in.expect("state ");
  seal.state = take_state(in);
  in.expect("generation ");
  seal.generation = in.take_number('\n');
  in.expect("manifest ");
  seal.manifest.name = in.take_name();
  seal.manifest.length = in.take_number(' ');
  seal.manifest.checksum = in.take_number('\n', 16);
  while (in.next_is("table ")) {
    in.expect("table ");
    SealedFile& table = seal.tables.emplace_back();
    table.name = in.take_name();
    table.length = in.take_number('\n');
  }
  while (!in.at_end()) {
    in.expect("log ");
    SealedFile& log = seal.logs.emplace_back();
    log.name = in.take_name();
    log.length = in.take_number(' ');
    log.checksum = in.take_number('\n', 16);
  }
  return seal;
}

Seal take_seal(const fs::path& rows, std::string uuid, SealState state, uint64_t generation,
               std::vector<SealedFile> tables) {
  Seal seal{std::move(uuid), state, generation, {}, std::move(tables), {}};
  seal.manifest.name = current_manifest(rows);
  const std::string manifest = read_file(rows / seal.manifest.name);
  seal.manifest.length = manifest.size();
  seal.manifest.checksum = checksum(manifest);
  if (state != SealState::kClean) return seal;
  for (const fs::path& entry : entries_of(rows)) {
    if (entry.extension() != ".log") continue;
    const std::string log = read_file(entry);
    seal.logs.push_back({entry.filename().string(), log.size(), checksum(log)});
  }
  std::sort(seal.logs.begin(), seal.logs.end(),
            [](const SealedFile& a, const SealedFile& b) { return a.name < b.name; });
  return seal;
}

void verify_manifest(const Seal& seal, const fs::path& rows) {
  const std::string current = current_manifest(rows);
  if (current != seal.manifest.name) {
    if (seal.state == SealState::kOpening) return;
    if (seal.state == SealState::kLive && is_later(current, seal.manifest.name) &&
        size_of(rows / current))
      return;
    throw_damaged_file(rows / "CURRENT",
                       fmt::format("it names {} instead of {}", current, seal.manifest.name));
  }
  const fs::path path = rows / current;
  if (look_at(path) == fs::file_type::not_found)
    throw Error(ErrorCode::kCorruption, fmt::format("{} is missing; {}", path.string(), kRestore));
  const std::string manifest = read_file(path);
  const bool grown = manifest.size() > seal.manifest.length;
  if (manifest.size() < seal.manifest.length || (grown && seal.state == SealState::kClean))
    throw_damaged_file(
        path, fmt::format("it has {} bytes instead of {}", manifest.size(), seal.manifest.length));
  if (checksum(std::string_view(manifest).substr(0, seal.manifest.length)) !=
      seal.manifest.checksum)
    throw_damaged_file(path, "its checksum does not match");
}

void verify_seal(const Seal& seal, const fs::path& rows) {
  verify_manifest(seal, rows);
  // In a database that is in use, compaction may have removed tables already.
  if (seal.state != SealState::kClean) return;
  for (const SealedFile& table : seal.tables) verify_length(rows, table);
  for (const SealedFile& log : seal.logs) verify_log(rows, log);
}

std::optional<Seal> read_seal(const fs::path& directory) {
  const fs::path path = directory / kSealName;
  if (look_at(path) == fs::file_type::not_found) return std::nullopt;
  return decode_seal(read_file(path), path);
}

void write_seal(const fs::path& directory, const Seal& seal) {
  write_file_durably(directory / kSealName, encode_seal(seal));
}

}  // namespace cupel::storage
