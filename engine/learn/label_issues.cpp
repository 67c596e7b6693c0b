#include "engine/learn/label_issues.hpp"

#include <utility>

#include "engine/learn/analysis.hpp"

namespace cupel::learn {
namespace {

template <typename T>
LabelIssues find(const Rows<T>& matrix, std::span<const int32_t> labels,
                 const IssueOptions& options) {
  check_options(options, matrix.columns());
  Analysis<T> analysis = analyse(matrix, labels, request_for(options));
  LabelIssues out;
  out.issues = flagged_rows(flag_issues(matrix, analysis, options));
  out.scores = score_issues(matrix, analysis, options);
  out.ranked = rank(out.issues, out.scores, options.ties);
  out.predicted = std::move(analysis.scan.predicted);
  out.classes = std::move(analysis.classes);
  return out;
}

template <typename T>
std::vector<double> score(const Rows<T>& matrix, std::span<const int32_t> labels,
                          const IssueOptions& options) {
  AnalysisRequest request;
  request.others_most = options.score == Score::kNormalizedMargin && !options.adjusted;
  request.joints = false;
  const Analysis<T> analysis = analyse(matrix, labels, request);
  return score_issues(matrix, analysis, options);
}

}  // namespace

LabelIssues find_label_issues(const AnyRows& probabilities, std::span<const int32_t> labels,
                              const IssueOptions& options) {
  return std::visit([&](const auto* matrix) { return find(*matrix, labels, options); },
                    probabilities);
}

ClassEstimates estimate_classes(const AnyRows& probabilities, std::span<const int32_t> labels,
                                Ties ties) {
  AnalysisRequest request;
  request.ties = ties;
  return std::visit([&](const auto* matrix) { return analyse(*matrix, labels, request).classes; },
                    probabilities);
}

std::vector<double> label_quality(const AnyRows& probabilities, std::span<const int32_t> labels,
                                  Score score_by, bool adjusted) {
  IssueOptions options;
  options.score = score_by;
  options.adjusted = adjusted;
  return std::visit([&](const auto* matrix) { return score(*matrix, labels, options); },
                    probabilities);
}

}  // namespace cupel::learn
