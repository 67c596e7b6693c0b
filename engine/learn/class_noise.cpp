#include "engine/learn/class_noise.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/learn/calibrate.hpp"
#include "engine/learn/numeric.hpp"

namespace cupel::learn {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

constexpr double kNotZero = 1e-100;
constexpr double kLeastPrior = 1e-6, kLeastConvergedPrior = 1e-5;
constexpr double kMostRate = 0.9999;

Matrix to_matrix(const ClassMatrix& from) {
  const auto n = static_cast<Eigen::Index>(from.classes);
  return Eigen::Map<const Matrix>(from.values.data(), n, n);
}

ClassMatrix from_matrix(const Matrix& from) {
  return {static_cast<size_t>(from.rows()),
          std::vector<double>(from.data(), from.data() + from.size())};
}

Vector at_least(const Vector& values, double least) { return values.cwiseMax(least); }

/// Every column divided by its own number.
Matrix divide_columns(const Matrix& matrix, const Vector& by) {
  return matrix * at_least(by, kNotZero).cwiseInverse().asDiagonal();
}

Vector clip_prior(const Vector& prior, double least) {
  const Vector clipped = prior.cwiseMax(least).cwiseMin(1.0);
  return clipped / std::max(clipped.sum(), kNotZero);
}

/// Off the diagonal rates are 0 to 0.9999; the columns then sum to 1.
Matrix clip_rates(const Matrix& rates) {
  Matrix clipped = rates.cwiseMax(0.0).cwiseMin(kMostRate);
  clipped.diagonal() = rates.diagonal();
  return divide_columns(clipped, clipped.colwise().sum().transpose());
}

struct Estimate {
  Vector given;  ///< P(given = k)
  Vector prior;
  Matrix noise, inverse;
};

Vector prior_by_count(const Estimate& now) {
  return clip_prior(now.inverse.diagonal()
                        .cwiseQuotient(at_least(now.noise.diagonal(), kNotZero))
                        .cwiseProduct(now.given),
                    kLeastPrior);
}

Vector prior_by_equation(const Estimate& now) {
  const Eigen::PartialPivLU<Matrix> lu(now.noise);
  // An exact zero among the pivots is what LAPACK calls singular.
  if ((lu.matrixLU().diagonal().array() == 0.0).any() || !lu.matrixLU().allFinite())
    throw Error(ErrorCode::kConstraint,
                "the noise matrix has no inverse (a class without examples has no noise rates); "
                "estimate the prior by another method");
  return clip_prior(lu.solve(now.given), kLeastPrior);
}

Vector find_prior(const Matrix& joint, const Estimate& now, PriorMethod method) {
  switch (method) {
    case PriorMethod::kEquation: return prior_by_equation(now);
    case PriorMethod::kMarginal:
      return clip_prior(joint.colwise().sum().transpose() / std::max(joint.sum(), kNotZero),
                        kLeastPrior);
    case PriorMethod::kMarginalOfGiven: return clip_prior(now.inverse * now.given, kLeastPrior);
    case PriorMethod::kCount: break;
  }
  return prior_by_count(now);
}

void converge_rates(Estimate& now) {
  for (int outer = 0; outer < 3; ++outer) {
    for (int inner = 0; inner < 5; ++inner) {
      const Matrix joint = now.noise * now.prior.asDiagonal();
      now.inverse = clip_rates(divide_columns(joint.transpose(), now.given));
      now.prior = prior_by_count(now);
    }
    const Matrix joint = now.inverse * now.given.asDiagonal();
    now.noise = clip_rates(divide_columns(joint.transpose(), now.prior));
  }
  now.prior = clip_prior(now.prior, kLeastConvergedPrior);
  now.noise = clip_rates(now.noise);
  now.inverse = clip_rates(now.inverse);
}

uint64_t total_of(std::span<const uint64_t> examples) {
  return std::accumulate(examples.begin(), examples.end(), uint64_t{0});
}

double trace_of(const ClassMatrix& matrix) {
  std::vector<double> diagonal(matrix.classes);
  for (size_t k = 0; k < matrix.classes; ++k) diagonal[k] = matrix.at(k, k);
  return numpy_sum(std::span<const double>(diagonal));
}

void check_joint(const ClassMatrix& joint, std::span<const uint64_t> examples) {
  if (joint.values.size() != joint.classes * joint.classes || joint.classes != examples.size())
    throw Error(ErrorCode::kConstraint,
                "a joint of classes must be square and have one count of examples for each class");
}

/// The joint divided by its total.
ClassMatrix normalized(ClassMatrix joint) {
  const double total = std::accumulate(joint.values.begin(), joint.values.end(), 0.0);
  for (double& value : joint.values) value /= total;
  return joint;
}

}  // namespace

ClassNoise estimate_class_noise(const ClassMatrix& joint, std::span<const uint64_t> examples,
                                PriorMethod method, bool converge) {
  check_joint(joint, examples);
  const Matrix counts = to_matrix(joint);
  Estimate now;
  now.given.resize(counts.rows());
  const auto total = static_cast<double>(total_of(examples));
  for (size_t k = 0; k < examples.size(); ++k)
    now.given[static_cast<Eigen::Index>(k)] = static_cast<double>(examples[k]) / total;
  now.noise = divide_columns(counts, counts.colwise().sum().transpose());
  now.inverse = divide_columns(counts.transpose(), counts.rowwise().sum());
  now.prior = find_prior(counts, now, method);
  now.noise = clip_rates(now.noise);
  now.inverse = clip_rates(now.inverse);
  if (converge) converge_rates(now);
  return {std::vector<double>(now.prior.data(), now.prior.data() + now.prior.size()),
          from_matrix(now.noise), from_matrix(now.inverse)};
}

ClassMatrix estimate_joint(const ClassMatrix& joint, std::span<const uint64_t> examples,
                           Ties ties) {
  check_joint(joint, examples);
  return normalized(calibrate_joint(joint, examples, ties));
}

uint64_t estimate_issue_count(const ClassMatrix& joint, std::span<const uint64_t> examples,
                              Ties ties) {
  const double wrong = 1.0 - trace_of(estimate_joint(joint, examples, ties));
  return static_cast<uint64_t>(
      std::max(0.0, round_half_even(wrong * static_cast<double>(total_of(examples)))));
}

uint64_t estimate_issue_count_1_0(const ClassMatrix& joint, std::span<const uint64_t> examples) {
  check_joint(joint, examples);
  const double wrong = 1.0 - trace_of(normalized(joint));
  return static_cast<uint64_t>(std::max(0.0, wrong * static_cast<double>(total_of(examples))));
}

}  // namespace cupel::learn
