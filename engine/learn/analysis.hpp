#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/learn/examples.hpp"
#include "engine/learn/label_issues.hpp"
#include "engine/learn/row_scan.hpp"
#include "engine/learn/thresholds.hpp"

namespace cupel::learn {

/// What all filters and scores begin with: two passes over the matrix. The joint stands in
/// `classes`, not in `scan`.
template <typename T>
struct Analysis {
  Examples examples;
  std::vector<RealOf<T>> own;  ///< p[i, y_i] in the order of examples.rows
  Thresholds thresholds;
  RowScan<RealOf<T>> scan;
  ClassEstimates classes;
};

struct AnalysisRequest {
  OneClass one_class = OneClass::kAllowed;
  bool others_most = false;
  bool joints = true;  ///< the joints of classes, and what follows from them
  Ties ties = Ties::kRowOrder;
  Compat compat = Compat::kCleanlab2;
  const std::function<void()>* poll = nullptr;
};

/// `labels` must outlive the result.
template <typename T>
Analysis<T> analyse(const Rows<T>& matrix, std::span<const int32_t> labels,
                    const AnalysisRequest& request);

/// Throws kConstraint where a class has no example: cleanlab 1.0 sizes its joint by the labels that
/// occur, and fails.
void require_all_classes(const Examples& examples);

/// The request that a filter and score need.
AnalysisRequest request_for(const IssueOptions& options);

/// Applies the filter: 1 for the rows that are issues.
template <typename T>
std::vector<uint8_t> flag_issues(const Rows<T>& matrix, const Analysis<T>& analysis,
                                 const IssueOptions& options);

/// The scores of the rows, as options.score and .adjusted say; NaN where there is no example.
template <typename T>
std::vector<double> score_issues(const Rows<T>& matrix, const Analysis<T>& analysis,
                                 const IssueOptions& options);

/// The flagged rows, ascending; and `issues` by score, lowest first.
std::vector<uint64_t> flagged_rows(std::span<const uint8_t> flagged);
std::vector<uint64_t> rank(std::span<const uint64_t> issues, std::span<const double> scores,
                           Ties ties);

/// Flags the `count` rows of `rows` (ascending) with the lowest scores; `scores` is by row of the
/// matrix.
void flag_lowest(std::span<const double> scores, std::span<const uint32_t> rows, size_t count,
                 Ties ties, std::vector<uint8_t>& flagged);

/// Throws Error(kConstraint) for options that make no sense for so many classes, kUnsupported for
/// those that cleanlab 1.0 does not have.
void check_options(const IssueOptions& options, size_t classes);

}  // namespace cupel::learn
