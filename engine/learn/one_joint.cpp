#include "engine/learn/one_joint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cupel/error.hpp"
#include "engine/learn/analysis.hpp"
#include "engine/learn/calibrate.hpp"
#include "engine/learn/element.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

constexpr size_t kCuts = 17;
constexpr double kLargest = 1000;  // keeps margins finite, as scan_rows does

/// The rows of a matrix, once for each class that they have.
template <typename T>
class MemberRows final : public Rows<T> {
 public:
  MemberRows(const Rows<T>& matrix, const LabelSets& labels) : matrix_(matrix), labels_(labels) {
    for (size_t row = 0; row < matrix.rows(); ++row) {
      if (!labels.has_example(row)) continue;
      for (size_t k = 0; k < labels.classes; ++k) {
        if (labels.given[row * labels.classes + k] == 0) continue;
        rows_.push_back(static_cast<uint32_t>(row));
        classes_.push_back(static_cast<int32_t>(k));
      }
    }
  }

  size_t rows() const override { return rows_.size(); }
  size_t columns() const override { return labels_.classes; }
  void scan(const typename Rows<T>::Visitor& f) const override {
    const size_t width = columns();
    std::vector<T> block;
    size_t member = 0;
    matrix_.scan([&](size_t first, size_t count, const T* data) {
      block.clear();
      const size_t begin = member;
      for (; member < rows_.size() && rows_[member] < first + count; ++member) {
        const T* row = data + (rows_[member] - first) * width;
        block.insert(block.end(), row, row + width);
      }
      if (member > begin) f(begin, member - begin, block.data());
    });
  }

  /// By member.
  const std::vector<int32_t>& classes() const { return classes_; }
  const std::vector<uint32_t>& matrix_rows() const { return rows_; }

 private:
  const Rows<T>& matrix_;
  const LabelSets& labels_;
  std::vector<uint32_t> rows_;
  std::vector<int32_t> classes_;
};

/// Calls `f(row, its numbers as Reals, its labels)` for each example.
template <typename T, typename F>
void for_each_example(const Rows<T>& matrix, const LabelSets& labels, const IssueOptions& options,
                      const F& f) {
  const size_t classes = labels.classes;
  std::vector<RealOf<T>> numbers(classes);
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (options.poll) options.poll();
    for (size_t i = 0; i < count; ++i) {
      if (!labels.has_example(first + i)) continue;
      std::transform(data + i * classes, data + (i + 1) * classes, numbers.begin(),
                     Element<T>::load);
      f(first + i, numbers, labels.given.data() + (first + i) * classes);
    }
  });
}

/// Candidates for the cut, as numpy.arange has them, in the arithmetic of T.
template <typename T>
std::array<RealOf<T>, kCuts> cuts() {
  std::array<RealOf<T>, kCuts> out;
  for (size_t i = 0; i < kCuts; ++i) out[i] = constant<T>(0.05 + static_cast<double>(i) * 0.05);
  return out;
}

/// Finds the best cut from numbers that come one by one.
template <typename T>
class CutFinder {
 public:
  void add(RealOf<T> number, bool given) {
    const auto above =
        static_cast<size_t>(std::lower_bound(cuts_.begin(), cuts_.end(), number) - cuts_.begin());
    ++numbers_[above];
    if (!given) return;
    ++given_[above];
    ++all_given_;
  }
  RealOf<T> best() const {
    size_t best = 0;
    double most = -1;
    for (size_t cut = 0; cut < kCuts; ++cut) {
      uint64_t predicted = 0, right = 0;
      for (size_t above = cut + 1; above <= kCuts; ++above) {
        predicted += numbers_[above];
        right += given_[above];
      }
      const double score = f1(right, predicted);
      if (score <= most) continue;
      most = score;
      best = cut;
    }
    return cuts_[best];
  }

 private:
  /// The order of operations is scikit-learn's, because equal scores decide.
  double f1(uint64_t right, uint64_t predicted) const {
    if (right == 0) return 0;
    const double precision = static_cast<double>(right) / static_cast<double>(predicted);
    const double recall = static_cast<double>(right) / static_cast<double>(all_given_);
    return 2 * precision * recall / (precision + recall);
  }

  std::array<RealOf<T>, kCuts> cuts_ = cuts<T>();
  std::array<uint64_t, kCuts + 1> numbers_{}, given_{};  ///< by how many cuts they are above
  uint64_t all_given_ = 0;
};

template <typename T>
class OneJoint {
  using Real = RealOf<T>;

 public:
  OneJoint(const Rows<T>& matrix, const LabelSets& labels, const IssueOptions& options)
      : matrix_(matrix), labels_(labels), options_(options), members_(matrix, labels) {}

  MultiLabelIssues run() {
    estimate();
    find_fitting();
    std::vector<uint8_t> flagged = flag();
    out_.issues = flagged_rows(flagged);
    out_.ranked = rank(out_.issues, out_.scores, options_.ties);
    out_.joint = std::move(analysis_.classes);
    return std::move(out_);
  }

