#include <algorithm>
#include <array>
#include <cmath>

#include "engine/api/insight_edges.hpp"
#include "engine/api/insights.hpp"

// How many objects an image has, how large they are, and where in the image they lie.

namespace cupel::api {
namespace {

using grammar::ArithmeticOp;

uint64_t count_of(const Value& value) { return static_cast<uint64_t>(value.as_int()); }

ExpressionPtr geometric() { return compare(*field({"type"}), CompareOp::kNotEqual, "category"); }

/// Cells of the map of positions, on a side.
constexpr int kGrid = 4;

/// The column (or row) of the map in which an object's centre lies: 0 to 3, beyond them outside.
ExpressionPtr cell_of(const char* axis, ExpressionPtr extent) {
  ExpressionPtr centre =
      arithmetic(field({"position", axis}), ArithmeticOp::kAdd,
                 arithmetic(field({"dimensions", axis}), ArithmeticOp::kDivide, constant(2)));
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(
      arithmetic(arithmetic(std::move(centre), ArithmeticOp::kMultiply, constant(kGrid)),
                 ArithmeticOp::kDivide, std::move(extent)));
  arguments.push_back(constant(1));
  return call("bucket", std::move(arguments));
}

ExpressionPtr aggregate(const char* function, ExpressionPtr argument) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(argument));
  return call(function, std::move(arguments));
}

/// Width and height of the map: those of each image, or, where no image says them, as far as the
/// objects reach. Nothing where there are none.
std::optional<std::array<ExpressionPtr, 2>> extents(InsightScope& scope) {
  std::vector<ExpressionPtr> asked;
  asked.push_back(
      aggregate("count", both(is_present(*field({"width"})), is_present(*field({"height"})))));
  std::array<ExpressionPtr, 2> result;
  if (scope.figures(std::nullopt, std::move(asked))[0].as_int() > 0) {
    result = {field({"item", "width"}), field({"item", "height"})};
    return result;
  }
  std::vector<ExpressionPtr> farthest;
  for (const char* axis : {"x", "y"})
    farthest.push_back(aggregate("max", arithmetic(field({"position", axis}), ArithmeticOp::kAdd,
                                                   field({"dimensions", axis}))));
  const std::vector<Value> reach = scope.figures(scope.objects(), std::move(farthest));
  for (size_t i = 0; i < 2; ++i) {
    if (!reach[i].is_number() || !(reach[i].as_double() > 0) ||
        !std::isfinite(reach[i].as_double()))
      return std::nullopt;
    result[i] = constant(reach[i]);
  }
  scope.leave_out(
      "positions within images, whose sizes are not known (the grid reaches as far as the "
      "objects)");
  return result;
}

void add_positions(InsightScope& scope, std::vector<Insight>& insights) {
  auto extent = extents(scope);
  if (!extent) return;
  const ExpressionPtr column = cell_of("x", std::move((*extent)[0]));
  const ExpressionPtr row = cell_of("y", std::move((*extent)[1]));
  const auto present = [] { return is_present(*field({"dimensions", "x"})); };
  std::vector<ExpressionPtr> keys;
  keys.push_back(grammar::clone(*row));
  keys.push_back(grammar::clone(*column));
  std::array<uint64_t, kGrid * kGrid> cells{};
  uint64_t outside = 0;
  uint64_t unknown = 0;
  for (const auto& group : scope.groups(scope.objects(), std::move(keys), 0, present())) {
    const uint64_t count = count_of(group[2]);
    if (group[0].is_missing() || group[1].is_missing()) {
      unknown += count;
      continue;
    }
    const double y = group[0].as_double();
    const double x = group[1].as_double();
    const bool inside = x >= 0 && x < kGrid && y >= 0 && y < kGrid;
    (inside ? cells[static_cast<size_t>(y) * kGrid + static_cast<size_t>(x)] : outside) += count;
  }
  Insight insight{"box position", scope.objects(), {}, true};
  for (int y = 0; y < kGrid; ++y)
    for (int x = 0; x < kGrid; ++x)
      insight.bars.push_back(
          {"row " + std::to_string(y + 1) + " column " + std::to_string(x + 1),
           both(compare(*row, CompareOp::kEqual, y), compare(*column, CompareOp::kEqual, x)),
           cells[static_cast<size_t>(y * kGrid + x)], true});
  std::vector<Value> numbers;
  for (int i = 0; i < kGrid; ++i) numbers.emplace_back(i);
  insight.bars.push_back({"(outside)",
                          both(present(), is_present(*row), is_present(*column),
                               negated(both(one_of(*row, numbers), one_of(*column, numbers)))),
                          outside});
  std::vector<ExpressionPtr> either;
  either.push_back(is_missing(*row));
  either.push_back(is_missing(*column));
  insight.bars.push_back({"(unknown)", both(present(), any_of(std::move(either))), unknown});
  insights.push_back(std::move(insight));
}

