#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "engine/learn/rows.hpp"

/// Random labels, some of them wrong, with probabilities that mostly know better.
namespace cupel::learn::random {

struct Sample {
  size_t columns = 0;
  std::vector<double> numbers;  ///< rows × columns
  std::vector<int32_t> labels;

  template <typename T>
  std::vector<T> as() const {
    return {numbers.begin(), numbers.end()};
  }
  std::vector<Half> as_half() const {
    std::vector<Half> out;
    for (const double p : numbers) out.push_back(to_half(static_cast<float>(p)));
    return out;
  }
};

/// `levels` > 0: probabilities are multiples of 1 / levels, so that many are equal.
inline Sample sample(uint32_t seed, size_t rows, size_t columns, double noise, int levels = 0) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> share;
  std::uniform_int_distribution<int32_t> any(0, static_cast<int32_t>(columns) - 1);
  Sample out;
  out.columns = columns;
  for (size_t row = 0; row < rows; ++row) {
    const int32_t true_class = any(random);
    out.labels.push_back(share(random) < noise ? any(random) : true_class);
    std::vector<double> p(columns);
    double sum = 0;
    for (size_t k = 0; k < columns; ++k) {
      const bool right = static_cast<int32_t>(k) == true_class;
      p[k] = std::exp(normal(random) + (right ? 4 * share(random) : 0));
      sum += p[k];
    }
    for (double& value : p) {
      value /= sum;
      if (levels > 0) value = std::round(value * levels) / levels;
      out.numbers.push_back(value);
    }
  }
  return out;
}

}  // namespace cupel::learn::random
