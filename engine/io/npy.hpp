#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/io/mapped_file.hpp"

/// NumPy's array files. The format is that of numpy.lib.format, versions 1 to 3; of what it can
/// say only plain little-endian numbers in rows are read, and nothing is ever evaluated.
namespace cupel::io {

/// What the numbers of an array are.
enum class NpyType : uint8_t { kFloat16, kFloat32, kFloat64, kInt32, kInt64, kUint8 };
size_t npy_type_bytes(NpyType type) noexcept;
/// "float16", …
std::string_view to_string(NpyType type) noexcept;

struct NpyHeader {
  NpyType type = NpyType::kFloat32;
  size_t dimensions = 0;  ///< 1 or 2
  uint64_t rows = 0;
  uint64_t columns = 1;   ///< 1 where there is one dimension
  size_t data_begin = 0;  ///< where the numbers begin; a multiple of their size
};

/// Reads the header of a file whose bytes these are. The numbers then fill the rest of the file
/// exactly. Throws Error (kConstraint: damaged or not npy; kUnsupported: an array that cannot be
/// taken, with what to do) with a sentence that begins with the file's name.
NpyHeader read_npy_header(const std::string& file, std::string_view bytes);

/// An array in a file that stays where it is.
class NpyFile {
 public:
  /// Throws as MappedFile and read_npy_header do.
  explicit NpyFile(const std::filesystem::path& file)
      : file_(file), header_(read_npy_header(file_.path(), file_.bytes())) {}

  const NpyHeader& header() const noexcept { return header_; }
  const MappedFile& file() const noexcept { return file_; }
  /// rows × columns numbers of header().type, row-major.
  const std::byte* data() const noexcept {
    return reinterpret_cast<const std::byte*>(file_.bytes().data()) + header_.data_begin;
  }

 private:
  MappedFile file_;
  NpyHeader header_;
};

}  // namespace cupel::io
