#include "engine/report/picture.hpp"

namespace cupel::report {
namespace {

using namespace std::string_view_literals;

uint32_t byte(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
}
uint32_t big16(std::string_view bytes, size_t at) {
  return byte(bytes, at) << 8 | byte(bytes, at + 1);
}
uint32_t big32(std::string_view bytes, size_t at) {
  return big16(bytes, at) << 16 | big16(bytes, at + 2);
}
uint32_t little16(std::string_view bytes, size_t at) {
  return byte(bytes, at) | byte(bytes, at + 1) << 8;
}
uint32_t little24(std::string_view bytes, size_t at) {
  return little16(bytes, at) | byte(bytes, at + 2) << 16;
}

/// The size stands in the first frame header (SOF0 to SOF15, but for the three markers among them
/// that are something else), behind segments of any length.
PictureHead jpeg_head(std::string_view bytes) {
  PictureHead head{"image/jpeg"};
  for (size_t at = 2; at + 9 < bytes.size() && byte(bytes, at) == 0xFF;) {
    const uint32_t marker = byte(bytes, at + 1);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      head.height = big16(bytes, at + 5);
      head.width = big16(bytes, at + 7);
      break;
    }
    const uint32_t length = big16(bytes, at + 2);
    if (length < 2) break;
    at += 2 + length;
  }
  return head;
}

PictureHead webp_head(std::string_view bytes) {
  PictureHead head{"image/webp"};
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8 ") {
    head.width = little16(bytes, 26) & 0x3FFF;
    head.height = little16(bytes, 28) & 0x3FFF;
  } else if (kind == "VP8L") {
    const uint32_t bits = little24(bytes, 21) | byte(bytes, 24) << 24;
    head.width = (bits & 0x3FFF) + 1;
    head.height = (bits >> 14 & 0x3FFF) + 1;
  } else if (kind == "VP8X") {
    head.width = little24(bytes, 24) + 1;
    head.height = little24(bytes, 27) + 1;
  }
  return head;
}

}  // namespace

std::optional<PictureHead> picture_head(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv))
    return PictureHead{"image/png", big32(bytes, 16), big32(bytes, 20)};
  if (bytes.starts_with("\xff\xd8\xff"sv)) return jpeg_head(bytes);
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv))
    return PictureHead{"image/gif", little16(bytes, 6), little16(bytes, 8)};
  if (bytes.size() >= 30 && bytes.starts_with("RIFF"sv) && bytes.substr(8, 4) == "WEBP"sv)
    return webp_head(bytes);
  return std::nullopt;
}

}  // namespace cupel::report
