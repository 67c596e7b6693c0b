#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <variant>

#include "cupel/error.hpp"
#include "engine/learn/element.hpp"
#include "engine/learn/numeric.hpp"
#include "engine/learn/outliers.hpp"

namespace cupel::learn {
namespace {

constexpr double kSlack = 1e-6;  // of a probability past [0, 1]
constexpr size_t kGenClasses = 100;
constexpr double kGenPower = 0.1;

double negative_entropy(std::span<const double> row) {
  double sum = 0;
  for (const double p : row)
    if (p > 0) sum += p * std::log(p);
  return 1 + sum / std::log(static_cast<double>(row.size()));
}

/// Leaves `row` changed.
double generalised_entropy(std::span<double> row) {
  const double most = *std::ranges::max_element(row);
  for (double& p : row) p = std::exp(p - most);
  const double total = numpy_sum(std::span<const double>(row));
  if (row.size() > kGenClasses) {
    std::ranges::nth_element(row, row.begin() + kGenClasses, std::greater());
    row = row.first(kGenClasses);
  }
  double sum = 0;
  for (const double part : row) {
    const double q = part / total;
    sum += std::pow(q, kGenPower) * std::pow(1 - q, kGenPower);
  }
  return 1 - sum / static_cast<double>(kGenClasses);
}

class RowJudge {
 public:
  RowJudge(OutOfDistribution method, std::span<const double> thresholds)
      : method_(method), thresholds_(thresholds) {
    if (!thresholds.empty()) most_threshold_ = *std::ranges::max_element(thresholds);
  }

  /// Leaves `row` changed.
  double score(std::span<double> row) const {
    if (!thresholds_.empty()) adjust(row);
    switch (method_) {
      case OutOfDistribution::kEntropy: return negative_entropy(row);
      case OutOfDistribution::kLeastConfidence: return *std::ranges::max_element(row);
      case OutOfDistribution::kGen: return generalised_entropy(row);
    }
    throw Error(ErrorCode::kInternal, "an unknown way to tell outliers from probabilities");
  }

 private:
  void adjust(std::span<double> row) const {
    for (size_t j = 0; j < row.size(); ++j) row[j] = row[j] - thresholds_[j] + most_threshold_;
    const double sum = numpy_sum(std::span<const double>(row));
    for (double& p : row) p /= sum;
  }

  OutOfDistribution method_;
  std::span<const double> thresholds_;
  double most_threshold_ = 0;
};

template <typename T>
std::vector<double> judge_rows(const Rows<T>& matrix, const RowJudge& judge,
                               const std::function<void()>& poll) {
  const size_t columns = matrix.columns();
  std::vector<double> out, numbers(columns);
  out.reserve(matrix.rows());
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (poll) poll();
    for (size_t i = 0; i < count; ++i) {
      for (size_t j = 0; j < columns; ++j) {
        numbers[j] = Element<T>::load(data[i * columns + j]);
        if (!(numbers[j] >= -kSlack && numbers[j] <= 1 + kSlack))
          throw Error(ErrorCode::kConstraint,
                      fmt::format("row {}, column {} of the probabilities holds {}, which is not "
                                  "between 0 and 1",
                                  first + i, j, numbers[j]));
      }
      out.push_back(judge.score(numbers));
    }
  });
  return out;
}

}  // namespace

std::vector<double> out_of_distribution(const AnyRows& probabilities, OutOfDistribution method,
                                        std::span<const double> thresholds,
                                        const std::function<void()>& poll) {
  return std::visit(
      [&](const auto* matrix) {
        const size_t columns = matrix->columns();
        if (columns < 2)
          throw Error(ErrorCode::kConstraint,
                      "probabilities of fewer than two classes tell no outliers");
        if (!thresholds.empty() && thresholds.size() != columns)
          throw Error(ErrorCode::kConstraint,
                      fmt::format("there are {} thresholds for {} columns of probabilities",
                                  thresholds.size(), columns));
        if (std::ranges::any_of(thresholds, [](double t) { return !std::isfinite(t); }))
          throw Error(ErrorCode::kConstraint, "a threshold is not a number");
        return judge_rows(*matrix, RowJudge(method, thresholds), poll);
      },
      probabilities);
}

}  // namespace cupel::learn
