#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/io/json_document.hpp"

/// Payloads of Nucleus that hold several objects, as JSON objects of the lossless form.
namespace cupel::io {

/// One of the objects: its JSON, or (empty) why there is none.
struct Part {
  std::string json;
  RecordError error;
  std::string where;  ///< in the payload: `annotations[2]`
};

/// Whether a payload is a mask, whose segments are objects, or a list of categories. `type` is the
/// payload's, or that of the group it stands in.
bool is_mask(const JsonNode& payload, std::string_view type);
bool is_multicategory(const JsonNode& payload, std::string_view type);

/// One object of type segmentation for each segment: `{mask_url, index}` is its geometry, ID/NUMBER
/// its id, where ID is the mask's, else REFERENCE-mask. What else the mask has, each of them has,
/// unless it says otherwise. Throws RecordError where the mask itself is broken.
std::vector<Part> segments_of(const JsonNode& mask, std::string_view reference_id);

/// One category for each label. An item has one label in a taxonomy, so they have none:
/// `metadata.taxonomy` has its name, and TAXONOMY/LABEL is the id. Throws RecordError where the
/// payload itself is broken.
std::vector<Part> categories_of(const JsonNode& payload);

}  // namespace cupel::io
