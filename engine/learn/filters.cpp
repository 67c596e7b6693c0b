#include <algorithm>
#include <functional>
#include <limits>

#include "engine/learn/analysis.hpp"
#include "engine/learn/class_noise.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/noise_rate.hpp"
#include "engine/learn/prune_counts.hpp"
#include "engine/learn/scores.hpp"

namespace cupel::learn {
namespace {

constexpr uint32_t kKeptByCleanlab1 = 5;

uint64_t kept_of_each(const IssueOptions& options) {
  return options.compat == Compat::kCleanlab1 ? kKeptByCleanlab1 : options.min_examples_per_class;
}

/// How many examples of a class prune_by_class flags.
size_t wanted_of(uint64_t examples, double kept) {
  const double wanted = static_cast<double>(examples) - kept;
  return wanted < 1 ? 0 : static_cast<size_t>(std::min(wanted, static_cast<double>(examples)));
}

/// cleanlab 2: exactly `wanted`, the lowest.
template <typename Real>
void flag_lowest_of_class(std::span<const Real> own, std::span<const uint32_t> rows, size_t wanted,
                          Ties ties, std::vector<uint8_t>& flagged) {
  const std::vector<uint32_t> order = index_split(own, wanted, ties);
  for (size_t i = 0; i < wanted; ++i) flagged[rows[order[i]]] = 1;
}

/// cleanlab 1.0: those below the number at sorted position `wanted`, as Cut reads them.
template <typename Cut, typename Real>
void flag_below(std::span<const Real> own, std::span<const uint32_t> rows, size_t wanted,
                std::vector<uint8_t>& flagged) {
  std::vector<Cut> sorted(own.begin(), own.end());
  const auto at = sorted.begin() + static_cast<ptrdiff_t>(std::min(wanted, own.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  for (size_t i = 0; i < own.size(); ++i)
    if (static_cast<Cut>(own[i]) < *at) flagged[rows[i]] = 1;
}

template <typename T>
std::vector<uint8_t> flag_by_class(const Analysis<T>& analysis, const PruneCounts& prunes,
                                   const IssueOptions& options) {
  using Real = RealOf<T>;
  const Examples& examples = analysis.examples;
  std::vector<uint8_t> flagged(examples.labels.size());
  for (size_t k = 0; k < examples.classes; ++k) {
    const uint64_t count = examples.counts[k];
    if (count <= kept_of_each(options) || count <= 1) continue;
    const auto own = std::span<const Real>(analysis.own).subspan(examples.first[k], count);
    const size_t wanted = wanted_of(count, prunes.kept[k]);
    if (wanted == 0) continue;
    if (options.compat == Compat::kCleanlab2)
      flag_lowest_of_class(own, examples.of(k), wanted, options.ties, flagged);
    else if (options.single_precision_margins)
      flag_below<float>(own, examples.of(k), wanted, flagged);
    else
      flag_below<Real>(own, examples.of(k), wanted, flagged);
  }
  return flagged;
}

template <typename T>
std::vector<uint8_t> prune(const Rows<T>& matrix, const Analysis<T>& analysis,
                           const IssueOptions& options) {
  PruneRequest request;
  request.at_least = static_cast<double>(kept_of_each(options));
  request.frac_noise = options.frac_noise;
  request.remove = options.remove_per_class;
  // Only rounding sorts indices in cleanlab 1.0 too.
  request.ties = options.ties;
  const PruneCounts prunes =
      count_prunes(analysis.classes.calibrated, analysis.examples.counts, request);
  if (options.filter == Filter::kPruneByClass) return flag_by_class(analysis, prunes, options);
  NoiseRateRequest by_rate;
  by_rate.min_examples = kept_of_each(options);
  by_rate.ties = options.ties;
  by_rate.compat = options.compat;
  by_rate.single_precision =
      options.compat == Compat::kCleanlab1 && options.single_precision_margins;
  by_rate.poll = &options.poll;
  std::vector<uint8_t> flagged = flag_by_noise_rate(matrix, analysis.examples, prunes, by_rate);
  if (options.filter != Filter::kBoth) return flagged;
  const std::vector<uint8_t> by_class = flag_by_class(analysis, prunes, options);
  std::ranges::transform(flagged, by_class, flagged.begin(), std::bit_and<>());
  return flagged;
}

template <typename T>
std::vector<uint8_t> flag_low_scores(const Rows<T>& matrix, const Analysis<T>& analysis,
                                     const IssueOptions& options) {
  IssueOptions plain;
  plain.score = options.filter == Filter::kLowNormalizedMargin ? Score::kNormalizedMargin
                                                               : Score::kSelfConfidence;
  std::vector<uint8_t> flagged(matrix.rows());
  std::vector<uint32_t> rows = analysis.examples.rows;
  std::ranges::sort(rows);
  const ClassEstimates& classes = analysis.classes;
  const uint64_t count = options.compat == Compat::kCleanlab1
                             ? estimate_issue_count_1_0(classes.confident_joint, classes.examples)
                             : classes.off_diagonal;
  flag_lowest(score_issues(matrix, analysis, plain), rows, count, options.ties, flagged);
  return flagged;
}

std::vector<uint8_t> flag_unpredicted(const Examples& examples,
                                      std::span<const int32_t> predicted) {
  std::vector<uint8_t> flagged(predicted.size());
  for (size_t row = 0; row < predicted.size(); ++row)
    flagged[row] = predicted[row] != examples.labels[row] ? 1 : 0;
  return flagged;
}

/// Self-confidence and margin without adjustment are known from the two passes.
template <typename T>
std::vector<double> known_scores(const Analysis<T>& analysis, const IssueOptions& options) {
  const Examples& examples = analysis.examples;
  std::vector<double> out(examples.labels.size(), std::numeric_limits<double>::quiet_NaN());
  for (size_t i = 0; i < examples.rows.size(); ++i) {
    const uint32_t row = examples.rows[i];
    const RealOf<T> own = analysis.own[i];
    if (options.score == Score::kSelfConfidence) {
      out[row] = own;
    } else if (options.compat == Compat::kCleanlab1) {
      out[row] = Element<T>::round(own - std::max(own, analysis.scan.others_most[row]));
    } else {
      out[row] = normalized_margin<T>(own, analysis.scan.others_most[row]);
    }
  }
  return out;
}

}  // namespace

void flag_lowest(std::span<const double> scores, std::span<const uint32_t> rows, size_t count,
                 Ties ties, std::vector<uint8_t>& flagged) {
  std::vector<double> keys(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) keys[i] = scores[rows[i]];
  const std::vector<uint32_t> order = index_split(std::span<const double>(keys), count, ties);
  for (size_t i = 0; i < count; ++i) flagged[rows[order[i]]] = 1;
}

template <typename T>
std::vector<uint8_t> flag_issues(const Rows<T>& matrix, const Analysis<T>& analysis,
                                 const IssueOptions& options) {
  std::vector<uint8_t> flagged;
  switch (options.filter) {
    case Filter::kPruneByNoiseRate:
    case Filter::kPruneByClass:
    case Filter::kBoth: flagged = prune(matrix, analysis, options); break;
    case Filter::kConfidentLearning: flagged = analysis.scan.off_diagonal; break;
    case Filter::kPredictedNeqGiven:
      flagged = flag_unpredicted(analysis.examples, analysis.scan.predicted);
      break;
    case Filter::kLowSelfConfidence:
    case Filter::kLowNormalizedMargin: return flag_low_scores(matrix, analysis, options);
  }
  for (size_t row = 0; row < flagged.size(); ++row)
    if (analysis.scan.fits[row] != 0) flagged[row] = 0;
  return flagged;
}

template <typename T>
std::vector<double> score_issues(const Rows<T>& matrix, const Analysis<T>& analysis,
                                 const IssueOptions& options) {
  if (!options.adjusted && options.score != Score::kConfidenceWeightedEntropy)
    return known_scores(analysis, options);
  return score_rows(matrix, analysis.examples.labels, options.score,
                    options.adjusted ? &analysis.thresholds : nullptr, options.poll);
}

std::vector<uint64_t> flagged_rows(std::span<const uint8_t> flagged) {
  std::vector<uint64_t> out;
  for (size_t row = 0; row < flagged.size(); ++row)
    if (flagged[row] != 0) out.push_back(row);
  return out;
}

std::vector<uint64_t> rank(std::span<const uint64_t> issues, std::span<const double> scores,
                           Ties ties) {
  std::vector<double> keys;
  keys.reserve(issues.size());
  for (const uint64_t row : issues) keys.push_back(scores[row]);
  std::vector<uint64_t> out;
  out.reserve(issues.size());
  for (const uint32_t i : index_sort(std::span<const double>(keys), ties)) out.push_back(issues[i]);
  return out;
}

template std::vector<uint8_t> flag_issues(const Rows<Half>&, const Analysis<Half>&,
                                          const IssueOptions&);
template std::vector<uint8_t> flag_issues(const Rows<float>&, const Analysis<float>&,
                                          const IssueOptions&);
template std::vector<uint8_t> flag_issues(const Rows<double>&, const Analysis<double>&,
                                          const IssueOptions&);
template std::vector<double> score_issues(const Rows<Half>&, const Analysis<Half>&,
                                          const IssueOptions&);
template std::vector<double> score_issues(const Rows<float>&, const Analysis<float>&,
                                          const IssueOptions&);
template std::vector<double> score_issues(const Rows<double>&, const Analysis<double>&,
                                          const IssueOptions&);

}  // namespace cupel::learn