 private:
  void estimate() {
    const size_t classes = labels_.classes;
    analysis_.examples =
        group_examples(members_.classes(), members_.rows(), classes, OneClass::kAllowed);
    require_all_classes(analysis_.examples);
    analysis_.own = own_probabilities(members_, analysis_.examples, options_.poll);
    analysis_.thresholds = find_thresholds<T>(
        analysis_.examples, std::span<const Real>(analysis_.own), Compat::kCleanlab1);
    ClassEstimates& out = analysis_.classes;
    out.thresholds = analysis_.thresholds.values;
    out.examples = analysis_.examples.counts;
    out.confident_joint = {classes, std::vector<double>(classes * classes)};
    for_each_example(matrix_, labels_, options_,
                     [&](size_t row, std::span<const Real> numbers, const uint8_t* given) {
                       count(row, numbers, given);
                     });
    out.calibrated = calibrate_joint(out.confident_joint, out.examples, options_.ties);
  }

  void count(size_t row, std::span<const Real> numbers, const uint8_t* given) {
    confident_.clear();
    for (size_t j = 0; j < numbers.size(); ++j) {
      if (!(numbers[j] >= -kLargest && numbers[j] <= kLargest))
        throw Error(ErrorCode::kConstraint,
                    fmt::format("row {}, column {} of the probabilities holds {}, which is not "
                                "between 0 and 1",
                                row, j, numbers[j]));
      if (numbers[j] >= analysis_.thresholds.values[j]) confident_.push_back(j);
      cut_.add(numbers[j], given[j] != 0);
    }
    std::vector<double>& joint = analysis_.classes.confident_joint.values;
    for (size_t k = 0; k < numbers.size(); ++k) {
      if (given[k] == 0) continue;
      for (const size_t j : confident_) joint[k * numbers.size() + j] += 1;
    }
  }

  /// Which rows have just the classes above the cut; and the score of each row.
  void find_fitting() {
    const Real cut = cut_.best();
    std::vector<uint8_t> fits(matrix_.rows());
    out_.scores.assign(matrix_.rows(), std::numeric_limits<double>::quiet_NaN());
    std::vector<Real> picked(labels_.classes);
    for_each_example(matrix_, labels_, options_,
                     [&](size_t row, std::span<const Real> numbers, const uint8_t* given) {
                       bool all = true;
                       for (size_t j = 0; j < numbers.size(); ++j) {
                         all &= (numbers[j] > cut) == (given[j] != 0);
                         picked[j] = numbers[given[j] != 0 ? 1 : 0];
                       }
                       fits[row] = all ? 1 : 0;
                       out_.scores[row] = score(picked, numbers);
                     });
    for (const uint32_t row : members_.matrix_rows()) analysis_.scan.fits.push_back(fits[row]);
  }

  double score(std::span<const Real> picked, std::span<const Real> numbers) const {
    const Real own = numpy_mean<T>(picked);
    if (options_.score == Score::kSelfConfidence) return own;
    return Element<T>::round(own - *std::ranges::max_element(numbers));
  }

  std::vector<uint8_t> flag() {
    out_.suspected.assign(matrix_.rows() * labels_.classes, 0);
    if (options_.filter != Filter::kBoth) return flag(options_.filter);
    std::vector<uint8_t> flagged = flag(Filter::kPruneByClass);
    const std::vector<uint8_t> by_rate = flag(Filter::kPruneByNoiseRate);
    for (size_t row = 0; row < flagged.size(); ++row) {
      flagged[row] &= by_rate[row];
      if (flagged[row] != 0) continue;
      const auto first = out_.suspected.begin() + static_cast<ptrdiff_t>(row * labels_.classes);
      std::fill_n(first, labels_.classes, 0);
    }
    return flagged;
  }

  /// The rows that one filter flags; marks their classes in `suspected`.
  std::vector<uint8_t> flag(Filter filter) {
    IssueOptions options = options_;
    options.filter = filter;
    const std::vector<uint8_t> members = flag_issues<T>(members_, analysis_, options);
    std::vector<uint8_t> flagged(matrix_.rows());
    for (size_t member = 0; member < members.size(); ++member) {
      if (members[member] == 0) continue;
      const size_t row = members_.matrix_rows()[member];
      flagged[row] = 1;
      out_.suspected[row * labels_.classes + static_cast<size_t>(members_.classes()[member])] = 1;
    }
    return flagged;
  }

  const Rows<T>& matrix_;
  const LabelSets& labels_;
  const IssueOptions& options_;
  MemberRows<T> members_;
  Analysis<T> analysis_;  ///< of the members
  CutFinder<T> cut_;
  std::vector<size_t> confident_;
  MultiLabelIssues out_;
};

}  // namespace

template <typename T>
MultiLabelIssues find_by_one_joint(const Rows<T>& matrix, const LabelSets& labels,
                                   const IssueOptions& options) {
  if (options.filter == Filter::kLowNormalizedMargin)
    throw Error(ErrorCode::kUnsupported,
                "cleanlab 1.0 has the filters prune_by_noise_rate, prune_by_class and both only "
                "where an example has several labels");
  return OneJoint<T>(matrix, labels, options).run();
}

template MultiLabelIssues find_by_one_joint(const Rows<Half>&, const LabelSets&,
                                            const IssueOptions&);
template MultiLabelIssues find_by_one_joint(const Rows<float>&, const LabelSets&,
                                            const IssueOptions&);
template MultiLabelIssues find_by_one_joint(const Rows<double>&, const LabelSets&,
                                            const IssueOptions&);

}  // namespace cupel::learn
