#include "cli/demo/label.hpp"

#include <algorithm>
#include <numeric>

namespace cupel::demo {
namespace {

enum Purpose : uint64_t { kPlanPurpose = 7 };

constexpr double kFaultRate = 0.02;
constexpr double kLegibleHeight = 7;  ///< pixels of the image: a fault that nobody can see is none

BoxFault choose_fault(const Sight& sight, Random& random) {
  const double draw = random.unit();
  if (sight.figure.kind == Kind::kPoliceCar) {
    if (draw < 0.25) return BoxFault::kPoliceMissed;
    return draw < 0.5 ? BoxFault::kPoliceAsCar : BoxFault::kNone;
  }
  const bool legible = sight.box.height >= kLegibleHeight && sight.visible > 0.6;
  if (!legible) return BoxFault::kNone;
  if (draw < kFaultRate) return BoxFault::kMislabelled;
  return draw < 2 * kFaultRate ? BoxFault::kMissed : BoxFault::kNone;
}

std::optional<Kind> given_label(Kind kind, BoxFault fault, Random& random) {
  switch (fault) {
    case BoxFault::kNone: return kind;
    case BoxFault::kMislabelled: return lookalikes(kind)[random.below(2)];
    case BoxFault::kPoliceAsCar: return Kind::kCar;
    case BoxFault::kMissed:
    case BoxFault::kPoliceMissed: break;
  }
  return std::nullopt;
}

/// Gives the next `count` free images of the shuffled order a fault.
void spread(std::vector<ImageFault>& faults, const std::vector<uint32_t>& order, uint32_t count,
            ImageFault fault) {
  const auto free = [&](uint32_t image) {
    const bool original =
        image + 1 < faults.size() && faults[image + 1] == ImageFault::kNearDuplicate;
    if (faults[image] != ImageFault::kNone || original) return false;
    if (fault != ImageFault::kNearDuplicate) return true;
    return image % kFramesOfDrive != 0 && faults[image - 1] == ImageFault::kNone;
  };
  for (const uint32_t image : order) {
    if (count == 0) return;
    if (!free(image)) continue;
    faults[image] = fault;
    --count;
  }
}

}  // namespace

std::vector<ImageFault> plan_faults(uint32_t images, uint64_t seed) {
  std::vector<uint32_t> order(images);
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, kPlanPurpose, 0);
  for (size_t i = images; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  std::vector<ImageFault> faults(images, ImageFault::kNone);
  spread(faults, order, std::max(1U, images / 100), ImageFault::kNearDuplicate);
  spread(faults, order, std::max(1U, images / 50), ImageFault::kUnlabelled);
  spread(faults, order, std::max(1U, images / 50), ImageFault::kMislabelled);
  return faults;
}

Labels label(const Scene& scene, const std::vector<Sight>& sights, ImageFault fault,
             Random& random) {
  Labels labels;
  labels.fault = fault;
  const bool unlabelled = fault == ImageFault::kUnlabelled;
  for (const Sight& sight : sights) {
    const BoxFault box_fault = choose_fault(sight, random);
    const std::optional<Kind> given = given_label(sight.figure.kind, box_fault, random);
    if (unlabelled) {
      labels.objects.push_back({sight, BoxFault::kNone, std::nullopt});
    } else {
      labels.objects.push_back({sight, box_fault, given});
    }
  }
  const Road road = scene.drive.road;
  labels.true_road = road;
  const Road wrong = lookalikes(road)[random.below(2)];
  const bool categorised = random.chance(0.97);
  labels.drivable = random.chance(0.3) && !unlabelled;
  if (fault == ImageFault::kMislabelled) {
    labels.road = wrong;
  } else if (categorised && !unlabelled) {
    labels.road = road;
  }
  return labels;
}

std::vector<Point> drivable_area(const Scene& scene) {
  const Camera camera = camera_of(scene);
  const double half = road_half_width(scene.drive.place);
  std::vector<Point> left;
  std::vector<Point> right;
  for (const float below : {12.0F, 40.0F, 80.0F, kCanvasHeight - scene.horizon}) {
    const double depth = Camera::kDrop / below;
    const float y = std::min(scene.horizon + below, kCanvasHeight) / 2;
    left.push_back({std::clamp(camera.x(-half, depth), 0.0F, kCanvasWidth) / 2, y});
    right.push_back({std::clamp(camera.x(half, depth), 0.0F, kCanvasWidth) / 2, y});
  }
  std::vector<Point> outline{left.front()};
  outline.insert(outline.end(), right.begin(), right.end());
  outline.insert(outline.end(), left.rbegin(), left.rend() - 1);
  return outline;
}

std::vector<Kind> lookalikes(Kind kind) {
  switch (kind) {
    case Kind::kCar: return {Kind::kTruck, Kind::kBus, Kind::kPoliceCar};
    case Kind::kTruck: return {Kind::kBus, Kind::kCar, Kind::kTrafficSign};
    case Kind::kBus: return {Kind::kTruck, Kind::kCar, Kind::kTrafficSign};
    case Kind::kPedestrian: return {Kind::kRider, Kind::kBicycle, Kind::kTrafficSign};
    case Kind::kRider: return {Kind::kPedestrian, Kind::kBicycle, Kind::kTrafficLight};
    case Kind::kBicycle: return {Kind::kRider, Kind::kPedestrian, Kind::kCar};
    case Kind::kTrafficLight: return {Kind::kTrafficSign, Kind::kPedestrian, Kind::kRider};
    case Kind::kTrafficSign: return {Kind::kTrafficLight, Kind::kPedestrian, Kind::kCar};
    case Kind::kPoliceCar: break;
  }
  return {Kind::kCar, Kind::kTruck, Kind::kBus};
}

std::vector<Road> lookalikes(Road road) {
  switch (road) {
    case Road::kDry: return {Road::kWet, Road::kIcy, Road::kSnowy};
    case Road::kWet: return {Road::kDry, Road::kIcy, Road::kSnowy};
    case Road::kSnowy: return {Road::kIcy, Road::kWet, Road::kDry};
    case Road::kIcy: break;
  }
  return {Road::kSnowy, Road::kWet, Road::kDry};
}

}  // namespace cupel::demo
