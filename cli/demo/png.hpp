#pragma once

#include <filesystem>

#include "cli/demo/canvas.hpp"

namespace cupel::demo {

/// Writes the picture as an RGB PNG without dates, packed for speed rather than size.
/// Throws Error kIo with the path and the reason.
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace cupel::demo
