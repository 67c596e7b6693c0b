#include "engine/learn/multi_label.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cupel/error.hpp"
#include "engine/learn/analysis.hpp"
#include "engine/learn/binary_rows.hpp"
#include "engine/learn/one_joint.hpp"
#include "engine/learn/scores.hpp"

namespace cupel::learn {
namespace {

constexpr double kSlack = 1e-6;  // of a probability past [0, 1]
constexpr double kWeightOfLowest = 0.8;
constexpr double kTemperature = 0.1;

template <typename T>
void check_sets(const Rows<T>& matrix, const LabelSets& labels) {
  const size_t rows = matrix.rows();
  if (labels.classes != matrix.columns() || labels.given.size() != rows * labels.classes ||
      (!labels.is_example.empty() && labels.is_example.size() != rows))
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("the label sets are not of {} rows and {} classes, as the probabilities "
                    "are",
                    rows, matrix.columns()));
  if (rows == 0 || labels.classes == 0)
    throw Error(ErrorCode::kConstraint, "there are no probabilities to look at");
}

/// Labels of one class: 1 given, 0 not given.
std::vector<int32_t> labels_of(const LabelSets& labels, size_t k, size_t rows) {
  std::vector<int32_t> out(rows, kNoLabel);
  for (size_t row = 0; row < rows; ++row)
    if (labels.has_example(row)) out[row] = labels.given[row * labels.classes + k] != 0 ? 1 : 0;
  return out;
}

enum class Given { kByNone, kBySome, kByAll };
Given spread(std::span<const int32_t> labels) {
  if (std::ranges::find(labels, 1) == labels.end()) return Given::kByNone;
  return std::ranges::find(labels, 0) == labels.end() ? Given::kByAll : Given::kBySome;
}

template <typename T>
void check_probability(T stored, size_t row, size_t column) {
  const double p = Element<T>::load(stored);
  if (p >= -kSlack && p <= 1 + kSlack) return;
  throw Error(ErrorCode::kConstraint,
              fmt::format("row {}, column {} of the probabilities holds {}, which is not between 0 "
                          "and 1",
                          row, column, p));
}

/// Calls `f(class, binary matrix)` for each class. Columns are gathered in groups of about a tenth
/// of the matrix.
template <typename T, typename F>
void for_each_class(const Rows<T>& matrix, const LabelSets& labels,
                    const std::function<void()>& poll, const F& f) {
  const size_t classes = labels.classes;
  const size_t step = std::max<size_t>(1, classes / 10);
  for (size_t first = 0; first < classes; first += step) {
    const size_t width = std::min(step, classes - first);
    std::vector<std::vector<T>> columns(width, std::vector<T>(matrix.rows()));
    matrix.scan([&](size_t row, size_t count, const T* data) {
      if (poll) poll();
      for (size_t i = 0; i < count; ++i) {
        if (!labels.has_example(row + i)) continue;
        for (size_t j = 0; j < width; ++j) {
          const T p = data[i * classes + first + j];
          check_probability(p, row + i, first + j);
          columns[j][row + i] = p;
        }
      }
    });
    for (size_t j = 0; j < width; ++j) f(first + j, BinaryRows<T>(std::move(columns[j])));
  }
}

double moving_average(std::span<double> scores) {
  std::ranges::sort(scores, std::greater<>());
  double mean = scores[0];
  for (const double score : scores.subspan(1))
    mean = kWeightOfLowest * score + (1 - kWeightOfLowest) * mean;
  return mean;
}

double softmin(std::span<const double> scores) {
  const double least = *std::ranges::min_element(scores);
  double weights = 0, sum = 0;
  for (const double score : scores) {
    const double weight = std::exp((least - score) / kTemperature);
    weights += weight;
    sum += weight * score;
  }
  return sum / weights;
}

/// Calls `f(row, the scores of its classes)` for each example.
template <typename T, typename F>
void for_each_scored(const Rows<T>& matrix, const LabelSets& labels, Score score,
                     const std::vector<Thresholds>& adjust, const std::function<void()>& poll,
                     const F& f) {
  const size_t classes = labels.classes;
  std::vector<RowScorer<T>> scorers;
  scorers.reserve(classes);
  for (size_t k = 0; k < classes; ++k)
    scorers.emplace_back(score, adjust.empty() ? nullptr : &adjust[k]);
  std::vector<double> scores(classes);
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (poll) poll();
    for (size_t i = 0; i < count; ++i) {
      const size_t row = first + i;
      if (!labels.has_example(row)) continue;
      for (size_t k = 0; k < classes; ++k) {
        const T p = data[i * classes + k];
        check_probability(p, row, k);
        const RealOf<T> pair[] = {Element<T>::load(complement(p)), Element<T>::load(p)};
        scores[k] = scorers[k].score(pair, labels.given[row * classes + k] != 0 ? 1 : 0, row);
      }
      f(row, std::span<double>(scores));
    }
  });
}

template <typename T, typename F>
void score_classes(const Rows<T>& matrix, const LabelSets& labels, Score score, bool adjusted,
                   const F& f) {
  check_sets(matrix, labels);
  std::vector<Thresholds> adjust;
  if (adjusted) {
    adjust.resize(labels.classes);
    for_each_class(matrix, labels, {}, [&](size_t k, const BinaryRows<T>& binary) {
      const std::vector<int32_t> given = labels_of(labels, k, matrix.rows());
      AnalysisRequest request;
      request.joints = false;
      adjust[k] = analyse<T>(binary, given, request).thresholds;
    });
  }
  for_each_scored(matrix, labels, score, adjust, {}, f);
}

