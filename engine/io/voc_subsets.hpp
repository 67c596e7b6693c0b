#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/io/folder.hpp"
#include "engine/io/record.hpp"

namespace cupel::io {

/// The lists of Pascal VOC's `ImageSets/Main`: which images are in `train`, `val`, `test`. Those of
/// the part of a folder (VOCdevkit/VOC2007) that was asked for last are held: a hash entry an
/// image.
class VocSubsets {
 public:
  VocSubsets(Folder& folder, RecordSink& sink) : folder_(folder), sink_(sink) {}

  /// The list in which the image `stem` of the dataset at `base` (empty, or `VOC2007/`) stands;
  /// nothing when in none. `trainval` counts only where it is in no other. Where several others
  /// hold an image the first by name counts, and the others are told to the sink as lost.
  std::optional<std::string_view> of(const std::string& base, const std::string& stem);

 private:
  void load(const std::string& base);
  void load_list(const std::string& file, std::string_view name);

  Folder& folder_;
  RecordSink& sink_;
  std::optional<std::string> base_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> of_stem_;  ///< index of names_
};

}  // namespace cupel::io
