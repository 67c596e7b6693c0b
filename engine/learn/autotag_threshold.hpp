#pragma once

#include <span>

#include "engine/learn/autotag.hpp"

namespace cupel::learn {

struct Threshold {
  double margin = 0;
  double slope = 1;  ///< of scores there
};

/// From the margins of positives (at least one) and of what stands against them (at least one).
Threshold choose_threshold(std::span<const double> positives, std::span<const double> others);

/// From scores; `folds` is left alone.
AutotagQuality measure_quality(std::span<const double> positives, std::span<const double> others);

}  // namespace cupel::learn
