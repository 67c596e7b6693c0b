#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cupel::report {

/// What the first bytes of an image file say.
struct PictureHead {
  std::string_view media_type;  ///< "image/png", "image/jpeg", "image/gif", "image/webp"
  uint32_t width = 0;           ///< pixels; 0 where the head does not tell
  uint32_t height = 0;
};

/// Recognises PNG, JPEG, GIF and WebP by their content, whatever the file is called; nothing for
/// anything else. `bytes` is the whole file; none past its end are read.
std::optional<PictureHead> picture_head(std::string_view bytes);

}  // namespace cupel::report
