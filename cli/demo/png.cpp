#include "cli/demo/png.hpp"

#include <png.h>

#include <csetjmp>
#include <new>
#include <string>

#include "cli/demo/file.hpp"

namespace cupel::demo {
namespace {

void append(png_structp png, png_bytep data, size_t length) {
  static_cast<std::string*>(png_get_io_ptr(png))
      ->append(reinterpret_cast<const char*>(data), length);
}

void flush(png_structp /*png*/) {}

/// False when libpng gives up, which it does by a longjmp: nothing here has a destructor.
bool encode(png_structp png, png_infop info, const Image& image, std::string& bytes) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &bytes, append, flush);
  png_set_compression_level(png, 1);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const size_t stride = static_cast<size_t>(image.width) * 3;
  for (int y = 0; y < image.height; ++y) png_write_row(png, &image.rgb[stride * y]);
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

void write_png(const std::filesystem::path& path, const Image& image) {
  std::string bytes;
  bytes.reserve(image.rgb.size());
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool written = info != nullptr && encode(png, info, image, bytes);
  png_destroy_write_struct(&png, &info);
  if (!written) throw std::bad_alloc();
  File file(path);
  file.write(bytes);
  file.close();
}

}  // namespace cupel::demo
