#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/evaluate/objects.hpp"
#include "engine/evaluate/outcomes.hpp"

/// Matching of predictions to annotations, item by item: the front door of this room.
namespace cupel::evaluate {

/// How pairs are chosen. A pair may be matched only if its labels fit (MatchOptions), each
/// prediction and each annotation at most once; crowds are no partners of these rules but of what
/// follows them. IoU is box.hpp's of two boxes, polygon_overlap.hpp's where one is a polygon. It
/// reaches a threshold t if it is at least min(t, 1 - 1e-10), as in pycocotools.
enum class Rule {
  /// As pycocotools' evaluateImg at one threshold: predictions by descending confidence (ties:
  /// rows); each takes the free annotation of greatest IoU that reaches the threshold, of equal
  /// ones the last. Predictions beyond the hundredth of an item and label, which COCO leaves out,
  /// are matched like the rest; objects of any area count.
  kCoco,
  /// All pairs that overlap by descending IoU (ties: higher confidence, then the prediction's row,
  /// then the annotation's); each whose two objects are free is a match, even one below the
  /// threshold; a true positive is a match that reaches it.
  kNucleus,
  /// The assignment of greatest sum of IoU, where pairs below the threshold count 0 and are no
  /// matches. Which one of several such assignments is not specified, but always the same one.
  kOptimal,
};

struct MatchOptions {
  Rule rule = Rule::kCoco;
  double iou = 0.5;         ///< the threshold, above 0, at most 1; TIDE's foreground threshold
  double background = 0.1;  ///< TIDE's background threshold
  double confidence = 0;    ///< predictions below are not evaluated (COCO's bits look at all)
  /// Labels fit if they are equal; with this, always;
  bool class_agnostic = false;
  /// and otherwise if (label of the annotation, label of the prediction) stands here.
  std::vector<std::pair<int32_t, int32_t>> allowed;
  std::function<void()> poll;  ///< called in what may take long; may throw to end
};

/// Memory of the work on one item, used again for the next: nothing is allocated once it has seen
/// the largest (polygons apart). One for each thread.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct Arrays;
  Arrays& arrays() { return *arrays_; }

 private:
  std::unique_ptr<Arrays> arrays_;
};

/// Matches the items `first` to `last` (exclusive) and writes the entries of their objects, and of
/// nothing else, to `out`, which was resized for all items and objects and holds nothing of these
/// items yet: so ranges of items may be matched by several threads at once, with the same result.
/// Beyond the rule:
///
/// - A prediction that is no true positive is `ignored` if its crowd IoU (intersection over its own
///   area) with a crowd whose label fits reaches the threshold; its partner is the crowd of
///   greatest crowd IoU, of equal ones the last (as COCO has it), and it is paired with none else.
/// - Every other prediction is tp or fp, every annotation with a place tp or fn, a crowd ignored.
/// - Errors are told apart as error_kinds.hpp says, bits as coco_bits.hpp does.
///
/// An item takes O(predictions × annotations) time to find who overlaps, and less than 100 bytes a
/// pair that does; the rules coco and nucleus take O(pairs × log pairs), optimal
/// O(predictions × pairs × log pairs) in the worst case, where all hang together by pairs that
/// reach the threshold.
///
/// Throws Error(kConstraint) for options outside of their ranges, and what `poll` throws.
void match_items(const Predictions& predictions, const Annotations& annotations,
                 const MatchOptions& options, size_t first, size_t last, Scratch& scratch,
                 Outcomes& out);

}  // namespace cupel::evaluate
