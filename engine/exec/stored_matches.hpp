#pragma once

#include <cstdint>
#include <vector>

#include "engine/evaluate/outcomes.hpp"
#include "engine/exec/item_groups.hpp"
#include "engine/exec/text_numbers.hpp"

/// What an evaluation wrote, read back for the items of some groups. Nothing is matched again.
namespace cupel::exec {

/// Which columns are wanted besides group, label and outcome; the arrays of others stay empty.
struct MatchParts {
  bool bits = false;     ///< matched, ignored, rank; area of annotations
  bool pairs = false;    ///< paired, iou
  bool errors = false;   ///< error
  bool items = false;    ///< item
  bool rows = false;     ///< row of annotations
  bool partners = true;  ///< matched_label of predictions
};

/// One entry a prediction that was evaluated or has COCO's bits, group by group, rows ascending.
struct StoredPredictions {
  std::vector<uint64_t> first;  ///< by group, and one more
  std::vector<uint64_t> item;
  std::vector<int32_t> label, matched_label;  ///< TextNumbers::kMissing: none
  std::vector<double> confidence;             ///< 1 where it is missing
  std::vector<evaluate::Outcome> outcome;
  std::vector<evaluate::ErrorKind> error;
  std::vector<double> iou;
  std::vector<uint8_t> paired;
  std::vector<int64_t> matched, ignored, rank;

  size_t size() const noexcept { return label.size(); }
};

/// One entry an annotation that was evaluated.
struct StoredTruth {
  std::vector<uint64_t> first;
  std::vector<uint64_t> item, row;
  std::vector<int32_t> label;
  std::vector<evaluate::Outcome> outcome;
  std::vector<evaluate::ErrorKind> error;
  std::vector<uint8_t> area;  ///< area_class (outcome_columns.hpp); kNoArea: a category
  static constexpr uint8_t kNoArea = 255;

  size_t size() const noexcept { return label.size(); }
};

/// Both read only the chunks that hold objects of the groups' items, and account for their memory.
StoredPredictions read_predictions(const storage::Run& run, const ItemGroups& groups,
                                   const MatchParts& parts, TextNumbers& labels,
                                   const Context& context);
StoredTruth read_truth(const storage::Run& run, const ItemGroups& groups, const MatchParts& parts,
                       TextNumbers& labels, const Context& context);

}  // namespace cupel::exec
