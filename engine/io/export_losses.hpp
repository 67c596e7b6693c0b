#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/io/json_document.hpp"

namespace cupel::io {

/// Rows of which table a loss is counted in.
enum class RowKind : uint8_t { kItem, kAnnotation, kPrediction };

/// What an export could not carry, counted, in the order in which it was first met.
class ExportLosses {
 public:
  /// One kind of loss. In words: `metadata.speed of 412 items`, `3 polygons`, `5 boxes of images
  /// without width and height`.
  struct Loss {
    std::string field;  ///< empty: whole objects
    uint64_t count = 0;
    std::string noun;    ///< plural: "items", "polygons"
    std::string suffix;  ///< " of images without width and height", or empty
  };

  /// A value of a row that has no place in the file, or not as it is.
  void field(RowKind of, std::string_view path, uint64_t count = 1);
  /// The same for every value below an object: `metadata` of `{"a": {"b": 1}, "c": []}` is
  /// `metadata.a.b` and `metadata.c`. An empty object counts as one value.
  void below(RowKind of, std::string_view path, const JsonNode& object);
  /// Whole objects, with all that they have.
  void objects(std::string_view plural, std::string_view suffix = {}, uint64_t count = 1);

  const std::vector<Loss>& all() const { return losses_; }

 private:
  Loss& loss(std::string_view key);
  void walk(RowKind of, const JsonNode& node);

  std::vector<Loss> losses_;
  std::unordered_map<std::string, size_t> by_key_;
  std::string key_, path_;
};

/// The suffix of objects whose place needs the size of their item.
inline constexpr std::string_view kWithoutSize =
    " of items without width and height; IMPORT ITEMS … UPDATE takes them from a file that has "
    "them";

/// The plural for objects of a type: `box` is "boxes".
std::string plural_of_type(std::string_view type);

}  // namespace cupel::io
