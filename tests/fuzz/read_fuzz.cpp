#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/read.hpp"
#include "tests/fuzz/place.hpp"

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

  uint64_t sum() const { return sum_; }

 private:
  void touch(std::string_view text) {
    for (const char c : text) sum_ = sum_ * 31 + static_cast<unsigned char>(c);
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
  uint64_t sum_ = 0;
};

}  // namespace

namespace {

/// The format that the statements name, the rows that they want.
ReadRequest request_of(std::string_view statements) {
  ReadRequest request;
  for (const std::string& format : readable_formats()) {
    if (statements.find("FORMAT " + format) != std::string_view::npos) request.format = format;
  }
  if (statements.find("ANNOTATIONS") != std::string_view::npos) request.want = Want::kAnnotations;
  if (statements.find("PREDICTIONS") != std::string_view::npos) request.want = Want::kPredictions;
  request.run = "run";
  request.limits.record_bytes = 1 << 16;
  return request;
}

uint64_t sum_of(const ReadRequest& request) {
  FieldNames names;
  Touching sink;
  try {
    read(request, names, sink);
  } catch (const Error& error) {
    // A file that cannot be read is what most inputs are.
    if (error.code() == ErrorCode::kInternal) std::abort();
    return 0;
  }
  return sink.sum();
}

}  // namespace

/// The readers alone, of the inputs of statements: the first file, or the folder that the first
/// name begins with. However small the window that slides over a file, the same is read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::Place place;
  const fuzz::Script script = fuzz::split_input({reinterpret_cast<const char*>(data), size});
  if (script.files.empty() || !place.write(script.files)) return 0;
  ReadRequest request = request_of(script.statements);
  request.file = script.files[0].name;
  if (request.format == "yolo" || request.format == "voc")
    request.file = std::filesystem::path(*request.file.begin());
  request.limits.window_bytes = 4096;
  const uint64_t sum = sum_of(request);
  request.limits.window_bytes = 7;
  if (sum_of(request) != sum) std::abort();
  place.clear();
  return 0;
}
