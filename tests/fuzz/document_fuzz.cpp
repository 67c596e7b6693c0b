#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cupel/error.hpp"
#include "engine/exec/autotag_document.hpp"
#include "engine/exec/label_errors_document.hpp"
#include "engine/labeling/task.hpp"
#include "engine/plan/evaluation_record.hpp"

namespace {

using namespace cupel;  // NOLINT: a program of one file

/// What was read is written as a text that reads as the same again.
template <typename Decode, typename Encode>
void there_and_back(std::string_view text, const Decode& decode, const Encode& encode) {
  const std::string first = encode(decode(text));
  if (encode(decode(first)) != first) std::abort();
}

void read_as(char kind, std::string_view text) {
  switch (kind) {
    case 'a':
      return there_and_back(
          text, [](std::string_view one) { return exec::decode_tag("x", one); },
          [](const exec::Tag& tag) { return exec::encode(tag); });
    case 'l':
      return there_and_back(text, exec::decode_label_errors,
                            [](const exec::LabelErrors& errors) { return exec::encode(errors); });
    case 'e':
      return there_and_back(
          text, plan::decode_evaluation,
          [](const plan::EvaluationRecord& record) { return plan::encode(record); });
    default: return there_and_back(text, labeling::decode_project, labeling::encode_project);
  }
}

}  // namespace

/// Documents that analyses keep in the catalog. The first letter chooses which.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  try {
    read_as(static_cast<char>(data[0]), {reinterpret_cast<const char*>(data + 1), size - 1});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorruption) std::abort();
  }
  return 0;
}
