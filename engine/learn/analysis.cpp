#include "engine/learn/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cupel/error.hpp"
#include "engine/learn/calibrate.hpp"

namespace cupel::learn {
namespace {

template <typename Real>
uint64_t count_off_diagonal(const RowScan<Real>& scan) {
  uint64_t count = 0;
  for (size_t row = 0; row < scan.fits.size(); ++row)
    count += static_cast<uint64_t>(scan.off_diagonal[row] != 0 && scan.fits[row] == 0);
  return count;
}

void check_compat1(const IssueOptions& options) {
  if (options.filter != Filter::kPruneByNoiseRate && options.filter != Filter::kPruneByClass &&
      options.filter != Filter::kBoth && options.filter != Filter::kLowNormalizedMargin)
    throw Error(ErrorCode::kUnsupported,
                "cleanlab 1.0 has the filters prune_by_noise_rate, prune_by_class and both only, "
                "and low_normalized_margin for what was published with it");
  if (options.adjusted || options.score == Score::kConfidenceWeightedEntropy)
    throw Error(ErrorCode::kUnsupported,
                "cleanlab 1.0 ranks by the probability of the given label or by its margin only");
}

}  // namespace

void require_all_classes(const Examples& examples) {
  const auto missing = std::ranges::find(examples.counts, 0U);
  if (missing == examples.counts.end()) return;
  throw Error(
      ErrorCode::kConstraint,
      fmt::format("the rules of cleanlab 1.0 need an example of each class, but class {} has "
                  "none",
                  missing - examples.counts.begin()));
}

void check_options(const IssueOptions& options, size_t classes) {
  if (!(options.frac_noise >= 0 && options.frac_noise <= 1))
    throw Error(ErrorCode::kConstraint,
                fmt::format("the share of errors to flag must be between 0 and 1, not {}",
                            options.frac_noise));
  if (options.compat == Compat::kCleanlab1) check_compat1(options);
  if (options.remove_per_class.empty()) return;
  if (options.remove_per_class.size() != classes)
    throw Error(ErrorCode::kConstraint,
                fmt::format("there are {} numbers of examples to remove for {} classes",
                            options.remove_per_class.size(), classes));
  for (size_t k = 0; k < classes; ++k)
    if (options.remove_per_class[k] < 0)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("the number of examples of class {} to remove is negative", k));
}

AnalysisRequest request_for(const IssueOptions& options) {
  AnalysisRequest out;
  const bool strict = options.filter == Filter::kPredictedNeqGiven ||
                      options.filter == Filter::kLowSelfConfidence ||
                      options.filter == Filter::kLowNormalizedMargin;
  out.one_class = strict ? OneClass::kRefused : OneClass::kAllowedIfZero;
  out.others_most = options.filter == Filter::kLowNormalizedMargin ||
                    (options.score == Score::kNormalizedMargin && !options.adjusted);
  out.ties = options.ties;
  out.compat = options.compat;
  out.poll = &options.poll;
  return out;
}

template <typename T>
Analysis<T> analyse(const Rows<T>& matrix, std::span<const int32_t> labels,
                    const AnalysisRequest& request) {
  Analysis<T> out;
  out.examples = group_examples(labels, matrix.rows(), matrix.columns(), request.one_class);
  if (request.compat == Compat::kCleanlab1) require_all_classes(out.examples);
  const std::function<void()> no_poll;
  const auto& poll = request.poll != nullptr ? *request.poll : no_poll;
  out.own = own_probabilities(matrix, out.examples, poll);
  out.thresholds =
      find_thresholds<T>(out.examples, std::span<const RealOf<T>>(out.own), request.compat);
  ScanRequest scan;
  scan.counts = request.joints;
  scan.others_most = request.others_most;
  scan.compat = request.compat;
  scan.poll = &poll;
  out.scan = scan_rows(matrix, out.examples, out.thresholds, scan);
  out.classes.thresholds = out.thresholds.values;
  out.classes.examples = out.examples.counts;
  if (!request.joints) return out;
  out.classes.confident_joint = std::move(out.scan.joint);
  out.classes.calibrated =
      calibrate_joint(out.classes.confident_joint, out.examples.counts, request.ties);
  out.classes.off_diagonal = count_off_diagonal(out.scan);
  return out;
}

template Analysis<Half> analyse(const Rows<Half>&, std::span<const int32_t>,
                                const AnalysisRequest&);
template Analysis<float> analyse(const Rows<float>&, std::span<const int32_t>,
                                 const AnalysisRequest&);
template Analysis<double> analyse(const Rows<double>&, std::span<const int32_t>,
                                  const AnalysisRequest&);

}  // namespace cupel::learn
