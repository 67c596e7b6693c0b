#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/image_head.hpp"
#include "engine/io/read_embeddings.hpp"
#include "engine/io/xml_document.hpp"
#include "engine/io/yaml_fields.hpp"
#include "engine/io/yolo_line.hpp"

namespace {

using namespace cupel::io;  // NOLINT: a program of one file

/// Every number of an array, where a mapped file has it: at an address that suits it.
void read_array(std::string_view bytes) {
  std::vector<double> aligned(bytes.size() / sizeof(double) + 1);
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  const auto* begin = reinterpret_cast<const std::byte*>(aligned.data());
  const NpyHeader header = read_npy_header("array.npy", bytes);
  const size_t size = header.rows * header.columns * npy_type_bytes(header.type);
  if (header.data_begin + size != bytes.size()) std::abort();
  if (header.type <= NpyType::kFloat64) rows_not_finite(header, begin + header.data_begin, 3);
}

void read_as(uint8_t kind, std::string_view bytes) {
  static const char* const kTasks[] = {"", "detect", "segment", "pose", "obb"};
  switch (kind % 5) {
    case 0: {
      XmlDocument document;
      std::string json;
      append_json(json, document.parse(bytes));
      if (!json.starts_with('{')) return;
      JsonDocument().parse_copy(json);
      return;
    }
    case 1: read_yaml(bytes); return;
    case 2: image_head(bytes); return;
    case 3: read_array(bytes); return;
    default: {
      const bool second = kind / 25 % 2 == 0;
      YoloLines lines(kTasks[kind / 5 % 5], {2, second ? size_t{2} : size_t{3}}, second);
      lines.read(bytes);
      return;
    }
  }
}

}  // namespace

/// The files of datasets that are folders, and arrays. The first byte chooses which kind of file,
/// and how it is read; the others are the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  try {
    read_as(data[0], {reinterpret_cast<const char*>(data + 1), size - 1});
  } catch (const RecordError&) {
    // A file that cannot be read is what most inputs are.
  } catch (const cupel::Error&) {
    // The same.
  }
  return 0;
}
