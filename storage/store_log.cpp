#include "storage/store_log.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/durable_file.hpp"
#include "storage/key.hpp"
#include "storage/store_log_record.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSector = 512;
/// Fewer zeros may be chance.
constexpr size_t kLeastZeros = 16;

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

/// Whether a sector is missing that holds some of the bytes from `begin` to `end`: what stands in it
/// from `begin` on is zero.
bool misses_sector(std::string_view log, size_t begin, size_t end) {
  for (size_t sector = begin / kSector * kSector; sector < end; sector += kSector) {
    const size_t from = std::max(sector, begin);
    const size_t to = std::min(sector + kSector, log.size());
    if (to - from >= kLeastZeros && is_zero(log.substr(from, to - from))) return true;
  }
  return false;
}

/// Reads logs one after the other, past what cannot be read.
class LogReader {
 public:
  void read(std::string_view log) {
    for (size_t block = 0; block < log.size() && !damaged_; block += kLogBlock)
      read_block(log, block, std::min(block + kLogBlock, log.size()));
  }
  bool torn() const { return missing_ && !damaged_ && !commit_behind_; }

 private:
  void read_block(std::string_view log, size_t at, size_t end) {
    while (at + kRecordHeader <= end) {
      const LogRecord record = log_record(log, at, end);
      if (record.whole) {
        take(record.part, record.bytes);
        at = record.end;
        continue;
      }
      const bool cut = record.end > log.size();  // the end of the file is no damage
      if (is_one_bit_off(log, at, end) ||
          (!cut && !misses_sector(log, at, std::min(record.end, end))))
        damaged_ = true;
      missing_ = true;
      behind_ = false;
      // A commit may stand in the same block.
      do ++at;
      while (at + kRecordHeader <= end && !log_record(log, at, end).whole);
    }
  }

  void take(LogPart part, std::string_view bytes) {
    if (!missing_) return;
    if (part == LogPart::kWhole || part == LogPart::kFirst) behind_ = true;
    if (behind_ && bytes.find(commit_) != std::string_view::npos) commit_behind_ = true;
  }

  /// What stands in every commit, and in nothing else: the key of the state with its length.
  const std::string commit_ =
      std::string(1, static_cast<char>(kStateKey.size())) + std::string(kStateKey);
  bool missing_ = false;  ///< Something could not be read.
  bool damaged_ = false;  ///< And no sector of it is missing.
  bool behind_ = false;   ///< This record begins behind what is missing.
  bool commit_behind_ = false;
};

}  // namespace

bool logs_end_torn(const fs::path& rows) {
  std::vector<fs::path> logs;
  for (const fs::path& entry : entries_of(rows))
    if (entry.extension() == ".log") logs.push_back(entry);
  std::sort(logs.begin(), logs.end());  // their names are numbers of six digits
  LogReader reader;
  for (const fs::path& log : logs) reader.read(read_file(log));
  return reader.torn();
}

}  // namespace cupel::storage
