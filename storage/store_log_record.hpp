#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel::storage {

// RocksDB's log is blocks of records: checksum u32, length u16, type u8, bytes. A record that does
// not fit into a block is cut into several, the first and last of which are marked. Where no record
// can begin, a block ends with zeros.
inline constexpr size_t kLogBlock = 32768;
inline constexpr size_t kRecordHeader = 7;

enum class LogPart : uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

struct LogRecord {
  bool whole = false;  ///< Type and checksum fit, and it ends in its block.
  LogPart part = LogPart::kWhole;
  std::string_view bytes;
  size_t end = 0;  ///< As its length says.
};

/// The record at `at`, in a block that ends at `end`; there is room for its header.
LogRecord log_record(std::string_view log, size_t at, size_t end);

/// Whether what stands at `at` is a record with one flipped bit.
bool is_one_bit_off(std::string_view log, size_t at, size_t end);

}  // namespace cupel::storage
