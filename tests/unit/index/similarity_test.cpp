#include "index/similarity.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "cupel/error.hpp"
#include "index/row_products.hpp"
#include "vector_world.hpp"

namespace cupel::index {
namespace {

using storage::Element;
using testing::clustered;
using testing::plain_cosine;

constexpr Element kElements[] = {Element::kFloat16, Element::kFloat32, Element::kFloat64};

uint64_t bits_of(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

TEST(RowProducts, EveryVersionGivesTheSameBits) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (const Element element : kElements) {
    for (const size_t width : {1u, 2u, 15u, 16u, 17u, 31u, 64u, 100u, 512u, 1000u}) {
      testing::VectorWorld world;
      world.element = element;
      world.width = static_cast<uint32_t>(width);
      world.block_rows = 32;
      for (int i = 0; i < 32; ++i) {
        world.rows.emplace_back(width);
        for (double& x : world.rows.back()) x = normal(random) * std::ldexp(1, i % 20 - 12);
      }
      world.store();
      std::vector<double> query(padded_width(width));
      for (size_t j = 0; j < width; ++j) query[j] = normal(random);
      std::vector<const std::byte*> rows;
      for (uint32_t i = 0; i < 32; ++i) rows.push_back(world.blocks[0]->row(i));
      std::vector<RowProducts> first(rows.size());
      for (const RowKernels* kernels : all_row_kernels()) {
        std::vector<RowProducts> found(rows.size());
        kernels->products[static_cast<size_t>(element)](rows.data(), rows.size(), width,
                                                        query.data(), found.data());
        if (kernels == all_row_kernels().front()) first = found;
        for (size_t i = 0; i < rows.size(); ++i) {
          EXPECT_EQ(bits_of(found[i].product), bits_of(first[i].product)) << kernels->name;
          EXPECT_EQ(bits_of(found[i].square), bits_of(first[i].square)) << kernels->name;
          std::vector<double> wide(padded_width(width));
          widen_row(element, rows[i], width, wide.data());
          const double* data = wide.data();
          double product = 0;
          kernels->dots(query.data(), &data, 1, wide.size(), &product);
          EXPECT_EQ(bits_of(found[i].product), bits_of(product)) << kernels->name;
          wide.resize(width);
          EXPECT_EQ(wide, world.rows[i]);
          const std::vector<double> plain(query.begin(), query.begin() + width);
          const double size =
              std::sqrt(testing::plain_product(wide, wide) * testing::plain_product(plain, plain));
          EXPECT_NEAR(product, testing::plain_product(wide, plain), 1e-14 * size);
        }
      }
    }
  }
}

TEST(RowProducts, EveryHalfIsWidenedExactly) {
  for (const RowKernels* kernels : all_row_kernels()) {
    for (uint32_t bits = 0; bits < 65536; ++bits) {
      const uint16_t row[2] = {static_cast<uint16_t>(bits), 0};
      const auto* bytes = reinterpret_cast<const std::byte*>(row);
      std::vector<double> query(kLanes);
      query[0] = 1;
      RowProducts found;
      kernels->products[0](&bytes, 1, 2, query.data(), &found);
      double wide[kLanes];
      widen_row(Element::kFloat16, bytes, 2, wide);
      const double expected = testing::of_half(static_cast<uint16_t>(bits));
      if (std::isfinite(expected)) {
        // The sum begins with 0, so -0 becomes 0.
        ASSERT_EQ(found.product, expected) << kernels->name << ' ' << bits;
        ASSERT_EQ(bits_of(wide[0]), bits_of(expected)) << bits;
      } else {
        ASSERT_FALSE(std::isfinite(found.square)) << kernels->name << ' ' << bits;
        ASSERT_EQ(std::isnan(wide[0]), std::isnan(expected)) << bits;
      }
    }
  }
}

TEST(Similarity, IsTheCosine) {
  for (const Element element : kElements) {
    auto world = clustered(500, 37, 9, 0.5, 3);
    world.element = element;
    world.store();
    for (const size_t example : {5u, 77u, 300u}) {
      if (world.rows[example].empty()) continue;
      const Probe probe = cosine_to(world.rows[example]);
      std::vector<double> scores(world.rows.size());
      score_all(world.source(), probe, nullptr, scores, {});
      size_t missing = 0;
      for (size_t i = 0; i < scores.size(); ++i) {
        const double expected = plain_cosine(world.rows[example], world.rows[i]);
        missing += static_cast<size_t>(std::isnan(expected));
        ASSERT_EQ(std::isnan(expected), std::isnan(scores[i])) << i;
        if (std::isnan(expected)) continue;
        ASSERT_NEAR(scores[i], expected, 1e-14) << i;
      }
      EXPECT_EQ(scores[example], 1.0);
      EXPECT_GT(missing, 5u);
    }
  }
}

TEST(Similarity, IsTheSameHoweverItIsAsked) {
  const auto world = clustered(1000, 48, 9, 0.5, 4);
  const Probe probe = cosine_to(world.rows[11]);
  std::vector<double> all(world.rows.size()), again(world.rows.size());
  score_all(world.source(), probe, nullptr, all, {});
  score_all(world.source(), probe, nullptr, again, testing::threads(3));
  const auto some = testing::random_bits(world.rows.size(), 0.3, 5);
  std::vector<double> filtered(world.rows.size());
  score_all(world.source(), probe, &some, filtered, {});
  for (uint32_t i = 0; i < all.size(); ++i) {
    double one = 0;
    const uint32_t row = i % 64;
    if (world.blocks[i / 64]) score_rows(probe, *world.blocks[i / 64], {&row, 1}, &one);
    EXPECT_EQ(bits_of(all[i]), bits_of(one)) << i;
    EXPECT_EQ(bits_of(all[i]), bits_of(again[i])) << i;
    EXPECT_EQ(bits_of(filtered[i]), some.test(i) ? bits_of(all[i]) : bits_of(NAN)) << i;
  }
}

TEST(Similarity, DoesNotDependOnLengths) {
  testing::VectorWorld world;
  world.element = Element::kFloat64;
  world.width = 3;
  world.block_rows = 16;
  const std::vector<double> direction = {3, -4, 12};
  for (const double length : {1.0, 1e-300, 1e300, 4e-320, 1e-160, 1e160, 0.0}) {
    world.rows.push_back(direction);
    for (double& x : world.rows.back()) x *= length;
  }
  world.rows.push_back({1, std::numeric_limits<double>::infinity(), 0});
  world.rows.push_back({1, std::numeric_limits<double>::quiet_NaN(), 0});
  world.rows.push_back({-6, 8, -24});
  world.rows.push_back({4, 3, 0});
  world.store();
  for (const double length : {1.0, 1e-300, 1e300, 1e160}) {
    std::vector<double> example = direction;
    for (double& x : example) x *= length;
    std::vector<double> scores(world.rows.size());
    score_all(world.source(), cosine_to(example), nullptr, scores, {});
    for (const size_t row : {0, 1, 2, 4, 5}) EXPECT_NEAR(scores[row], 1, 1e-15) << row;
    EXPECT_NEAR(scores[3], 1, 1e-3);  // what is left of its digits
    for (const size_t row : {6, 7, 8}) EXPECT_TRUE(std::isnan(scores[row])) << row;
    EXPECT_NEAR(scores[9], -1, 1e-15);
    EXPECT_NEAR(scores[10], 0, 1e-15);
    for (const double score : scores) EXPECT_FALSE(std::fabs(score) > 1);
  }
}

TEST(Similarity, LinearScoresAreOfTheDirection) {
  const auto world = clustered(200, 20, 5, 0.5, 6);
  std::vector<double> weights(20);
  for (size_t j = 0; j < weights.size(); ++j) weights[j] = std::sin(static_cast<double>(j));
  std::vector<double> scores(world.rows.size());
  score_all(world.source(), linear_score(weights, -0.25), nullptr, scores, {});
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto& row = world.rows[i];
    const double length = row.empty() ? 0 : std::sqrt(testing::plain_product(row, row));
    ASSERT_EQ(length == 0, std::isnan(scores[i])) << i;
    if (length == 0) continue;
    EXPECT_NEAR(scores[i], testing::plain_product(weights, row) / length - 0.25, 1e-14);
  }
}

TEST(Similarity, MeansAreOfDirections) {
  const std::vector<std::vector<double>> vectors = {{3, 0}, {0, 1e200}, {0, 0}};
  const auto mean = mean_direction(vectors);
  EXPECT_EQ(mean, (std::vector<double>{1.0 / 3, 1.0 / 3}));
  const std::vector<std::vector<double>> opposite = {{3, 0}, {-2, 0}};
  EXPECT_TRUE(mean_direction(opposite).empty());
  const auto world = clustered(64, 8, 2, 0.5, 6);
  for (uint32_t i = 0; i < 64; ++i) {
    const auto& row = world.rows[i];
    const bool none = row.empty() || testing::plain_product(row, row) == 0;
    EXPECT_EQ(direction_components(*world.blocks[0], i), none ? std::vector<double>() : row) << i;
  }
  EXPECT_TRUE(direction_components(*world.blocks[0], 64).empty());
}

TEST(Similarity, RefusesWhatHasNoDirection) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& bad :
       {std::vector<double>{}, std::vector<double>{0, 0}, std::vector<double>{1, inf}}) {
    EXPECT_THROW(cosine_to(bad), Error);
  }
  EXPECT_THROW(linear_score({}, 0), Error);
  EXPECT_THROW(linear_score(std::vector<double>{1}, inf), Error);
}

}  // namespace
}  // namespace cupel::index
