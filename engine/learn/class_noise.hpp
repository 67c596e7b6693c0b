#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// What a (calibrated) confident joint says about how labels go wrong.
namespace cupel::learn {

/// How the share of each true class is estimated: from the ratio of the two noise rates, by
/// inverting the noise matrix, from the column sums of the joint, or from the inverse noise rates.
enum class PriorMethod { kCount, kEquation, kMarginal, kMarginalOfGiven };

struct ClassNoise {
  std::vector<double> prior;  ///< P(true = k)
  ClassMatrix noise;          ///< [given][true]: P(given | true)
  ClassMatrix inverse;        ///< [true][given]: P(true | given), as cleanlab has it
};

/// `joint`: counts, [given][true]; `examples`: n_k. `converge` makes prior and rates agree by
/// iteration. Equals cleanlab but for rounding (1e-9). Throws Error(kConstraint) if kEquation meets
/// a noise matrix without inverse, as where a class has no examples.
ClassNoise estimate_class_noise(const ClassMatrix& joint, std::span<const uint64_t> examples,
                                PriorMethod method = PriorMethod::kCount, bool converge = false);

/// P(given, true): the joint calibrated (once more) and divided by its total.
ClassMatrix estimate_joint(const ClassMatrix& joint, std::span<const uint64_t> examples,
                           Ties ties = Ties::kRowOrder);

/// The estimated number of wrong labels: num_label_issues by `off_diagonal_calibrated`, or with a
/// joint of one's own by `off_diagonal_custom`.
uint64_t estimate_issue_count(const ClassMatrix& joint, std::span<const uint64_t> examples,
                              Ties ties = Ties::kRowOrder);

/// cleanlab 1.0's num_label_errors of a joint as it stands: truncated, not calibrated.
uint64_t estimate_issue_count_1_0(const ClassMatrix& joint, std::span<const uint64_t> examples);

}  // namespace cupel::learn
