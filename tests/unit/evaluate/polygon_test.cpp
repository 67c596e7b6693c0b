#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "engine/evaluate/polygon_overlap.hpp"
#include "tests/unit/evaluate/scene.hpp"

namespace cupel::evaluate {
namespace {

using Rings = std::vector<std::vector<double>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Polygons with the arrays they stand in.
class Outlines {
 public:
  explicit Outlines(const std::vector<Rings>& polygons) {
    for (const Rings& rings : polygons) {
      for (const std::vector<double>& ring : rings) {
        xy_.insert(xy_.end(), ring.begin(), ring.end());
        point_begin_.push_back(xy_.size() / 2);
      }
      ring_begin_.push_back(point_begin_.size() - 1);
    }
  }
  Polygons view() const { return {xy_, point_begin_, ring_begin_}; }

 private:
  std::vector<double> xy_;
  std::vector<uint64_t> point_begin_{0}, ring_begin_{0};
};

double area_of(const Rings& rings) { return polygon_area(Outlines({rings}).view(), 0); }

struct Pair {
  double first = 0, second = 0, both = 0, iou = 0;
};
Pair pair_of(const Rings& first, const Rings& second) {
  const Outlines outlines({first, second});
  PolygonFrame frame;
  const size_t a = frame.add(outlines.view(), 0), b = frame.add(outlines.view(), 1);
  return {frame.area(a), frame.area(b), frame.intersection(a, b), frame.iou(a, b)};
}

TEST(Polygon, AreasOfKnownOutlines) {
  const std::vector<double> square = {0, 0, 10, 0, 10, 10, 0, 10};
  const std::vector<double> other_way = {0, 0, 0, 10, 10, 10, 10, 0};
  EXPECT_EQ(area_of({square}), 100);
  EXPECT_EQ(area_of({other_way}), 100);
  EXPECT_EQ(area_of({{0, 0, 10, 0, 0, 10}}), 50);
  EXPECT_EQ(area_of({{0, 0, 10, 0, 10, 2, 2, 2, 2, 10, 0, 10}}), 36) << "an L";
  EXPECT_EQ(area_of({{0, 0, 10, 10, 10, 0, 0, 10}}), 50) << "a bow tie";
  EXPECT_EQ(area_of({square, {20, 0, 25, 0, 25, 5, 20, 5}}), 125) << "two apart";
  EXPECT_EQ(area_of({square, {5, 0, 15, 0, 15, 10, 5, 10}}), 150) << "two that overlap";
  EXPECT_EQ(area_of({square, other_way}), 100) << "twice the same";
  EXPECT_EQ(area_of({square, {4, 4, 6, 4, 6, 6}}), 100) << "one within the other";
}

TEST(Polygon, IntersectionsOfKnownOutlines) {
  const Rings square = {{0, 0, 10, 0, 10, 10, 0, 10}};
  EXPECT_EQ(pair_of(square, {{5, 5, 15, 5, 15, 15, 5, 15}}).both, 25);
  EXPECT_EQ(pair_of(square, {{0, 0, 10, 10, 0, 10}}).iou, 0.5);
  EXPECT_EQ(pair_of(square, {{10, 0, 20, 0, 20, 10, 10, 10}}).both, 0) << "they touch";
  EXPECT_EQ(pair_of(square, {{50, 0, 60, 0, 60, 10}}).both, 0);
  const Rings comb = {{0, 0, 2, 0, 2, 8, 4, 8, 4, 0, 6, 0, 6, 10, 0, 10}};
  EXPECT_EQ(pair_of(comb, {{0, 0, 6, 0, 6, 5, 0, 5}}).both, 20) << "in two pieces";
}

TEST(Polygon, IntersectsBoxesAsBoxesDo) {
  std::mt19937 random(3);
  for (int round = 0; round < 1000; ++round) {
    SCOPED_TRACE(round);
    const double scale = std::ldexp(1.0, round % 30 - 5), away = round % 7 == 0 ? 1e6 : 0;
    const auto box = [&] {
      std::uniform_real_distribution<double> at(0, 10 * scale), size(scale, 10 * scale);
      return Box{away + at(random), at(random), size(random), size(random)};
    };
    const Box a = box(), b = box();
    const Pair got = pair_of({scene::ring_of(a)}, {scene::ring_of(b)});
    const double pixels = scale >= 1 ? 1e-6 : 1e-4;
    EXPECT_NEAR(got.iou, iou(a, b), pixels);
    EXPECT_NEAR(got.both / (scale * scale), intersection(a, b) / (scale * scale), 100 * pixels);
  }
}

/// A ring of random points: it crosses itself.
std::vector<double> random_ring(std::mt19937& random, size_t points) {
  std::uniform_real_distribution<double> at(0, 100);
  std::vector<double> out;
  for (size_t i = 0; i < 2 * points; ++i) out.push_back(at(random));
  return out;
}

bool within(const std::vector<double>& ring, double x, double y) {
  bool inside = false;
  for (size_t i = 0, j = ring.size() - 2; i < ring.size(); j = i, i += 2) {
    if ((ring[i + 1] > y) != (ring[j + 1] > y) &&
        x < (ring[j] - ring[i]) * (y - ring[i + 1]) / (ring[j + 1] - ring[i + 1]) + ring[i])
      inside = !inside;
  }
  return inside;
}

bool within(const Rings& rings, double x, double y) {
  return std::any_of(rings.begin(), rings.end(),
                     [&](const std::vector<double>& ring) { return within(ring, x, y); });
}

TEST(Polygon, AreasAreThoseThatSamplingFinds) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    Rings first, second;
    for (int rings = round % 3; rings >= 0; --rings) {
      first.push_back(random_ring(random, 3 + random() % 5));
      second.push_back(random_ring(random, 3 + random() % 5));
    }
    double one = 0, other = 0, both = 0;
    constexpr double kStep = 0.25;
    for (double x = kStep / 2; x < 100; x += kStep) {
      for (double y = kStep / 2; y < 100; y += kStep) {
        const bool a = within(first, x, y), b = within(second, x, y);
        one += a ? kStep * kStep : 0;
        other += b ? kStep * kStep : 0;
        both += a && b ? kStep * kStep : 0;
      }
    }
    const Pair got = pair_of(first, second);
    EXPECT_NEAR(got.first, one, 15);
    EXPECT_NEAR(got.second, other, 15);
    EXPECT_NEAR(got.both, both, 15);
  }
}

