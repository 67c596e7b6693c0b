#include "engine/learn/exact_neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::learn {
namespace {

/// Two blocks of rows of common embeddings (64 × 768 floats) fit into the second-level cache.
constexpr size_t kBlock = 64;
constexpr size_t kLanes = 8;

/// The sum of f over pairs of numbers, in eight running sums, which compilers turn into vectors.
template <typename T, typename F>
double sum_over(const T* a, const T* b, size_t count, F f) {
  double lanes[kLanes] = {};
  const size_t even = count - count % kLanes;
  for (size_t i = 0; i < even; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] += f(static_cast<double>(a[i + lane]), static_cast<double>(b[i + lane]));
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  for (size_t i = even; i < count; ++i)
    sum += f(static_cast<double>(a[i]), static_cast<double>(b[i]));
  return sum;
}

template <typename T>
double dot(const T* a, const T* b, size_t count) {
  return sum_over(a, b, count, [](double x, double y) { return x * y; });
}

template <typename T>
double squared_distance(const T* a, const T* b, size_t count) {
  return sum_over(a, b, count, [](double x, double y) { return (x - y) * (x - y); });
}

/// Rows and their distances; lengths are kept so that a cosine costs one product.
template <typename T>
class Points {
 public:
  Points(std::span<const T> values, size_t columns, Metric metric)
      : values_(values), columns_(columns), metric_(metric) {
    // A difference is at most twice the longer of two rows.
    constexpr double kMost = std::numeric_limits<double>::max() / 8;
    for (size_t i = 0; i < rows(); ++i) {
      const double square = dot(at(i), at(i), columns_);
      if (!(square <= kMost))
        throw Error(ErrorCode::kConstraint,
                    fmt::format("row {} holds a number that is not finite, or too large to measure "
                                "distances",
                                i));
      lengths_.push_back(std::sqrt(square));
    }
  }

  size_t rows() const { return values_.size() / columns_; }

  double distance(size_t i, size_t j) const {
    if (metric_ == Metric::kEuclidean) return std::sqrt(squared_distance(at(i), at(j), columns_));
    if (lengths_[i] == 0 || lengths_[j] == 0) return 1;
    return std::max(0.0, 1 - dot(at(i), at(j), columns_) / (lengths_[i] * lengths_[j]));
  }

 private:
  const T* at(size_t row) const { return values_.data() + row * columns_; }

  std::span<const T> values_;
  size_t columns_;
  Metric metric_;
  std::vector<double> lengths_;
};

/// Puts a candidate in its place among the k best of a row, or drops it. The blocks offer the
/// others of a row in ascending order, so that equal distances stay ordered by row.
void offer(Neighbours& out, size_t row, double distance, uint64_t other) {
  const size_t first = row * out.k;
  size_t at = first + out.k - 1;
  if (!(distance < out.distances[at])) return;
  for (; at > first && distance < out.distances[at - 1]; --at) {
    out.distances[at] = out.distances[at - 1];
    out.rows[at] = out.rows[at - 1];
  }
  out.distances[at] = distance;
  out.rows[at] = other;
}

template <typename T>
void compare_blocks(const Points<T>& points, size_t first, size_t second, Neighbours& out) {
  const size_t end = std::min(first + kBlock, points.rows());
  const size_t second_end = std::min(second + kBlock, points.rows());
  for (size_t i = first; i < end; ++i) {
    for (size_t j = std::max(second, i + 1); j < second_end; ++j) {
      const double distance = points.distance(i, j);
      offer(out, i, distance, j);
      offer(out, j, distance, i);
    }
  }
}

}  // namespace

template <typename T>
Neighbours exact_neighbours(std::span<const T> values, size_t columns, size_t k, Metric metric,
                            const std::function<void()>& poll) {
  if (columns == 0 || values.size() % columns != 0)
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} numbers are not rows of {} columns", values.size(), columns));
  const Points<T> points(values, columns, metric);
  if (k == 0 || k >= points.rows())
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} rows cannot have {} neighbours each; ask for 1 or more, and fewer "
                            "than there are rows",
                            points.rows(), k));
  Neighbours out;
  out.k = k;
  out.distances.assign(points.rows() * k, std::numeric_limits<double>::infinity());
  out.rows.assign(points.rows() * k, std::numeric_limits<uint64_t>::max());
  for (size_t first = 0; first < points.rows(); first += kBlock) {
    for (size_t second = first; second < points.rows(); second += kBlock) {
      if (poll) poll();
      compare_blocks(points, first, second, out);
    }
  }
  return out;
}

template Neighbours exact_neighbours(std::span<const float>, size_t, size_t, Metric,
                                     const std::function<void()>&);
template Neighbours exact_neighbours(std::span<const double>, size_t, size_t, Metric,
                                     const std::function<void()>&);

}  // namespace cupel::learn
