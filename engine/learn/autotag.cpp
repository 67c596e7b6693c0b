#include "engine/learn/autotag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "cupel/error.hpp"
#include "engine/learn/autotag_threshold.hpp"
#include "engine/learn/logistic.hpp"

namespace cupel::learn {
namespace {

constexpr size_t kMostExamples = 20'000;
/// The penalty for one positive; more of them are trusted more. Chosen on clustered vectors and on
/// pictures' colours: from a third to three times as much makes little difference.
constexpr double kPenalty = 0.01;

/// All examples as rows of length 1: positives, then negatives, then background.
struct Examples {
  size_t width = 0, positives = 0, negatives = 0, background = 0;
  std::vector<double> rows;
  std::vector<int8_t> sides;

  size_t size() const { return positives + negatives + background; }
};

void append_units(Examples& examples, std::span<const double> rows, const char* what) {
  if (examples.width == 0 || rows.size() % examples.width != 0)
    throw Error(ErrorCode::kConstraint, fmt::format("the {} are not whole vectors", what));
  for (size_t begin = 0; begin < rows.size(); begin += examples.width) {
    const auto row = rows.subspan(begin, examples.width);
    double most = 0;
    bool finite = true;
    for (const double x : row) most = std::max(most, std::fabs(x)), finite &= std::isfinite(x);
    if (!finite || most == 0)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("example {} of the {} {}", begin / examples.width + 1, what,
                              finite ? "is zero, so it has no direction"
                                     : "has a number that is not finite"));
    double square = 0;
    for (const double x : row) square += (x / most) * (x / most);
    const double length = std::sqrt(square);
    for (const double x : row) examples.rows.push_back(x / most / length);
  }
}

Examples collect(const AutotagExamples& given) {
  Examples all;
  all.width = given.width;
  append_units(all, given.positives, "positives");
  append_units(all, given.negatives, "negatives");
  append_units(all, given.background, "background rows");
  all.positives = given.positives.size() / given.width;
  all.negatives = given.negatives.size() / given.width;
  all.background = given.background.size() / given.width;
  if (all.positives == 0)
    throw Error(ErrorCode::kConstraint, "an autotag needs at least one example of what it is for");
  if (all.size() == all.positives)
    throw Error(ErrorCode::kConstraint,
                "an autotag needs something against its examples: negatives, or background rows");
  if (all.size() > kMostExamples)
    throw Error(ErrorCode::kLimit, fmt::format("an autotag learns from at most {} examples, not {}",
                                               kMostExamples, all.size()));
  all.sides.assign(all.size(), -1);
  std::fill_n(all.sides.begin(), all.positives, int8_t{1});
  return all;
}

/// Each side weighs one half. Of the other side, negatives that somebody chose weigh up to as much
/// as all background rows, of which some may be positives that nobody knows.
std::vector<double> weigh(const Examples& examples, const std::vector<uint8_t>& taken) {
  size_t counts[3] = {};
  const auto group = [&](size_t i) {
    return i < examples.positives ? 0 : i < examples.positives + examples.negatives ? 1 : 2;
  };
  for (size_t i = 0; i < examples.size(); ++i) counts[group(i)] += taken[i];
  const auto chosen = static_cast<double>(counts[1]);
  double share = std::min(0.5, chosen / (chosen + 2 * static_cast<double>(counts[0])));
  if (counts[2] == 0) share = 1;
  const double sums[3] = {0.5, 0.5 * share, 0.5 * (1 - share)};
  std::vector<double> weights(examples.size());
  for (size_t i = 0; i < weights.size(); ++i)
    if (taken[i] != 0) weights[i] = sums[group(i)] / static_cast<double>(counts[group(i)]);
  return weights;
}

std::vector<double> fit(const Examples& examples, const std::vector<uint8_t>& taken, double penalty,
                        std::span<const double> start, const std::function<void()>& poll) {
  const std::vector<double> weights = weigh(examples, taken);
  const auto positives = std::accumulate(
      taken.begin(), taken.begin() + static_cast<ptrdiff_t>(examples.positives), size_t{0});
  return fit_logistic({examples.width, examples.rows, examples.sides, weights,
                       kPenalty * penalty / static_cast<double>(positives)},
                      start, poll);
}

/// The fold of each example: as equal in number as can be within each group.
std::vector<size_t> draw_folds(const Examples& examples, size_t folds, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<size_t> fold;
  for (const size_t count : {examples.positives, examples.negatives, examples.background}) {
    const size_t begin = fold.size();
    for (size_t i = 0; i < count; ++i) fold.push_back(i % folds);
    for (size_t i = count; i > 1; --i) std::swap(fold[begin + i - 1], fold[begin + random() % i]);
  }
  return fold;
}

/// The margin of each example by a solution that has not seen it.
std::vector<double> held_out_margins(const Examples& examples, size_t folds,
                                     const AutotagOptions& options, std::span<const double> start,
                                     const AutotagRunning& running) {
  const std::vector<size_t> fold = draw_folds(examples, folds, options.seed);
  std::vector<double> margins(examples.size());
  const auto run = [&](size_t out) {
    std::vector<uint8_t> taken(examples.size());
    size_t against = 0;
    for (size_t i = 0; i < taken.size(); ++i) {
      taken[i] = static_cast<uint8_t>(fold[i] != out);
      against += static_cast<size_t>(i >= examples.positives && taken[i] != 0);
    }
    // Nothing else stands against the positives: it cannot be left out.
    if (against == 0)
      std::fill(taken.begin() + static_cast<ptrdiff_t>(examples.positives), taken.end(), 1);
    const auto solution = fit(examples, taken, options.penalty, start, running.poll);
    const auto all = margins_of(examples.rows, examples.width, solution);
    for (size_t i = 0; i < taken.size(); ++i)
      if (fold[i] == out) margins[i] = all[i];
  };
  if (running.parallel) {
    running.parallel(folds, run);
  } else {
    for (size_t out = 0; out < folds; ++out) run(out);
  }
  return margins;
}

}  // namespace

