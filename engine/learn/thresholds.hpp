#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/learn/element.hpp"
#include "engine/learn/examples.hpp"

namespace cupel::learn {

/// Stands for the threshold of a class without examples: no probability reaches it.
inline constexpr double kNoThreshold = 2;
/// The lower bound of a threshold in cleanlab 2.
inline constexpr double kLeastThreshold = 2e-6;
/// How far below its threshold a probability still counts.
inline constexpr double kThresholdSlack = 1e-6;

/// The mean probability of each class over its own examples.
struct Thresholds {
  std::vector<double> values;  ///< numbers of T, unless in_double
  /// numpy turns the vector into binary64 if a class has no examples and T is narrower.
  bool in_double = false;
};

/// p[i, y_i] in the order of `examples.rows`. Reads one number a row.
template <typename T>
std::vector<RealOf<T>> own_probabilities(const Rows<T>& matrix, const Examples& examples,
                                         const std::function<void()>& poll);

/// The thresholds; `compat` kCleanlab1 has no lower bound.
template <typename T>
Thresholds find_thresholds(const Examples& examples, std::span<const RealOf<T>> own,
                           Compat compat = Compat::kCleanlab2);

/// From where on a probability of T counts: `p >= t - 1e-6`, as a bound for `p` itself.
template <typename T>
std::vector<RealOf<T>> find_cutoffs(const Thresholds& thresholds);

}  // namespace cupel::learn
