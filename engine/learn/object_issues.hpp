#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// Label errors of boxes (Tkachenko, Thyagarajan, Mueller: "ObjectLab: Automated Diagnosis of
/// Mislabeled Images in Object Detection Data", 2023), as cleanlab 2.9 computes them. Pure
/// functions: no storage, no I/O; safe to call from several threads. docs/label-errors.md spells
/// the rules out.
///
/// Three kinds of error are looked for: a label box that is missing (overlooked), one in the wrong
/// place (badloc), one of the wrong class (swap). All rest on the similarity of a label box to a
/// predicted box,
///   alpha · IoU + (1 - alpha) · exp(-distance_factor · distance of the centres),
/// whose second term is 0 where the exponential is below 2^-54.
namespace cupel::learn {

/// Corners, x1 <= x2 and y1 <= y2, in pixels (or any unit that an image keeps to).
struct ObjectBox {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};
struct LabelledBox {
  ObjectBox box;
  int32_t label = 0;  ///< the class, 0 to classes - 1
};
struct PredictedBox {
  ObjectBox box;
  int32_t label = 0;
  double confidence = 0;  ///< 0 to 1
};
/// A view: its maker keeps the boxes.
struct ObjectImage {
  std::span<const LabelledBox> labels;
  std::span<const PredictedBox> predictions;
  /// The image's size in the boxes' unit, read for relative distances only; 0: not known.
  double width = 0, height = 0;
};

struct ObjectOptions {
  /// Whether a label box is a swap if another label box of another class covers the same place
  /// (IoU of 0.95 and more).
  bool check_overlapping_labels = true;
  /// Distances of centres in thousandths of the image's diagonal, as if every image had a diagonal
  /// of 1,000 pixels, so that scores do not depend on an image's resolution. Without it, and for
  /// images whose width or height is 0, they are in pixels, as cleanlab has them.
  bool relative_distances = false;
  double alpha = 0.9, distance_factor = 0.1;
  /// From above `low_probability` on a prediction speaks about the place of a label box; from above
  /// `high_probability` on about its class, and from that value on about a missing one.
  double low_probability = 0.5, high_probability = 0.95;
  /// The temperature of the softmin that makes one score of an image's boxes.
  double temperature = 0.1;
  /// How much each kind counts in an image's score; they sum to 1.
  double overlooked_weight = 1.0 / 3, badloc_weight = 1.0 / 3, swap_weight = 1.0 / 3;
  /// A box is an issue if its score is at most this share of the average precision of its class.
  double issue_share = 0.2;
  /// How predictions of equal confidence are ordered where precision is measured, and images of
  /// equal score: as they come, or as numpy's introsort leaves them.
  Ties ties = Ties::kRowOrder;
  /// Called for each image, and while precision is measured; may throw to end.
  std::function<void()> poll;
};

/// A view of what ObjectIssues holds.
struct ImageIssues {
  // Lower = worse, 0 to 1.
  std::span<const double> overlooked;  ///< by predicted box; NaN: it speaks of no missing label
  std::span<const double> badloc;      ///< by label box; 1: no prediction speaks against its place
  std::span<const double> swap;        ///< by label box; 1: no prediction speaks against its class
  /// Which boxes are issues, by the average precision of their class: 0 or 1.
  std::span<const uint8_t> is_overlooked, is_badloc, is_swap;
  /// Softmin over the boxes of a kind; 1 where there are none.
  double overlooked_score = 1, badloc_score = 1, swap_score = 1;
  double score = 1;    ///< of the image: the weighted geometric mean of the three
  bool issue = false;  ///< whether some box is an issue
};

/// May be moved, not copied.
struct ObjectIssues {
  ObjectIssues() = default;
  ObjectIssues(ObjectIssues&&) = default;
  ObjectIssues& operator=(ObjectIssues&&) = default;

  std::vector<ImageIssues> images;  ///< one entry an image, in order
  std::vector<uint64_t> ranked;     ///< the images that are issues, worst score first
  /// By class: the mean of its average precision over IoU 0.50, 0.55 … 0.95; 0 for a class
  /// without label boxes or predictions.
  std::vector<double> class_precision;
  /// The smallest similarity above 0 of any label box to any predicted box of its image, at
  /// most 1; it stands for "nothing alike".
  double least_similarity = 1;

  // What `images` view: by predicted box or by label box of all images, one image after the other.
  std::vector<double> overlooked, badloc, swap;
  std::vector<uint8_t> is_overlooked, is_badloc, is_swap;
};

/// Takes O(labels × (labels + predictions)) time an image; beside the result, memory of one image
/// and ten bytes a prediction. Scores of an image depend on the other images through
/// `least_similarity`, issues also through `class_precision`.
///
/// Throws Error(kConstraint), naming the image (counted from 0) and the box, for a coordinate that
/// is not a number or beyond 1e12 either way, a box of negative size, a class that is not 0 to
/// classes - 1, a confidence outside 0 to 1, a width or height that is negative or no number; and
/// for options outside of their ranges.
ObjectIssues find_object_issues(std::span<const ObjectImage> images, int32_t classes,
                                const ObjectOptions& options = {});

}  // namespace cupel::learn
