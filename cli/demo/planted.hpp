#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/demo/demo.hpp"
#include "cli/demo/model.hpp"

namespace cupel::demo {

/// Collects what is wrong on purpose and writes it down as planted.json.
class Planted {
 public:
  void add_image(uint64_t image, const Labels& labels, const std::vector<Detection>& detections);
  /// The document; kinds in a fixed order, each a list in the order of the images.
  std::string json(const DemoOptions& options) const;
  /// Fills in the counts of faults.
  void count(DemoSummary& summary) const;

 private:
  enum List {
    kUnlabelledImages,
    kMislabelledImages,
    kMislabelledBoxes,
    kMissedObjects,
    kFalsePositives,
    kNearDuplicates,
    kUnlabelledPoliceCars,
    kLists
  };
  void add_object(uint64_t image, size_t index, const Labelled& object);
  void add_image_fault(uint64_t image, const Labels& labels);

  std::vector<std::string> entries_[kLists];
};

}  // namespace cupel::demo
