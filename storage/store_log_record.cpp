#include "storage/store_log_record.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <optional>

namespace cupel::storage {
namespace {

/// CRC-32C by bytes: what a register turns into when its low byte is shifted out.
constexpr std::array<uint32_t, 256> kShifted = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    table[byte] = crc;
  }
  return table;
}();

uint32_t shift(uint32_t crc, uint8_t byte) { return kShifted[(crc ^ byte) & 0xff] ^ (crc >> 8); }

uint32_t crc_of(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char byte : bytes) crc = shift(crc, static_cast<uint8_t>(byte));
  return ~crc;
}

template <typename T>
T number_at(std::string_view log, size_t at) {
  T number;
  std::memcpy(&number, &log[at], sizeof number);
  return number;
}

/// The checksum in a header. It is stored turned and moved.
uint32_t stored_crc(std::string_view log, size_t at) {
  return std::rotl(number_at<uint32_t>(log, at) - 0xA282EAD8u, 15);
}

/// Type and bytes, which the checksum is of; nothing where they would not end in the block.
std::optional<std::string_view> checked_bytes(std::string_view log, size_t at, size_t end,
                                              uint16_t length) {
  if (at + kRecordHeader + length > end) return std::nullopt;
  return log.substr(at + 6, size_t{1} + length);
}

/// Whether one flipped bit of `bytes` makes their checksum differ by `difference`: that of a bit
/// does not depend on the others.
bool is_of_one_bit(std::string_view bytes, uint32_t difference) {
  std::array<uint32_t, 8> bits{};
  for (int bit = 0; bit < 8; ++bit) bits[bit] = kShifted[1u << bit];
  for (size_t left = bytes.size(); left != 0; --left)
    for (uint32_t& crc : bits) {
      if (crc == difference) return true;
      crc = shift(crc, 0);
    }
  return false;
}

}  // namespace

LogRecord log_record(std::string_view log, size_t at, size_t end) {
  LogRecord record;
  const auto length = number_at<uint16_t>(log, at + 4);
  const auto type = static_cast<uint8_t>(log[at + 6]);
  record.end = at + kRecordHeader + length;
  if (type < 1 || type > 4) return record;
  record.part = static_cast<LogPart>(type);
  const auto bytes = checked_bytes(log, at, end, length);
  record.whole = bytes && crc_of(*bytes) == stored_crc(log, at);
  if (record.whole) record.bytes = bytes->substr(1);
  return record;
}

bool is_one_bit_off(std::string_view log, size_t at, size_t end) {
  const auto length = number_at<uint16_t>(log, at + 4);
  if (const auto bytes = checked_bytes(log, at, end, length)) {
    const uint32_t crc = crc_of(*bytes);
    // In the checksum itself a bit may carry over into others.
    for (int bit = 0; bit < 32; ++bit)
      if (std::rotl((number_at<uint32_t>(log, at) ^ (1u << bit)) - 0xA282EAD8u, 15) == crc)
        return true;
    if (is_of_one_bit(*bytes, crc ^ stored_crc(log, at))) return true;
  }
  for (int bit = 0; bit < 16; ++bit) {
    const auto bytes = checked_bytes(log, at, end, static_cast<uint16_t>(length ^ (1u << bit)));
    if (bytes && crc_of(*bytes) == stored_crc(log, at)) return true;
  }
  return false;
}

}  // namespace cupel::storage
