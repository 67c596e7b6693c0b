#include "storage/codec_bytes.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "cupel/error.hpp"
#include "storage/advice.hpp"

namespace cupel::storage {

void throw_damaged(std::string_view what, std::string_view why) {
  throw Error(ErrorCode::kCorruption,
              fmt::format("a stored {} is damaged: {}; {}", what, why, kRestore));
}

void seal_bytes(std::string& bytes) {
  put(bytes, static_cast<uint64_t>(XXH3_64bits(bytes.data(), bytes.size())));
}

std::string_view unseal_bytes(std::string_view bytes, std::string_view magic,
                              std::string_view what) {
  if (bytes.size() < kMagicBytes + kChecksumBytes) throw_damaged(what, "it is too short");
  if (!bytes.starts_with(magic)) throw_damaged(what, "it does not begin as one of this version");
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  FieldReader tail(bytes.substr(body.size()), what);
  if (tail.take<uint64_t>() != XXH3_64bits(body.data(), body.size()))
    throw_damaged(what, "its checksum does not match");
  return body.substr(kMagicBytes);
}

}  // namespace cupel::storage
