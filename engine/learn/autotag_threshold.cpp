#include "engine/learn/autotag_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <vector>

namespace cupel::learn {
namespace {

/// Numbers of both sides, largest first.
struct Ranked {
  std::vector<double> positives, others;

  Ranked(std::span<const double> of_positives, std::span<const double> of_others)
      : positives(of_positives.begin(), of_positives.end()),
        others(of_others.begin(), of_others.end()) {
    std::sort(positives.begin(), positives.end(), std::greater<>());
    std::sort(others.begin(), others.end(), std::greater<>());
  }

  static size_t from(const std::vector<double>& numbers, double least) {
    return static_cast<size_t>(
        std::upper_bound(numbers.begin(), numbers.end(), least, std::greater<>()) -
        numbers.begin());
  }
  size_t positives_from(double least) const { return from(positives, least); }
  size_t others_from(double least) const { return from(others, least); }

  /// Halfway between a number and the next smaller one of either side.
  double below(double number) const {
    double next = -std::numeric_limits<double>::infinity();
    for (const auto* side : {&positives, &others}) {
      const size_t at = from(*side, number);
      if (at < side->size()) next = std::max(next, (*side)[at]);
    }
    return std::isinf(next) ? number - std::max(0.1, std::fabs(number) * 0.1)
                            : next + (number - next) / 2;
  }
};

/// How many units of the score's curve lie between the middles of both sides at most.
constexpr double kSteepest = 5;

double precision_of(size_t positives, size_t others) {
  return positives == 0 ? 0
                        : static_cast<double>(positives) / static_cast<double>(positives + others);
}

}  // namespace

Threshold choose_threshold(std::span<const double> positives, std::span<const double> others) {
  const Ranked ranked(positives, others);
  Threshold best;
  double most = -1;
  for (const double least : ranked.positives) {
    const double recall =
        static_cast<double>(ranked.positives_from(least)) / static_cast<double>(positives.size());
    // One more than were seen: none seen is not none there.
    const double found =
        static_cast<double>(ranked.others_from(least) + 1) / static_cast<double>(others.size() + 1);
    const double worth = recall * recall * recall / (found * found);
    if (worth < most) continue;
    most = worth;
    best.margin = ranked.below(least);
  }
  // The middle positive is to be well above 0, the middle other well below; a threshold close to
  // either must not make the scores between a step.
  const double positive = ranked.positives[ranked.positives.size() / 2];
  const double other = ranked.others[ranked.others.size() / 2];
  best.slope = 1 / std::max({1e-6, positive - best.margin, (positive - other) / kSteepest});
  return best;
}

AutotagQuality measure_quality(std::span<const double> positives, std::span<const double> others) {
  const Ranked ranked(positives, others);
  AutotagQuality quality;
  for (size_t i = 0; i < ranked.positives.size(); ++i) {
    const double score = ranked.positives[i];
    const size_t found = ranked.positives_from(score);
    const double precision = precision_of(found, ranked.others_from(score));
    quality.average_precision += precision / static_cast<double>(positives.size());
    if (i + 1 < found) continue;  // the last of equal ones stands for them
    quality.points.push_back({ranked.below(score), precision,
                              static_cast<double>(found) / static_cast<double>(positives.size())});
  }
  std::reverse(quality.points.begin(), quality.points.end());
  const double least = std::nextafter(0.0, 1.0);
  const size_t found = ranked.positives_from(least);
  quality.precision = precision_of(found, ranked.others_from(least));
  quality.recall = static_cast<double>(found) / static_cast<double>(positives.size());
  return quality;
}

double threshold_for_precision(const AutotagQuality& quality, double precision) noexcept {
  const auto worse =
      std::find_if(quality.points.rbegin(), quality.points.rend(),
                   [&](const AutotagPoint& point) { return point.precision < precision; });
  return worse == quality.points.rbegin() ? std::numeric_limits<double>::quiet_NaN()
                                          : std::prev(worse)->threshold;
}

}  // namespace cupel::learn
