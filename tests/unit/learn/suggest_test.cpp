#include "engine/learn/suggest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace cupel::learn {
namespace {

double cosine(std::span<const double> a, std::span<const double> b) {
  double product = 0, first = 0, second = 0;
  for (size_t j = 0; j < a.size(); ++j) {
    product += a[j] * b[j];
    first += a[j] * a[j];
    second += b[j] * b[j];
  }
  return product / std::sqrt(first * second);
}

std::vector<size_t> naive_suggest(const SuggestPool& pool, size_t count) {
  const auto row = [&](std::span<const double> of, size_t i) {
    return of.subspan(i * pool.width, pool.width);
  };
  const size_t size = pool.scores.size();
  std::vector<size_t> chosen;
  while (chosen.size() < std::min(count, size)) {
    size_t best = size;
    double most = 0;
    for (size_t i = 0; i < size; ++i) {
      if (std::find(chosen.begin(), chosen.end(), i) != chosen.end()) continue;
      std::vector<double> near;
      for (size_t j = 0; j < size; ++j)
        if (j != i) near.push_back(cosine(row(pool.vectors, i), row(pool.vectors, j)));
      std::sort(near.rbegin(), near.rend());
      near.resize(std::min<size_t>(near.size(), 10));
      double sum = 0;
      for (const double x : near) sum += x;
      const double density = (sum / static_cast<double>(near.size()) + 1) / 2;
      double nearest = -1;
      for (const size_t j : chosen)
        nearest = std::max(nearest, cosine(row(pool.vectors, i), row(pool.vectors, j)));
      for (size_t j = 0; j < pool.known.size() / pool.width; ++j)
        nearest = std::max(nearest, cosine(row(pool.vectors, i), row(pool.known, j)));
      const double value = (1 - std::fabs(pool.scores[i])) * density * (1 - nearest);
      if (best != size && !(value > most)) continue;
      best = i;
      most = value;
    }
    chosen.push_back(best);
  }
  return chosen;
}

TEST(Suggest, ChoosesAsTheRuleSays) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  for (const size_t size : {2u, 9u, 60u}) {
    std::vector<double> vectors(size * 5), known(3 * 5), scores(size);
    for (double& x : vectors) x = normal(random);
    for (double& x : known) x = normal(random);
    for (double& x : scores) x = std::tanh(normal(random));
    for (const size_t count : {1u, 5u, 100u}) {
      const SuggestPool with{5, scores, vectors, known}, without{5, scores, vectors, {}};
      EXPECT_EQ(suggest(with, count), naive_suggest(with, count));
      EXPECT_EQ(suggest(without, count), naive_suggest(without, count));
    }
  }
  EXPECT_TRUE(suggest({5, {}, {}, {}}, 3).empty());
  const std::vector<double> one = {1, 2};
  EXPECT_EQ(suggest({2, std::span(one).first(1), one, {}}, 3), std::vector<size_t>{0});
}

TEST(Suggest, NeverTwoOfAKind) {
  // Ten copies of a row the tag is unsure of, and two others it is surer of.
  std::vector<double> vectors, scores;
  for (int i = 0; i < 10; ++i) vectors.insert(vectors.end(), {1, 0}), scores.push_back(0);
  vectors.insert(vectors.end(), {0, 1}), scores.push_back(0.5);
  vectors.insert(vectors.end(), {-1, 0}), scores.push_back(-0.5);
  auto chosen = suggest({2, scores, vectors, {}}, 3);
  EXPECT_EQ(chosen.front(), 0u);
  std::sort(chosen.begin(), chosen.end());
  EXPECT_EQ(chosen, (std::vector<size_t>{0, 10, 11}));
}

TEST(Suggest, UncertainRowsAreNearZero) {
  const std::vector<double> scores = {0.5, NAN, -0.1, 0.1, 0.0, -1, 0.05};
  const std::vector<uint64_t> excluded = {4};
  EXPECT_EQ(uncertain_rows(scores, 3, excluded), (std::vector<uint64_t>{6, 2, 3}));
  EXPECT_EQ(uncertain_rows(scores, 9, {}), (std::vector<uint64_t>{4, 6, 2, 3, 0, 5}));
  EXPECT_TRUE(uncertain_rows({}, 9, {}).empty());
}

}  // namespace
}  // namespace cupel::learn
