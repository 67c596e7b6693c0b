#include "engine/evaluate/confidence_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <tuple>

namespace cupel::evaluate {
namespace {

TEST(ConfidenceOrder, IsThatOfAStableSort) {
  std::mt19937 random(21);
  ConfidenceOrder order;
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    const size_t rows = round % 2 == 0 ? random() % 300 : 2000 + random() % 3000;
    const int levels = round % 3 == 0 ? 7 : 1 << 20;
    std::vector<double> confidence;
    std::vector<uint64_t> item;
    std::vector<int64_t> rank;
    for (size_t row = 0; row < rows; ++row) {
      const int level = static_cast<int>(random() % static_cast<unsigned>(2 * levels)) - levels;
      confidence.push_back(level == 0 && row % 2 == 0 ? -0.0 : 1.0 * level / levels);
      item.push_back(random() % 20);
      rank.push_back(static_cast<int64_t>(random() % 3));
    }
    std::vector<size_t> got(rows), expected(rows);
    std::iota(got.begin(), got.end(), 0);
    std::iota(expected.begin(), expected.end(), 0);
    std::vector<size_t> with_items = got;
    order.sort(confidence, {}, rank, got);
    std::stable_sort(expected.begin(), expected.end(),
                     [&](size_t a, size_t b) { return confidence[a] > confidence[b]; });
    EXPECT_EQ(got, expected);
    order.sort(confidence, item, rank, with_items);
    std::sort(expected.begin(), expected.end(), [&](size_t a, size_t b) {
      return std::tuple(-confidence[a], item[a], rank[a], a) <
             std::tuple(-confidence[b], item[b], rank[b], b);
    });
    EXPECT_EQ(with_items, expected);
  }
}

}  // namespace
}  // namespace cupel::evaluate