TEST(Polygon, IsEqualToItselfAndSymmetric) {
  std::mt19937 random(9);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    Rings one = {random_ring(random, 3 + random() % 9)};
    const Rings other = {random_ring(random, 3 + random() % 9), random_ring(random, 3)};
    EXPECT_NEAR(pair_of(one, one).iou, 1, 1e-9);
    EXPECT_NEAR(pair_of(one, other).iou, pair_of(other, one).iou, 1e-9);
  }
}

TEST(Polygon, OfUnequalSizesMeetOnTheCoarserGrid) {
  const Rings large = {{0, 0, 5000, 0, 5000, 5000, 0, 5000}};
  const Rings small = {{4990, 4990, 5010, 4990, 5010, 5010, 4990, 5010}};
  EXPECT_NEAR(pair_of(large, small).both, 100, 1e-2);
  EXPECT_NEAR(pair_of(small, large).both, 100, 1e-2);
}

TEST(Polygon, BrokenRingsCountForNothing) {
  const std::vector<double> square = {0, 0, 10, 0, 10, 10, 0, 10};
  for (const std::vector<double>& broken :
       std::vector<std::vector<double>>{{},
                                        {1, 1},
                                        {1, 1, 2, 2},
                                        {1, 1, 1, 1, 1, 1},
                                        {0, 0, 5, 5, 10, 10},
                                        {0, 0, 10, 0, kNaN, 10},
                                        {0, 0, 10, 0, 10, kInfinity},
                                        {0, 0, 10, 0, 1e300, 10},
                                        {-1e13, 0, 1e13, 0, 0, 1e13}}) {
    EXPECT_EQ(area_of({broken}), 0);
    EXPECT_EQ(area_of({square, broken}), 100);
    EXPECT_EQ(pair_of({broken}, {square}).iou, 0);
    EXPECT_EQ(pair_of({square}, {square, broken}).iou, 1);
  }
  EXPECT_EQ(area_of({}), 0);
}

