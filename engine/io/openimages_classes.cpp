#include "engine/io/openimages_classes.hpp"

#include <fmt/format.h>

#include "cupel/error.hpp"
#include "engine/io/csv_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

constexpr size_t kWindowBytes = size_t{1} << 18;
constexpr uint64_t kMaxFileBytes = uint64_t{64} << 20;
constexpr size_t kMaxRecordBytes = size_t{1} << 16;

void check(const CsvRecord& record) {
  if (record.error) throw *record.error;
  if (record.cells.size() != 2)
    throw RecordError{{},
                      fmt::format("a list of classes has two columns, a code and a name; here are "
                                  "{}",
                                  record.cells.size())};
  if (record.cells[0].text.empty()) throw RecordError{"LabelName", "is empty"};
  if (record.cells[1].text.empty()) throw RecordError{"DisplayName", "is empty"};
  check_name(record.cells[1].text, "a label");
}

}  // namespace

OpenImagesClasses::OpenImagesClasses(const std::filesystem::path& file) {
  FileWindow window(file, kWindowBytes);
  if (window.file_bytes() > kMaxFileBytes)
    throw Error(ErrorCode::kLimit,
                fmt::format("{} has more than 64 MiB; a list of classes is smaller", window.path()));
  CsvReader reader(window, ',', kMaxRecordBytes);
  while (const std::optional<CsvRecord> record = reader.next()) {
    try {
      check(*record);
    } catch (const RecordError& error) {
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{}:{}: {}", window.path(), record->line, error.sentence()));
    }
    if (record->cells[0].text == "LabelName") continue;
    names_.emplace(record->cells[0].text, record->cells[1].text);
  }
}

const std::string* OpenImagesClasses::find(const std::string& code) const {
  const auto found = names_.find(code);
  return found == names_.end() ? nullptr : &found->second;
}

}  // namespace cupel::io
