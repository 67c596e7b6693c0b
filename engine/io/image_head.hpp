#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/io/file_window.hpp"

namespace cupel::io {

/// What the first bytes of an image file say. Nothing is decoded.
struct ImageHead {
  std::string_view
      media_type;  ///< "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"
  /// Pixels of the image as it is shown: a JPEG whose EXIF data turn it by a quarter is as wide as
  /// its rows of pixels are many. 0: the head does not tell.
  uint32_t width = 0;
  uint32_t height = 0;
};

/// Recognises PNG, JPEG, GIF, WebP and BMP by their content, whatever the file is called; nothing
/// for anything else. Reads no more than the head: of a JPEG from segment to segment, at most
/// 10,000 of them. Throws Error(kIo).
std::optional<ImageHead> image_head(FileWindow& file);
/// The same of a whole file in memory.
std::optional<ImageHead> image_head(std::string_view bytes);

}  // namespace cupel::io