TEST(Polygon, AnyNumbersGiveAShare) {
  std::mt19937 random(13);
  const std::vector<double> nasty = {0, 1, -1,   0.5, 1e-9, 1e12,   -1e12, 1e6,      1e300, kNaN,
                                     2, 3, 1e11, 10,  100,  1e-300, 7,     1e12 - 1, 255,   256};
  for (int round = 0; round < 20000; ++round) {
    Rings sides[2];
    for (Rings& rings : sides) {
      for (size_t count = random() % 3; count > 0; --count) {
        std::vector<double>& ring = rings.emplace_back();
        for (size_t points = 2 * (random() % 8); points > 0; --points)
          ring.push_back(nasty[random() % (round % 2 == 0 ? nasty.size() : 8)]);
      }
    }
    const Pair got = pair_of(sides[0], sides[1]);
    ASSERT_TRUE(got.iou >= 0 && got.iou <= 1) << round;
    ASSERT_TRUE(got.first >= 0 && got.second >= 0 && got.both >= 0) << round;
  }
}

TEST(Polygon, TanglesStandAsTheirBoundingBoxes) {
  std::mt19937 random(17);
  const Rings box = {scene::ring_of({-10, -10, 200, 200})};
  for (const size_t points : {5000, 60000}) {
    const Rings tangle = {random_ring(random, points)};
    const Outlines outlines({tangle});
    const Box bounds = bounding_box(outlines.view(), 0);
    const Pair got = pair_of(tangle, box);
    EXPECT_NEAR(got.first, bounds.width * bounds.height, 1e-2);
    EXPECT_NEAR(got.both, bounds.width * bounds.height, 1e-2);
  }
}

/// Teeth of the width 1, 1 apart.
std::vector<double> comb(size_t teeth, bool upright) {
  std::vector<double> out;
  const auto add = [&](double along, double across) {
    out.push_back(upright ? across : along);
    out.push_back(upright ? along : across);
  };
  const double length = 2 * static_cast<double>(teeth);
  for (size_t tooth = 0; tooth < teeth; ++tooth) {
    const double at = 2 * static_cast<double>(tooth);
    add(at, 0);
    add(at, length);
    add(at + 1, length);
    add(at + 1, 0);
  }
  add(length, 0);
  add(length, -1);
  add(0, -1);
  return out;
}

TEST(Polygon, LongOutlinesAreNoTangles) {
  const Rings flat = {comb(2000, false)}, upright = {comb(2000, true)};
  EXPECT_EQ(area_of(flat), 2000.0 * 4000 + 4000);
  EXPECT_EQ(pair_of(flat, flat).iou, 1);
  // But they cross four million times.
  EXPECT_EQ(pair_of(flat, upright).both, 2000.0 * 4000 + 4000);
  EXPECT_EQ(pair_of({comb(20, false)}, {comb(20, true)}).both, 400);
}

TEST(Polygon, IouOfTwoDoesNotDependOnAThird) {
  scene::SceneOptions sort;
  sort.polygons = true;
  sort.crowds = 0;
  sort.items = 30;
  const scene::Scene scene = scene::random_scene(8, sort);
  const Outcomes got = scene.match();
  const scene::Arrays predicted(scene.predictions, scene.items);
  const scene::Arrays annotated(scene.annotations, scene.items);
  size_t overlapping = 0;
  for (size_t p = 0; p < scene.predictions.size(); ++p) {
    if (got.predictions.partner[p] == kNobody) continue;
    ++overlapping;
    const auto a = static_cast<size_t>(got.predictions.partner[p]);
    EXPECT_EQ(got.predictions.iou[p],
              shape_iou(predicted.predictions().shapes, p, annotated.annotations().shapes, a));
  }
  EXPECT_GT(overlapping, 50U);
}

TEST(Polygon, CoveredShareAndBoundingBox) {
  const Rings triangle = {{0, 0, 10, 0, 0, 10}};
  const Outlines outlines({triangle, {}});
  const Box bounds = bounding_box(outlines.view(), 0);
  EXPECT_EQ(bounds.width, 10);
  EXPECT_TRUE(std::isnan(bounding_box(outlines.view(), 1).x));
  const std::vector<scene::Object> objects = {{0, 0, bounds, 50, 0, false, triangle},
                                              {0, 0, {0, 0, 10, 10}, 100}};
  const scene::Arrays arrays(objects, 1);
  const Shapes shapes = arrays.predictions().shapes;
  EXPECT_EQ(covered_share(shapes, 0, shapes, 1), 1);
  EXPECT_EQ(covered_share(shapes, 1, shapes, 0), 0.5);
}

}  // namespace
}  // namespace cupel::evaluate