/// Lower edges of areas, squares of these sides; the last bar has no upper edge.
void add_areas(const std::string& name, const grammar::Source& source, bool whole,
               const std::vector<std::pair<std::string, int64_t>>& bars,
               std::vector<Insight>& insights) {
  Insight insight{name, source, {}, whole};
  const ExpressionPtr area = field({"area"});
  for (size_t i = 0; i < bars.size(); ++i) {
    ExpressionPtr from =
        i == 0 ? nullptr : compare(*area, CompareOp::kGreaterEqual, bars[i].second);
    ExpressionPtr to =
        i + 1 == bars.size() ? nullptr : compare(*area, CompareOp::kLess, bars[i + 1].second);
    insight.bars.push_back(
        {bars[i].first, both(std::move(from), std::move(to)), std::nullopt, true});
  }
  insight.bars.push_back({"(missing)", both(geometric(), is_missing(*area)), std::nullopt});
  insights.push_back(std::move(insight));
}

}  // namespace

void add_objects_per_image(InsightScope& scope, std::vector<Insight>& insights) {
  constexpr double kExactly = 20;
  const ExpressionPtr count = of_objects(scope.objects(), "count", false);
  std::vector<ExpressionPtr> keys;
  keys.push_back(grammar::clone(*count));
  std::map<int64_t, uint64_t> images;
  for (const auto& group : scope.groups(std::nullopt, std::move(keys), 0))
    images[group[0].as_int()] = count_of(group[1]);
  if (images.empty()) return;
  Insight insight{
      scope.objects().run ? "predictions per image" : "annotations per image", std::nullopt, {}};
  const auto most = static_cast<double>(images.rbegin()->first);
  if (most <= kExactly) {
    for (int64_t n = 0; n <= images.rbegin()->first; ++n)
      insight.bars.push_back({std::to_string(n), compare(*count, CompareOp::kEqual, n),
                              images.contains(n) ? images[n] : 0, true});
  } else {
    // Images without an object are what is looked for first: never in a bar with others.
    insight.bars.push_back({"0", compare(*count, CompareOp::kEqual, 0), std::nullopt, true});
    const double step = round_edges(0, most, true).at[1];
    for (double from = 0; from <= most; from += step) {
      const double first = std::max(from, 1.0);
      insight.bars.push_back({format_number(first) + " to " + format_number(from + step - 1),
                              both(compare(*count, CompareOp::kGreaterEqual, first),
                                   compare(*count, CompareOp::kLess, from + step)),
                              std::nullopt, true});
    }
  }
  insights.push_back(std::move(insight));
}

void add_boxes(InsightScope& scope, std::vector<Insight>& insights) {
  // COCO's sizes: below 32², below 96².
  add_areas(
      "box size", scope.objects(), true,
      {{"small (under 32²)", 0}, {"medium (32² to 96²)", 1024}, {"large (96² and more)", 9216}},
      insights);
  std::vector<std::pair<std::string, int64_t>> sides = {{"under 8²", 0}};
  for (int64_t side = 8; side <= 1024; side *= 2)
    sides.emplace_back(std::to_string(side) + "² " +
                           (side == 1024 ? "and more" : "to " + std::to_string(side * 2) + "²"),
                       side * side);
  add_areas("box area", scope.objects(), false, sides, insights);
  add_positions(scope, insights);
}

}  // namespace cupel::api
