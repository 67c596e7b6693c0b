#include <cmath>
#include <set>
#include <stdexcept>

#include "tests/property/naive.hpp"

/// An object beside the others of its item: every pair looked at, from the corners of the boxes.
namespace cupel::testing {

using namespace grammar;

namespace {

struct Corners {
  double left, top, right, bottom;
  double area() const { return (right - left) * (bottom - top); }
};

std::optional<Corners> corners(const Row& object) {
  for (const char* name : {"position.x", "position.y", "dimensions.x", "dimensions.y"}) {
    if (object.field(name).is_missing()) return std::nullopt;
  }
  for (const char* name : {"position.z", "dimensions.z"}) {
    if (!object.field(name).is_missing()) return std::nullopt;
  }
  const double x = object.field("position.x").as_double();
  const double y = object.field("position.y").as_double();
  return Corners{x, y, x + object.field("dimensions.x").as_double(),
                 y + object.field("dimensions.y").as_double()};
}

double common_area(const Corners& a, const Corners& b) {
  const Corners both{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
                     std::min(a.bottom, b.bottom)};
  return both.left < both.right && both.top < both.bottom ? both.area() : 0;
}

/// How far two intervals lie apart.
double apart(double from, double to, double other_from, double other_to) {
  if (to < other_from) return other_from - to;
  if (other_to < from) return from - other_to;
  return 0;
}

double gap(const Corners& a, const Corners& b) {
  const double x = apart(a.left, a.right, b.left, b.right);
  const double y = apart(a.top, a.bottom, b.top, b.bottom);
  return std::sqrt(x * x + y * y);
}

bool label_counts(const Call& call, const Row& object, const Row& other) {
  if (call.named.empty()) return true;
  const Value& a = object.field("label");
  const bool same = !a.is_missing() && a == other.field("label");
  const std::string& wanted = std::get<Literal>(call.named[0].value->node).value.as_text();
  return same == (wanted == "same");
}

}  // namespace

bool Naive::is_pairwise(const Call& call) {
  static const std::set<std::string> kNames = {"overlap", "overlaps", "inside", "distance"};
  return kNames.contains(call.function);
}

Value Naive::pairwise(const Call& call, const Scope& scope) {
  if (scope.object == nullptr) throw std::logic_error("no object to look at the others from");
  const bool distance = call.function == "distance";
  Value best = distance ? Value() : Value(0.0);
  const auto own = corners(*scope.object);
  if (!own) return best;
  const Segment& collection = std::get<Path>(call.arguments.at(0)->node).segments.at(0);
  Meaning others;
  others.collection = collection_of(collection);
  if (collection.filter) others.filter = collection.filter->get();
  for (const Row* other : members(others, scope)) {
    if (other->id == scope.object->id || !label_counts(call, *scope.object, *other)) continue;
    const auto box = corners(*other);
    if (!box) continue;
    const double common = common_area(*own, *box);
    if (distance) {
      const double found = gap(*own, *box);
      if (best.is_missing() || found < best.as_double()) best = found;
    } else if (common > 0) {
      const double whole =
          call.function == "inside" ? own->area() : own->area() + box->area() - common;
      best = std::max(best.as_double(), common / whole);
    }
  }
  return best;
}

bool Naive::pairwise_holds(const Call& call, const Scope& scope) {
  const double number = pairwise(call, scope).as_double();
  if (call.arguments.size() > 1) return number >= value(*call.arguments[1], scope).as_double();
  return call.function == "inside" ? number >= 1 : number > 0;
}

}  // namespace cupel::testing
