#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Autotags: linear classifiers of vectors' directions, learned from few examples. Pure functions;
/// the same input gives the same bits on every machine.
///
/// The classifier is logistic regression with an L2 penalty, its examples weighted so that both
/// sides count the same (King and Zeng, "Logistic regression in rare events data", 2001). Without
/// negatives, rows drawn from all data stand for them, although some are unknown positives:
/// learning from positive and unlabelled examples (Lee and Liu, "Learning with positive and
/// unlabeled examples using weighted logistic regression", ICML 2003). It is found by Newton's
/// method in the space that the examples span, with conjugate gradients (Komarek and Moore, 2005).
namespace cupel::learn {

/// Vectors of `width` components, row after row, of any length but zero.
struct AutotagExamples {
  size_t width = 0;
  std::span<const double> positives;   ///< at least one row
  std::span<const double> negatives;   ///< may be empty
  std::span<const double> background;  ///< drawn from all rows (draw_background); may be empty if
                                       ///< there are negatives
};

struct AutotagOptions {
  uint64_t seed = 1;  ///< of the folds
  size_t folds = 5;   ///< of cross-validation, 2 or more; so many positives or fewer: leave one out
  double penalty = 1;  ///< larger: simpler. Above 0
};

/// How it runs; no result depends on it.
struct AutotagRunning {
  /// Calls `f(0)` … `f(n - 1)` on any threads, returns when all have returned; an exception of `f`
  /// is thrown again. Empty: one after the other.
  std::function<void(size_t n, const std::function<void(size_t)>& f)> parallel;
  std::function<void()> poll;  ///< called often, on any thread; may throw to end. May be empty
};

/// What the tag would find at a threshold, by cross-validation: each example is scored by a tag
/// learned without it.
struct AutotagPoint {
  double threshold = 0;  ///< on scores; a row is found above it
  double precision = 0;  ///< found positives of all found. Background counts as negative, so that
                         ///< unknown positives in it lower this below the truth
  double recall = 0;     ///< found positives of all positives
};

struct AutotagQuality {
  size_t folds = 0;                  ///< 0: too few positives (one) to leave any out
  double precision = 0;              ///< at threshold 0
  double recall = 0;                 ///< at threshold 0
  double average_precision = 0;      ///< of the examples in order of their scores
  std::vector<AutotagPoint> points;  ///< ascending by threshold; one for each positive's score
};

struct Autotag {
  std::vector<double> weights;  ///< for vectors of length 1
  double offset = 0;            ///< so that the margin is 0 at the threshold
  double slope = 1;             ///< of scores at the threshold
  AutotagQuality quality;
};

/// Throws Error(kConstraint): no positives, nothing against them, examples that are not finite or
/// zero, naming which; kLimit: more than 20,000 examples.
Autotag train_autotag(const AutotagExamples& examples, const AutotagOptions& options,
                      const AutotagRunning& running = {});

/// The score of a row whose linear score (offset + weights · direction) is `margin`: in [-1, 1],
/// above 0 where the tag holds, growing with the margin. NaN stays.
double autotag_score(const Autotag& tag, double margin) noexcept;

/// The lowest threshold whose cross-validated precision, and that of all above it, is at least
/// `precision`; nothing (NaN) when there is none.
double threshold_for_precision(const AutotagQuality& quality, double precision) noexcept;

/// How many background rows suit a tag.
inline constexpr size_t kUsualBackground = 1000;
/// `count` distinct rows below `rows`, ascending, drawn by seed: all where there are fewer. Rows of
/// `excluded` (ascending) are not drawn.
std::vector<uint64_t> draw_background(uint64_t rows, size_t count,
                                      std::span<const uint64_t> excluded, uint64_t seed);

}  // namespace cupel::learn
