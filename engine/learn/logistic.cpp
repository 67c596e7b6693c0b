#include "engine/learn/logistic.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace cupel::learn {
namespace {

using Eigen::VectorXd;
using Rows =
    Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using Numbers = Eigen::Map<const VectorXd>;

constexpr int kMostSteps = 40;
constexpr int kMostInnerSteps = 60;
constexpr double kSmallGradient = 1e-7;
/// Of the penalty: the offset is to go where it likes, but not without end.
constexpr double kOffsetShare = 1e-3;

class Fit {
 public:
  Fit(const LogisticProblem& problem, std::span<const double> start)
      : width_(static_cast<Eigen::Index>(problem.width)),
        rows_(problem.rows.data(), static_cast<Eigen::Index>(problem.sides.size()), width_),
        weights_(problem.weights.data(), rows_.rows()),
        sides_(rows_.rows()),
        penalties_(VectorXd::Constant(width_ + 1, problem.penalty)),
        solution_(VectorXd::Zero(width_ + 1)) {
    for (Eigen::Index i = 0; i < sides_.size(); ++i)
      sides_[i] = problem.sides[static_cast<size_t>(i)];
    penalties_[width_] *= kOffsetShare;
    if (!start.empty()) solution_ = Numbers(start.data(), width_ + 1);
    margins_ = margins(solution_);
    value_ = value(solution_, margins_);
  }

  /// One step of Newton's method; false at the minimum.
  bool step() {
    update_slopes();
    if (gradient_.cwiseAbs().maxCoeff() <= kSmallGradient) return false;
    const VectorXd direction = newton_direction();
    const double slope = gradient_.dot(direction);
    const VectorXd moved = margins(direction);
    for (double length = 1; length > 1e-6; length /= 2) {
      const VectorXd solution = solution_ + length * direction;
      const VectorXd there = margins_ + length * moved;
      const double value = this->value(solution, there);
      if (value > value_ + 1e-4 * length * slope) continue;
      const bool moving = value < value_;
      solution_ = solution;
      margins_ = there;
      value_ = value;
      return moving;
    }
    return false;
  }

  std::vector<double> solution() const {
    return {solution_.data(), solution_.data() + solution_.size()};
  }

 private:
  VectorXd margins(const VectorXd& of) const {
    VectorXd out = rows_ * of.head(width_);
    out.array() += of[width_];
    return out;
  }

  VectorXd transposed(const VectorXd& by_row) const {
    VectorXd out(width_ + 1);
    out.head(width_).noalias() = rows_.transpose() * by_row;
    out[width_] = by_row.sum();
    return out;
  }

  double value(const VectorXd& solution, const VectorXd& margins) const {
    double sum = 0;
    for (Eigen::Index i = 0; i < margins.size(); ++i) {
      const double x = -sides_[i] * margins[i];
      sum += weights_[i] * (std::max(x, 0.0) + log_of_one_plus(exp_of_negative(-std::fabs(x))));
    }
    return sum + 0.5 * (penalties_.array() * solution.array().square()).sum();
  }

  /// The gradient, and the second derivatives by row.
  void update_slopes() {
    VectorXd pulls(margins_.size());
    curvatures_.resize(margins_.size());
    for (Eigen::Index i = 0; i < margins_.size(); ++i) {
      const double x = sides_[i] * margins_[i];
      const double u = exp_of_negative(-std::fabs(x));
      const double wrong = x >= 0 ? u / (1 + u) : 1 / (1 + u);
      pulls[i] = -weights_[i] * sides_[i] * wrong;
      curvatures_[i] = weights_[i] * wrong * (1 - wrong);
    }
    gradient_ = transposed(pulls) + penalties_.cwiseProduct(solution_);
  }

  VectorXd newton_direction() const {
    VectorXd direction = VectorXd::Zero(width_ + 1);
    VectorXd rest = -gradient_;
    VectorXd along = rest;
    double square = rest.squaredNorm();
    // Rough far from the minimum, finer near it: the steps then shrink faster than linearly.
    const double enough = square * std::min(0.01, std::sqrt(square));
    for (int i = 0; i < kMostInnerSteps && square > enough; ++i) {
      const VectorXd curved =
          transposed(curvatures_.cwiseProduct(margins(along))) + penalties_.cwiseProduct(along);
      const double length = square / along.dot(curved);
      direction += length * along;
      rest -= length * curved;
      const double next = rest.squaredNorm();
      along = rest + (next / square) * along;
      square = next;
    }
    return direction;
  }

  Eigen::Index width_;
  Rows rows_;
  Numbers weights_;
  VectorXd sides_, penalties_, solution_, margins_, gradient_, curvatures_;
  double value_ = 0;
};

}  // namespace

double exp_of_negative(double x) noexcept {
  if (x < -700) return 0;
  // x = k ln 2 + r; the two parts of ln 2 make k ln 2 exact enough.
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  const double k = std::floor(x * 1.44269504088896338700 + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int n = 14; n > 0; --n) sum = 1 + sum * r / n;
  return std::ldexp(sum, static_cast<int>(k));
}

double log_of_one_plus(double u) noexcept {
  // 2 artanh(z)
  const double z = u / (2 + u);
  const double square = z * z;
  double sum = 0;
  for (int n = 33; n > 0; n -= 2) sum = sum * square + 1.0 / n;
  return 2 * z * sum;
}

std::vector<double> fit_logistic(const LogisticProblem& problem, std::span<const double> start,
                                 const std::function<void()>& poll) {
  Fit fit(problem, start);
  for (int i = 0; i < kMostSteps; ++i) {
    if (poll) poll();
    if (!fit.step()) break;
  }
  return fit.solution();
}

std::vector<double> margins_of(std::span<const double> rows, size_t width,
                               std::span<const double> solution) {
  const auto count = static_cast<Eigen::Index>(rows.size() / width);
  const auto columns = static_cast<Eigen::Index>(width);
  VectorXd margins = Rows(rows.data(), count, columns) * Numbers(solution.data(), columns);
  margins.array() += solution[width];
  return {margins.data(), margins.data() + count};
}

}  // namespace cupel::learn
