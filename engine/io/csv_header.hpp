#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/csv_reader.hpp"

namespace cupel::io {

/// The names of a CSV file's columns, as its first record has them, without spaces around them.
class CsvHeader {
 public:
  /// Reads the first record. Throws Error(kConstraint) with file and line when there is none, or
  /// it is broken, or two columns have one name. A column may have no name. `guard`: names are
  /// unguarded (csv_value.hpp).
  CsvHeader(CsvReader& reader, const std::string& file, bool guard = false);

  size_t size() const { return names_.size(); }
  const std::string& name(size_t column) const { return names_[column]; }
  std::optional<size_t> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  /// Whether all of these are there.
  bool has_all(std::initializer_list<std::string_view> names) const;
  /// The names for a sentence: `a, b, c and 3 more`.
  std::string in_words() const;
  /// Why a record does not fit, if so.
  std::optional<RecordError> complaint(const CsvRecord& record) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace cupel::io
