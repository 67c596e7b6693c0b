#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// A member at the top of a YAML file: a scalar, or the scalars in a list or map.
struct YamlField {
  enum class Kind { kScalar, kList, kMap };

  std::string key;
  uint64_t line = 0;  ///< of the key
  Kind kind = Kind::kScalar;
  std::string text;  ///< kScalar: as it stands there, unquoted; empty for null
  struct Entry {
    std::string key;  ///< kMap
    std::string text;
    uint64_t line = 0;
  };
  std::vector<Entry> entries;
  bool deeper = false;  ///< there are lists or maps inside, which are not kept
};

/// Reads the first document of a small YAML file: a map of at most 1,000 members. Memory and time
/// do not exceed the text's: aliases are refused, nesting is bounded. Throws LineError.
std::vector<YamlField> read_yaml(std::string_view text);

}  // namespace cupel::io
