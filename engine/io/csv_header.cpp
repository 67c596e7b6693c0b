#include "engine/io/csv_header.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "cupel/error.hpp"
#include "engine/io/csv_value.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

[[noreturn]] void refuse(const std::string& file, uint64_t line, std::string_view what) {
  throw Error(ErrorCode::kConstraint, fmt::format("{}:{}: {}", file, line, what));
}

}  // namespace

CsvHeader::CsvHeader(CsvReader& reader, const std::string& file, bool guard) {
  const std::optional<CsvRecord> record = reader.next();
  if (!record) refuse(file, 1, "the file is empty; it should begin with the names of its columns");
  if (record->error) refuse(file, record->line, record->error->sentence());
  std::unordered_map<std::string, size_t> columns;
  for (const CsvCell& cell : record->cells) {
    const std::string_view text = without_spaces(cell.text);
    const std::string& name = names_.emplace_back(guard ? unguarded(text) : text);
    try {
      check_name(name, "a column's name");
    } catch (const RecordError& error) {
      refuse(file, record->line, error.sentence());
    }
    if (name.empty()) continue;
    const auto [first, is_new] = columns.emplace(name, names_.size());
    if (!is_new) {
      refuse(file, record->line,
             fmt::format("columns {} and {} are both called \"{}\"", first->second, names_.size(),
                         name));
    }
  }
}

std::optional<size_t> CsvHeader::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<size_t>(found - names_.begin());
}

bool CsvHeader::has_all(std::initializer_list<std::string_view> names) const {
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return has(name); });
}

std::string CsvHeader::in_words() const {
  constexpr size_t kMost = 12;
  std::vector<std::string_view> named;
  for (const std::string& name : names_) {
    if (!name.empty()) named.push_back(name);
  }
  const size_t shown = std::min(kMost, named.size());
  std::string words = fmt::format("{}", fmt::join(named.begin(), named.begin() + shown, ", "));
  if (shown < named.size()) words += fmt::format(" and {} more", named.size() - shown);
  return words;
}

std::optional<RecordError> CsvHeader::complaint(const CsvRecord& record) const {
  if (record.error) return record.error;
  if (record.cells.size() == names_.size()) return std::nullopt;
  return RecordError{{},
                     fmt::format("the header has {} columns, but the record has {}",
                                 names_.size(), record.cells.size())};
}

}  // namespace cupel::io
