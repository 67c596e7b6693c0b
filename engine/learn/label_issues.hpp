#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/learn/rows.hpp"

/// Confident learning (Northcutt, Jiang, Chuang: "Confident Learning: Estimating Uncertainty in
/// Dataset Labels", JAIR 2021), as cleanlab 2.9 computes it, to the last bit. Pure functions: no
/// storage, no I/O; safe to call from several threads. docs/label-errors.md spells the rules out.
///
/// `probabilities` is N × K: row i says how likely each of K classes is for example i, out of
/// sample. `labels` has one entry a row, 0 to K - 1 or kNoLabel; rows without a label are treated
/// as if they were not in the matrix, but rows in results are always rows of the matrix. The
/// matrix is scanned two to four times, never copied; beside it stand about 25 bytes a row, three
/// K × K matrices, and buffers below a tenth of the matrix.
///
/// All functions throw Error(kConstraint), naming row, column or class, for what cleanlab refuses:
/// another number of labels than rows, a label that is not a column, fewer than two columns or two
/// different labels, a number outside [-1e-6, 1 + 1e-6]; and Error(kLimit) for 2^32 rows and more.
/// Labels of one class only are enough for estimates and scores, and, if it is class 0, for the
/// pruning filters and kConfidentLearning.
namespace cupel::learn {

/// A row of the matrix that is not an example (it has no label, or was not asked for).
inline constexpr int32_t kNoLabel = -1;

enum class Filter {
  kPruneByNoiseRate,    ///< for each pair (given, true): the largest margins p[true] - p[given]
  kPruneByClass,        ///< for each given class: the smallest p[given]
  kBoth,                ///< those that both of these flag
  kConfidentLearning,   ///< those counted off the diagonal of the confident joint
  kPredictedNeqGiven,   ///< the most likely class is not the given one
  kLowSelfConfidence,   ///< as many as kConfidentLearning flags, with the lowest p[given]
  kLowNormalizedMargin  ///< the same by normalized margin
};
/// How good a label looks, 0 to 1, lower = worse: p[given]; (p[given] - max p[other] + 1) / 2;
/// ln(1 + x) / x with x = normalized entropy / p[given].
enum class Score { kSelfConfidence, kNormalizedMargin, kConfidenceWeightedEntropy };
/// How equal numbers are ordered: by row, or as numpy's introsort leaves them (published counts of
/// cleanlab depend on it).
enum class Ties { kRowOrder, kNumpy };
/// cleanlab 2.x, or the rules of cleanlab 1.0's get_noise_indices: the three prune filters, and
/// kLowNormalizedMargin for what was published with it (labelerrors.com: as many as its
/// num_label_errors says, with the lowest margins);
/// always 5 kept of each class, and classes of 5 examples left alone; equal margins are flagged
/// together, equal probabilities not at all; every class must have an example; numbers outside
/// [0, 1] are taken as they are (up to a magnitude of 1,000); kNormalizedMargin is
/// p[given] - max p, other scores than it and kSelfConfidence are refused.
enum class Compat { kCleanlab2, kCleanlab1 };

struct IssueOptions {
  Filter filter = Filter::kPruneByNoiseRate;
  Score score = Score::kSelfConfidence;
  bool adjusted = false;  ///< scores from probabilities adjusted by the thresholds
  Ties ties = Ties::kRowOrder;
  Compat compat = Compat::kCleanlab2;
  double frac_noise = 1;                  ///< 0 to 1: the share of the estimated errors to flag
  uint32_t min_examples_per_class = 1;    ///< kept of each class (kCleanlab1: 5)
  std::vector<int64_t> remove_per_class;  ///< num_to_remove_per_class, by class; empty: estimated
  bool single_precision_margins = false;  ///< kCleanlab1 as with n_jobs > 1: prunes in binary32
  std::function<void()> poll;             ///< called for each block of rows; may throw to end
};

/// A K × K matrix, row-major; [given][true].
struct ClassMatrix {
  size_t classes = 0;
  std::vector<double> values;
  double at(size_t given, size_t guessed) const { return values[given * classes + guessed]; }
};

/// What the labels and probabilities say about the classes.
struct ClassEstimates {
  std::vector<double> thresholds;  ///< t_k, the mean of p[k] over examples of k; 2 without examples
  std::vector<uint64_t> examples;  ///< n_k
  ClassMatrix confident_joint;     ///< counts of examples, uncalibrated
  ClassMatrix calibrated;          ///< whole numbers; row k sums to n_k
  /// Size of what kConfidentLearning flags (num_label_issues by `off_diagonal`).
  uint64_t off_diagonal = 0;
};

struct LabelIssues {
  std::vector<uint64_t> issues;    ///< rows, ascending
  std::vector<uint64_t> ranked;    ///< the same rows, worst first (score, then ties)
  std::vector<double> scores;      ///< by row of the matrix; NaN where there is no example
  std::vector<int32_t> predicted;  ///< by row: argmax, the lowest if equal; kNoLabel: no example
  ClassEstimates classes;
};

/// Finds label issues.
LabelIssues find_label_issues(const AnyRows& probabilities, std::span<const int32_t> labels,
                              const IssueOptions& options);

/// The estimates alone.
ClassEstimates estimate_classes(const AnyRows& probabilities, std::span<const int32_t> labels,
                                Ties ties = Ties::kRowOrder);

/// A score for each row, lower = worse; NaN where there is no example. kConfidenceWeightedEntropy
/// refuses numbers outside [0, 1] and is never adjusted.
std::vector<double> label_quality(const AnyRows& probabilities, std::span<const int32_t> labels,
                                  Score score, bool adjusted);

/// cleanlab's find_label_issues_batched: one pass for thresholds, averaged over batches of
/// `batch_size` examples, and one that counts examples confidently predicted as another class; that
/// many of the lowest p[given] are flagged. Rows, ascending. Kept as the reference has it, also
/// where that is odd: a class without examples has the threshold 2e-6, so everything predicted as
/// that class counts.
std::vector<uint64_t> find_label_issues_batched(const AnyRows& probabilities,
                                                std::span<const int32_t> labels, size_t batch_size,
                                                Ties ties = Ties::kRowOrder);

}  // namespace cupel::learn
