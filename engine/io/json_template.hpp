#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// Documents that are like one before them but for their scalars: the lines of a file mostly are.
/// They are read by comparing bytes with the earlier one, which costs a fraction of parsing.
///
/// What read() takes is what JsonDocument takes, with the same nodes: texts are plain ASCII without
/// escapes there, numbers have no exponent; anything else it leaves to the parser.
class JsonTemplates {
 public:
  /// The root of a document, behind whose bytes 64 more may be read; null when it is like none that
  /// was learned. Lives until the next call and as long as the bytes.
  const JsonNode* read(std::string_view bytes);
  /// Remembers a document that was parsed, if it has few nodes and what was learned is of use.
  void learn(std::string_view bytes, const std::vector<JsonNode>& nodes);

 private:
  /// A value, and the bytes between the one before it and itself.
  struct Slot {
    std::string_view before;  ///< in Template::bytes
    uint32_t node = 0;
  };
  /// Where an object or list stands: so many bytes behind the beginning of a slot's `before`.
  struct Edge {
    uint32_t slot = 0;
    uint32_t offset = 0;
  };
  struct Container {
    uint32_t node = 0;
    Edge begin, end;
  };
  struct Template {
    std::string bytes;  ///< of the document, and some more
    std::string keys;
    std::vector<JsonNode> nodes;  ///< keys point into `keys`, the rest is of the last document
    std::vector<Slot> slots;      ///< the last one has no value: it is the end
    std::vector<Container> containers;
  };

  bool matches(Template& like, std::string_view bytes);

  std::vector<std::unique_ptr<Template>> templates_;  ///< the more often found, the sooner
  std::vector<const char*> starts_;                   ///< of each slot's `before`, in the document
  uint64_t learned_ = 0, found_ = 0;
};

}  // namespace cupel::io