Autotag train_autotag(const AutotagExamples& given, const AutotagOptions& options,
                      const AutotagRunning& running) {
  if (!(options.penalty > 0) || options.folds < 2)
    throw Error(ErrorCode::kConstraint, "the penalty must be above 0, and the folds 2 or more");
  const Examples examples = collect(given);
  const std::vector<uint8_t> all(examples.size(), 1);
  std::vector<double> solution = fit(examples, all, options.penalty, {}, running.poll);
  const size_t folds = std::min(options.folds, examples.positives);
  const std::vector<double> margins =
      folds < 2 ? margins_of(examples.rows, examples.width, solution)
                : held_out_margins(examples, folds, options, solution, running);
  const std::span<const double> positives = std::span(margins).first(examples.positives);
  const std::span<const double> others = std::span(margins).subspan(examples.positives);
  const Threshold threshold = choose_threshold(positives, others);

  Autotag tag;
  tag.offset = solution.back() - threshold.margin;
  tag.slope = threshold.slope;
  solution.pop_back();
  tag.weights = std::move(solution);
  if (folds < 2) return tag;
  const auto scores = [&](std::span<const double> of) {
    std::vector<double> out;
    for (const double margin : of) out.push_back(autotag_score(tag, margin - threshold.margin));
    return out;
  };
  tag.quality = measure_quality(scores(positives), scores(others));
  tag.quality.folds = folds;
  return tag;
}

double autotag_score(const Autotag& tag, double margin) noexcept {
  const double z = tag.slope * margin;
  return z / std::sqrt(1 + z * z);
}

std::vector<uint64_t> draw_background(uint64_t rows, size_t count,
                                      std::span<const uint64_t> excluded, uint64_t seed) {
  const auto known = [&](uint64_t row) {
    return std::binary_search(excluded.begin(), excluded.end(), row);
  };
  std::vector<uint64_t> drawn;
  if (rows <= excluded.size() + 2 * count) {
    // So few that drawing would meet the same ones again and again.
    for (uint64_t row = 0; row < rows; ++row)
      if (!known(row)) drawn.push_back(row);
    std::mt19937_64 random(seed);
    for (size_t i = 0; i < count && i < drawn.size(); ++i)
      std::swap(drawn[i], drawn[i + random() % (drawn.size() - i)]);
    drawn.resize(std::min(count, drawn.size()));
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  }
  std::mt19937_64 random(seed);
  while (drawn.size() < count) {
    while (drawn.size() < count) {
      const uint64_t row = random() % rows;
      if (!known(row)) drawn.push_back(row);
    }
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  }
  return drawn;
}

}  // namespace cupel::learn
