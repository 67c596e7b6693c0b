#include "storage/store_log.hpp"

#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/durable_file.hpp"
#include "storage/key.hpp"

namespace cupel::storage {
namespace {

namespace fs = std::filesystem;

// RocksDB's log is blocks of records: checksum u32, length u16, type u8, bytes. A record that does
// not fit into a block is cut into several, the first and last of which are marked. Where no record
// can begin, a block ends with zeros.
constexpr size_t kBlock = 32768;
constexpr size_t kHeader = 7;
enum class Part : uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

constexpr size_t kSector = 512;
/// Fewer zeros may be chance.
constexpr size_t kLeastZeros = 16;

/// The checksum in the header of a record, of its type and bytes.
uint32_t record_checksum(std::string_view type_and_bytes) {
  const auto generator =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  generator->Update(type_and_bytes.data(), type_and_bytes.size());
  generator->Finalize();
  uint32_t crc = 0;
  for (const char byte : generator->GetChecksum()) crc = (crc << 8) | static_cast<uint8_t>(byte);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

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
    for (size_t block = 0; block < log.size() && !damaged_; block += kBlock)
      read_block(log, block, std::min(block + kBlock, log.size()));
  }
  bool torn() const { return missing_ && !damaged_ && !commit_behind_; }

 private:
  void read_block(std::string_view log, size_t at, size_t end) {
    while (at + kHeader <= end) {
      uint32_t checksum = 0;
      uint16_t length = 0;
      std::memcpy(&checksum, &log[at], sizeof checksum);
      std::memcpy(&length, &log[at + 4], sizeof length);
      const auto type = static_cast<uint8_t>(log[at + 6]);
      const size_t next = at + kHeader + length;
      if (next > end || type < 1 || type > 4 ||
          record_checksum(log.substr(at + 6, 1 + size_t{length})) != checksum) {
        const bool cut = next > log.size();  // the end of the file is no damage
        if (!cut && !misses_sector(log, at, std::min(next, end))) damaged_ = true;
        missing_ = true;
        behind_ = false;
        return;
      }
      take(static_cast<Part>(type), log.substr(at + kHeader, length));
      at = next;
    }
  }

  void take(Part part, std::string_view bytes) {
    if (!missing_) return;
    if (part == Part::kWhole || part == Part::kFirst) behind_ = true;
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
