#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/io/format_options.hpp"
#include "engine/io/own_metadata.hpp"

namespace cupel::io {

/// What is the name of an image that Label Studio knows by this path or URL: its last part, without
/// a query; of `/data/local-files/?d=dir/a.jpg` that of the path behind `d`. Empty where there is
/// none, as of an image that is written out (`data:image/png;base64,…`).
std::string_view image_name(std::string_view path);

/// The name that an uploaded file had before Label Studio put eight hexadecimal digits and a hyphen
/// in front; empty where there are none.
std::string_view uploaded_name(std::string_view name);

/// In pixels.
struct ItemSize {
  int64_t width = 0;
  int64_t height = 0;
  friend bool operator==(const ItemSize&, const ItemSize&) = default;
};
/// What two members of an object say, when both are positive integers.
std::optional<ItemSize> size_in(const JsonNode& object, std::string_view width,
                                std::string_view height);

/// Reads the item that a task is about. What it returns lives until the next one, and as long as
/// the document.
class StudioItemReader {
 public:
  StudioItemReader(FieldNames& names, const FormatOptions& options)
      : reference_key_(options.text("reference")),
        image_key_(options.text("image")),
        metadata_(names) {}

  /// Takes the data of a task; of a record of JSON-MIN, which has other members beside them, all
  /// but those. `width` and `height` of the data are the item's where no region tells its `size`.
  /// Throws RecordError, with `prefix` in front of the field.
  void begin(const JsonNode& data, bool minimal, const std::optional<ItemSize>& size,
             std::string_view prefix);
  OwnMetadata& metadata() { return metadata_; }
  const ItemRecord& finish(const Place& place);

 private:
  const JsonNode* find_image(const JsonNode& data, std::string_view prefix) const;
  const JsonNode* find_reference(const JsonNode& data, bool minimal, std::string_view prefix) const;
  /// Whether the data's own size is the item's, and so no metadata.
  bool take_size(const JsonNode& data, const std::optional<ItemSize>& size);
  void take_reference(const JsonNode* reference, const JsonNode* image, std::string_view prefix);

  std::string_view reference_key_;  ///< empty: not given
  std::string_view image_key_;      ///< empty: not given
  ItemRecord item_;
  OwnMetadata metadata_;
};

}  // namespace cupel::io
