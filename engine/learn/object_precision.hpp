#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"
#include "engine/learn/object_issues.hpp"

namespace cupel::learn {

/// The label box of a prediction's own class that it overlaps most, the first of equals.
struct BestLabel {
  double overlap = 0;
  size_t box = 0;  ///< its index among the image's label boxes; meaningless without overlap
};

/// Average precision by class, gathered image by image: a prediction, in the order of confidence
/// within its image, is right at a level if its best label box overlaps it that much and no earlier
/// prediction was right about that box; precision is made non-increasing in recall.
class PrecisionCounter {
 public:
  /// IoU levels over which precision is averaged.
  static constexpr double kLevels[] = {0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95};

  PrecisionCounter(size_t classes, Ties ties);

  /// `best` has one entry a prediction of the image.
  void add(const ObjectImage& image, std::span<const BestLabel> best);

  /// The mean over the levels, by class. `poll` is called for each level of each class; it may
  /// throw to end.
  std::vector<double> means(const std::function<void()>& poll) const;

 private:
  /// What is known of the predictions of a class, in order of arrival.
  struct ClassRecord {
    std::vector<double> keys;    ///< negative confidence
    std::vector<uint16_t> hits;  ///< bit i: right at level i
    uint64_t boxes = 0;          ///< label boxes
  };

  void order_predictions(const ObjectImage& image);
  void order_as_numpy(const ObjectImage& image, std::span<uint32_t> group);
  double mean_precision(const ClassRecord& record, const std::function<void()>& poll) const;

  Ties ties_;
  std::vector<ClassRecord> classes_;
  // Of the image at hand, kept to reuse their memory.
  std::vector<uint32_t> order_;
  std::vector<uint16_t> hits_, taken_;
  std::vector<double> keys_;
};

}  // namespace cupel::learn
