#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/evaluate/error_kinds.hpp"

/// What an evaluation finds, in arrays by object.
namespace cupel::evaluate {

enum class Outcome : uint8_t {
  kNone,  ///< not evaluated: no place, no confidence, or a confidence below the floor
  kTruePositive,
  kFalsePositive,  ///< of predictions
  kFalseNegative,  ///< of annotations
  /// An annotation that is a crowd; a prediction that belongs to one and to nothing else.
  kIgnored,
};

inline constexpr int64_t kNobody = -1;

/// One entry an object. Different threads may write the entries of different items.
struct ObjectOutcomes {
  std::vector<Outcome> outcome;
  /// The object of the other kind that this one was matched with, by its index in the whole
  /// array. Where `paired` is 0 it was matched with none: then it is the one that it overlaps
  /// most, whatever its label (of several the first), or kNobody where none overlaps.
  std::vector<int64_t> partner;
  /// 1: `partner` is its match under the rule, or the crowd that it is ignored for. With the rule
  /// nucleus a match may lie below the threshold (the outcomes then are fp and fn); for another
  /// threshold t the pairs with iou >= t are the true positives.
  std::vector<uint8_t> paired;
  std::vector<double> iou;  ///< with `partner`; NaN where there is none, and for categories
  std::vector<ErrorKind> error;

  void resize(size_t objects) {
    outcome.assign(objects, Outcome::kNone);
    partner.assign(objects, kNobody);
    paired.assign(objects, 0);
    iou.assign(objects, std::numeric_limits<double>::quiet_NaN());
    error.assign(objects, ErrorKind::kNone);
  }
};

/// What COCO's figures are made of (coco_bits.hpp), one entry a prediction.
struct CocoBits {
  /// Bit area × 10 + threshold.
  std::vector<int64_t> matched, ignored;
  /// 0, 1, 2 … by descending confidence among the predictions of its item and label; -1: not
  /// evaluated.
  std::vector<int64_t> rank;

  void resize(size_t predictions) {
    matched.assign(predictions, 0);
    ignored.assign(predictions, 0);
    rank.assign(predictions, -1);
  }
};

struct Outcomes {
  ObjectOutcomes predictions, annotations;
  CocoBits coco;
  std::vector<int64_t> tp, fp, fn;  ///< by item

  void resize(size_t items, size_t prediction_count, size_t annotation_count) {
    predictions.resize(prediction_count);
    annotations.resize(annotation_count);
    coco.resize(prediction_count);
    tp.assign(items, 0);
    fp.assign(items, 0);
    fn.assign(items, 0);
  }
};

}  // namespace cupel::evaluate
