#pragma once

#include <cstdint>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// Label issues where an example has any number of classes: each class is a yes or no of its own
/// (Thyagarajan, Snorrason, Northcutt, Mueller: "Identifying Incorrect Annotations in Multi-Label
/// Classification Data", 2022). Column k of the matrix is the probability that class k applies,
/// independent of the others.
namespace cupel::learn {

/// Whether row i has class k: rows × classes, 0 or 1.
struct LabelSets {
  size_t classes = 0;
  std::vector<uint8_t> given;       ///< rows × classes
  std::vector<uint8_t> is_example;  ///< by row; empty: all
  bool has_example(size_t row) const { return is_example.empty() || is_example[row] != 0; }
};

/// How the scores of a row's classes become one: a moving average that weighs the lowest 0.8, or
/// their mean weighted by softmax((1 - score) / 0.1).
enum class Aggregation { kMovingAverage, kSoftmin };

struct MultiLabelIssues {
  std::vector<uint64_t> issues;  ///< rows where some class is suspected, ascending
  std::vector<uint64_t> ranked;  ///< the same rows, worst first
  std::vector<double> scores;    ///< by row, aggregated; NaN where there is no example
  /// rows × classes: which classes are suspected. With the kLow filters these are the class's own
  /// lowest, so a row of `issues` may have none; a class given to no row has none.
  std::vector<uint8_t> suspected;
  /// By class, binary (0: not given, 1: given); empty with kCleanlab1, which has one `joint`.
  std::vector<ClassEstimates> classes;
  ClassEstimates joint;
  /// Rows that kConfidentLearning flags for some class; the kLow filters flag as many.
  uint64_t off_diagonal = 0;
};

/// Memory beside the matrix: four bytes and K bytes a row, and columns of at most a tenth of the
/// matrix (at least one). Throws as find_label_issues does, also for a class that every row has;
/// kPredictedNeqGiven refuses a class that no row has. With kCleanlab1: one_joint.hpp
/// (`aggregation` does not matter).
MultiLabelIssues find_multi_label_issues(const AnyRows& probabilities, const LabelSets& labels,
                                         const IssueOptions& options,
                                         Aggregation aggregation = Aggregation::kMovingAverage);

/// The scores of each class: rows × classes, lower = worse; NaN where there is no example.
std::vector<double> multi_label_quality_by_class(const AnyRows& probabilities,
                                                 const LabelSets& labels, Score score,
                                                 bool adjusted);

/// The aggregated score of each row.
std::vector<double> multi_label_quality(const AnyRows& probabilities, const LabelSets& labels,
                                        Score score, bool adjusted,
                                        Aggregation aggregation = Aggregation::kMovingAverage);

}  // namespace cupel::learn
