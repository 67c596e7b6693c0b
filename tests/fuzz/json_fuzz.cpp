#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/read.hpp"

namespace {

using namespace cupel;      // NOLINT: a program of one file
using namespace cupel::io;  // NOLINT

/// Reads every byte that a record points to, so that a sanitizer sees a wrong one.
class Touching : public RecordSink {
 public:
  void item(const ItemRecord& item) override { touch(item); }
  void mention(const ItemRecord& item) override { touch(item); }
  void object(const ObjectTarget& target, const ObjectRecord& object) override {
    touch(target.run);
    for (const auto text :
         {object.reference_id, object.alternative_reference, object.label, object.type,
          object.annotation_id, object.taxonomy, object.geometry, object.rest}) {
      touch(text);
    }
    touch(object.fields);
  }
  ImageSize size_of(const ObjectRecord&) override { return {100, 50, {}}; }
  void failed(const Place&, const Error& error) override { touch(error.message()); }
  void lost(std::string_view what) override { touch(what); }
  void progress(uint64_t, uint64_t) override {}

 private:
  void touch(std::string_view text) {
    for (const char c : text) sum_ = sum_ + static_cast<unsigned char>(c);
  }
  void touch(const std::vector<Field>& fields) {
    for (const Field& field : fields) {
      if (const auto* text = std::get_if<std::string_view>(&field.value)) touch(*text);
    }
  }
  void touch(const ItemRecord& item) {
    touch(item.reference_id);
    touch(item.alternative_reference);
    if (item.image_location) touch(*item.image_location);
    touch(item.fields);
    touch(item.rest);
  }
  volatile uint64_t sum_ = 0;
};

}  // namespace

/// The first byte chooses format, want and window; the others are the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("cupel-fuzz-" + std::to_string(::getpid()));
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  const std::vector<std::string>& formats = readable_formats();
  const size_t format = data[0] % (formats.size() + 1);  // 0: recognised
  const size_t choice = data[0] / (formats.size() + 1);
  ReadRequest request;
  request.file = file;
  if (format > 0) request.format = formats[format - 1];
  request.want = static_cast<Want>(choice % 3);
  request.run = "run";
  request.limits.window_bytes = choice / 3 % 2 == 0 ? 7 : 4096;
  request.limits.record_bytes = 1 << 16;
  FieldNames names;
  Touching sink;
  try {
    read(request, names, sink);
  } catch (const Error&) {
    // A file that cannot be read is what most inputs are.
  }
  return 0;
}
