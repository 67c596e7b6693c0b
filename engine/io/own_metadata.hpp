#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/io/record_parts.hpp"

namespace cupel::io {

/// The metadata of a record that comes from several places of its file: a key is of the first that
/// brings it. Members that are null are absent. Keys live as long as the document.
class OwnMetadata {
 public:
  explicit OwnMetadata(FieldNames& names) : fields_(names) {}
  /// Begins a record, as FieldCollector::start.
  void start(std::vector<Field>& fields);

  /// `metadata.KEY`, whatever it holds. False where the key is taken.
  bool add(const JsonNode& member);
  /// One value as a field, several as a list, none as nothing. False where the key is taken.
  bool add(std::string_view key, const std::vector<Scalar>& values);
  /// At the top of the rest.
  void keep(const JsonNode& member) { fields_.keep(member); }
  std::string_view rest() { return fields_.rest(); }

 private:
  bool claim(std::string_view key);

  FieldCollector fields_;
  std::vector<std::string_view> keys_;
  std::string list_;
};

}  // namespace cupel::io