template <typename T>
std::vector<double> aggregate(const Rows<T>& matrix, const LabelSets& labels, Score score,
                              bool adjusted, Aggregation aggregation) {
  std::vector<double> out(matrix.rows(), std::numeric_limits<double>::quiet_NaN());
  score_classes(matrix, labels, score, adjusted, [&](size_t row, std::span<double> scores) {
    out[row] = aggregation == Aggregation::kSoftmin ? softmin(scores) : moving_average(scores);
  });
  return out;
}

/// The options of class k: what is removed are examples with the class.
IssueOptions options_of(const IssueOptions& options, size_t k) {
  IssueOptions out = options;
  if (!options.remove_per_class.empty()) out.remove_per_class = {options.remove_per_class[k], 0};
  return out;
}

void check_class(Given given, const IssueOptions& options, size_t k) {
  if (given == Given::kByAll)
    throw Error(ErrorCode::kConstraint,
                fmt::format("class {} is given to every example; leave its column out", k));
  if (given == Given::kByNone && options.filter == Filter::kPredictedNeqGiven)
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("class {} is given to no example, which this filter does not take; leave "
                    "its column out",
                    k));
}

bool by_low_score(const IssueOptions& options) {
  return options.filter == Filter::kLowSelfConfidence ||
         options.filter == Filter::kLowNormalizedMargin;
}

/// Runs every class; fills suspected, classes and off_diagonal. Returns the rows with a suspect.
template <typename T>
std::vector<uint8_t> suspect(const Rows<T>& matrix, const LabelSets& labels,
                             const IssueOptions& options, MultiLabelIssues& out) {
  const size_t rows = matrix.rows();
  std::vector<uint8_t> any(rows), off_diagonal(rows);
  out.suspected.assign(rows * labels.classes, 0);
  out.classes.resize(labels.classes);
  for_each_class(matrix, labels, options.poll, [&](size_t k, const BinaryRows<T>& binary) {
    const std::vector<int32_t> given = labels_of(labels, k, rows);
    const Given whom = spread(given);
    check_class(whom, options, k);
    AnalysisRequest request = request_for(options);
    request.one_class = OneClass::kAllowed;
    Analysis<T> analysis = analyse<T>(binary, given, request);
    std::vector<uint8_t> flagged(rows);
    if (whom == Given::kBySome || !by_low_score(options))
      flagged = flag_issues<T>(binary, analysis, options_of(options, k));
    for (size_t row = 0; row < rows; ++row) {
      out.suspected[row * labels.classes + k] = flagged[row];
      any[row] |= flagged[row];
      if (analysis.scan.off_diagonal[row] != 0 && analysis.scan.fits[row] == 0)
        off_diagonal[row] = 1;
    }
    out.classes[k] = std::move(analysis.classes);
  });
  out.off_diagonal = static_cast<uint64_t>(std::ranges::count(off_diagonal, 1));
  return any;
}

template <typename T>
MultiLabelIssues find(const Rows<T>& matrix, const LabelSets& labels, const IssueOptions& options,
                      Aggregation aggregation) {
  check_sets(matrix, labels);
  check_options(options, labels.classes);
  if (options.compat == Compat::kCleanlab1) return find_by_one_joint(matrix, labels, options);
  MultiLabelIssues out;
  std::vector<uint8_t> flagged = suspect(matrix, labels, options, out);
  out.scores = aggregate(matrix, labels, options.score, options.adjusted, aggregation);
  if (by_low_score(options)) {
    const Score by = options.filter == Filter::kLowSelfConfidence ? Score::kSelfConfidence
                                                                  : Score::kNormalizedMargin;
    std::vector<uint32_t> rows;
    for (size_t row = 0; row < matrix.rows(); ++row)
      if (labels.has_example(row)) rows.push_back(static_cast<uint32_t>(row));
    std::ranges::fill(flagged, 0);
    flag_lowest(aggregate(matrix, labels, by, false, aggregation), rows, out.off_diagonal,
                options.ties, flagged);
  }
  out.issues = flagged_rows(flagged);
  out.ranked = rank(out.issues, out.scores, options.ties);
  return out;
}

}  // namespace

MultiLabelIssues find_multi_label_issues(const AnyRows& probabilities, const LabelSets& labels,
                                         const IssueOptions& options, Aggregation aggregation) {
  return std::visit([&](const auto* matrix) { return find(*matrix, labels, options, aggregation); },
                    probabilities);
}

std::vector<double> multi_label_quality_by_class(const AnyRows& probabilities,
                                                 const LabelSets& labels, Score score,
                                                 bool adjusted) {
  return std::visit(
      [&](const auto* matrix) {
        std::vector<double> out(matrix->rows() * labels.classes,
                                std::numeric_limits<double>::quiet_NaN());
        score_classes(*matrix, labels, score, adjusted, [&](size_t row, std::span<double> scores) {
          std::ranges::copy(scores, out.begin() + static_cast<ptrdiff_t>(row * scores.size()));
        });
        return out;
      },
      probabilities);
}

std::vector<double> multi_label_quality(const AnyRows& probabilities, const LabelSets& labels,
                                        Score score, bool adjusted, Aggregation aggregation) {
  return std::visit(
      [&](const auto* matrix) { return aggregate(*matrix, labels, score, adjusted, aggregation); },
      probabilities);
}

}  // namespace cupel::learn
