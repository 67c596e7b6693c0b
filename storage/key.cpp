#include "storage/key.hpp"

namespace cupel::storage {
namespace {

template <typename T>
void put_big_endian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> shift));
}

template <typename T>
T get_big_endian(std::string_view bytes) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>((value << 8) | static_cast<unsigned char>(bytes[i]));
  return value;
}

}  // namespace

std::string encode_key(ColumnKey key) {
  std::string out;
  put_big_endian(out, key.column);
  put_big_endian(out, key.number);
  return out;
}

std::optional<ColumnKey> decode_key(std::string_view bytes) {
  if (bytes.size() != 2 * sizeof(uint32_t)) return std::nullopt;
  return ColumnKey{get_big_endian<uint32_t>(bytes), get_big_endian<uint32_t>(bytes.substr(4))};
}

std::string encode_ordinal(uint64_t ordinal) {
  std::string out;
  put_big_endian(out, ordinal);
  return out;
}

std::optional<uint64_t> decode_ordinal(std::string_view bytes) {
  if (bytes.size() != sizeof(uint64_t)) return std::nullopt;
  return get_big_endian<uint64_t>(bytes);
}

}  // namespace cupel::storage
