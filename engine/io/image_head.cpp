#include "engine/io/image_head.hpp"

#include <algorithm>
#include <utility>

namespace cupel::io {
namespace {

using namespace std::string_view_literals;

constexpr size_t kWindowBytes = 4096;
constexpr size_t kMostExifBytes = 2048;  ///< of a JPEG's EXIF data: its first directory is in them
constexpr size_t kMostSegments = 10'000;

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
uint32_t little32(std::string_view bytes, size_t at) {
  return little16(bytes, at) | little16(bytes, at + 2) << 16;
}

/// The bytes of a file from `at`, as far as there are, at most `bytes`; valid until the next call.
std::string_view piece(FileWindow& file, uint64_t at, size_t bytes) {
  if (at >= file.offset() && at - file.offset() <= file.view().size())
    file.advance(static_cast<size_t>(at - file.offset()));
  else
    file.seek(at);
  while (file.view().size() < bytes && file.load()) {
  }
  return file.view().substr(0, bytes);
}

/// Whether EXIF data say that the picture is to be turned by a quarter. `exif` begins behind
/// "Exif\0\0": a TIFF head, in the byte order that its first letters tell, and a directory.
bool is_turned(std::string_view exif) {
  const bool little = exif.starts_with("II"sv);
  if (!little && !exif.starts_with("MM"sv)) return false;
  const auto read16 = little ? little16 : big16;
  const auto read32 = little ? little32 : big32;
  const size_t directory = read32(exif, 4);
  const size_t entries = read16(exif, directory);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (entry + 12 > exif.size()) return false;
    if (read16(exif, entry) != 0x0112) continue;
    const uint32_t orientation = read16(exif, entry + 8);
    return orientation >= 5 && orientation <= 8;
  }
  return false;
}

/// The size stands in the first frame header (SOF0 to SOF15, but for the three markers among them
/// that are something else), behind segments of any length.
ImageHead jpeg_head(FileWindow& file) {
  ImageHead head{"image/jpeg"};
  bool turned = false;
  uint64_t at = 2;
  for (size_t segment = 0; segment < kMostSegments; ++segment) {
    const std::string_view bytes = piece(file, at, 10);
    if (bytes.size() < 10 || byte(bytes, 0) != 0xFF) break;
    const uint32_t marker = byte(bytes, 1);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      head.height = big16(bytes, 5);
      head.width = big16(bytes, 7);
      if (turned) std::swap(head.width, head.height);
      break;
    }
    const uint32_t length = big16(bytes, 2);
    if (length < 2) break;
    if (marker == 0xE1 && bytes.substr(4) == "Exif\0\0"sv)
      turned = is_turned(piece(file, at + 10, std::min<size_t>(length, kMostExifBytes)));
    at += 2 + length;
  }
  return head;
}

ImageHead webp_head(std::string_view bytes) {
  ImageHead head{"image/webp"};
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8 ") {
    head.width = little16(bytes, 26) & 0x3FFF;
    head.height = little16(bytes, 28) & 0x3FFF;
  } else if (kind == "VP8L") {
    const uint32_t bits = little32(bytes, 21);
    head.width = (bits & 0x3FFF) + 1;
    head.height = (bits >> 14 & 0x3FFF) + 1;
  } else if (kind == "VP8X") {
    head.width = little24(bytes, 24) + 1;
    head.height = little24(bytes, 27) + 1;
  }
  return head;
}

/// A negative height says that rows go from top to bottom. The oldest heads have 16 bits a number.
ImageHead bmp_head(std::string_view bytes) {
  ImageHead head{"image/bmp"};
  if (little32(bytes, 14) == 12) {
    head.width = little16(bytes, 18);
    head.height = little16(bytes, 20);
    return head;
  }
  const uint32_t height = little32(bytes, 22);
  head.width = little32(bytes, 18);
  head.height = height > 0x7FFFFFFF ? 0u - height : height;
  return head;
}

}  // namespace

std::optional<ImageHead> image_head(FileWindow& file) {
  const std::string_view bytes = piece(file, 0, 30);
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv))
    return ImageHead{"image/png", big32(bytes, 16), big32(bytes, 20)};
  if (bytes.starts_with("\xff\xd8\xff"sv)) return jpeg_head(file);
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv))
    return ImageHead{"image/gif", little16(bytes, 6), little16(bytes, 8)};
  if (bytes.size() >= 30 && bytes.starts_with("RIFF"sv) && bytes.substr(8, 4) == "WEBP"sv)
    return webp_head(bytes);
  if (bytes.size() >= 26 && bytes.starts_with("BM"sv)) return bmp_head(bytes);
  return std::nullopt;
}

std::optional<ImageHead> image_head(std::string_view bytes) {
  FileWindow window("an image", bytes, kWindowBytes);
  return image_head(window);
}

}  // namespace cupel::io
