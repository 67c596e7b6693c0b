#include "cli/demo/model.hpp"

#include <algorithm>
#include <cmath>

namespace cupel::demo {
namespace {

constexpr double kFalsePositiveRate = 0.02;  ///< of the objects
constexpr double kLeastSide = 3;

double thousandths(double value) { return std::round(value * 1000) / 1000; }
double tenths(double value) { return std::round(value * 10) / 10; }

/// `top` for the first, most of the rest for what looks like it, a little for all others.
template <size_t n, typename Class>
Shares<n> spread(Class predicted, double confidence, Random& random) {
  const std::vector<Class> near = lookalikes(predicted);
  Shares<n> shares{};
  const int rest = 10000 - static_cast<int>(std::lround(confidence * 10000));
  int given = 0;
  const auto give = [&](size_t index, double share) {
    const int part = static_cast<int>(rest * share);
    shares[index] += part;
    given += part;
  };
  const double first = random.between(0.45, 0.6);
  give(static_cast<size_t>(near[0]), first);
  give(static_cast<size_t>(near[1]), 0.75 - first);
  for (size_t i = 0; i < n; ++i) {
    if (i != static_cast<size_t>(predicted)) give(i, 0.2 / static_cast<double>(n));
  }
  shares[static_cast<size_t>(predicted)] += 10000 - given;
  return shares;
}

Box within_image(double left, double top, double right, double bottom) {
  left = tenths(std::clamp(left, 0.0, kImageWidth - kLeastSide));
  top = tenths(std::clamp(top, 0.0, kImageHeight - kLeastSide));
  right = tenths(std::clamp(right, left + kLeastSide, double{kImageWidth}));
  bottom = tenths(std::clamp(bottom, top + kLeastSide, double{kImageHeight}));
  return {left, top, tenths(right - left), tenths(bottom - top)};
}

Box shake(const Box& box, double jitter, Random& random) {
  const double across = box.width * jitter;
  const double down = box.height * jitter;
  const double left = box.x + across * random.normal();
  const double top = box.y + down * random.normal();
  const double right = box.x + box.width + across * random.normal();
  const double bottom = box.y + box.height + down * random.normal();
  return within_image(left, top, right, bottom);
}

Detection make_detection(Kind kind, const Box& box, double confidence, Random& random) {
  Detection detection{kind, box, thousandths(confidence), {}, false};
  // A detector's confidence also says whether there is anything; its classes are surer than that.
  const double sure = std::max(detection.confidence, 0.55);
  detection.shares = spread<kKinds>(kind, sure, random);
  return detection;
}

double confidence_of(const Sight& sight, const Skill& skill, Random& random) {
  const double size = std::min(1.0, std::sqrt(sight.box.width * sight.box.height) / 40);
  const double top = 0.99 - 0.15 * (1 - size) - 0.2 * (1 - sight.visible);
  const double low = std::min(skill.lowest + 0.25 * size, top - 0.05);
  const double draw = random.unit();
  return low + (top - low) * std::sqrt(draw);
}

/// A place where nothing labelled is; nothing when none is found.
std::optional<Box> empty_place(const Labels& labels, Kind kind, Random& random) {
  const bool narrow = kind == Kind::kPedestrian || kind == Kind::kTrafficLight;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const double height = random.between(10, 34);
    const double width = height * (narrow ? random.between(0.38, 0.5) : random.between(1.1, 1.5));
    const double left = random.between(0, kImageWidth - width);
    const double top = random.between(36, kImageHeight - 12 - height);
    const Box box = within_image(left, top, left + width, top + height);
    const bool taken =
        std::any_of(labels.objects.begin(), labels.objects.end(),
                    [&](const Labelled& object) { return overlap(object.sight.box, box) > 0.02; });
    if (!taken) return box;
  }
  return std::nullopt;
}

void imagine(const Labels& labels, double low, double high, bool planted, Random& random,
             std::vector<Detection>& detections) {
  const auto kind = static_cast<Kind>(random.below(kKinds - 1));
  const std::optional<Box> place = empty_place(labels, kind, random);
  if (!place) return;
  detections.push_back(make_detection(kind, *place, random.between(low, high), random));
  detections.back().planted = planted;
}

void detect_object(const Labelled& object, const Skill& skill, Random& random,
                   std::vector<Detection>& detections) {
  const Kind kind = object.sight.figure.kind;
  const bool sure = skill.knows_faults && object.fault != BoxFault::kNone;
  const bool small = object.sight.box.height < 8;
  const bool missed = random.chance(skill.miss * (small ? 2 : 1));
  const bool confused = random.chance(skill.confuse);
  const Kind mistaken = lookalikes(kind)[random.below(2)];
  const Box box = shake(object.sight.box, sure ? 0.02 : skill.jitter, random);
  const double usual = confidence_of(object.sight, skill, random);
  if (sure) {
    detections.push_back(make_detection(kind, box, random.between(0.88, 0.98), random));
  } else if (!missed) {
    const double confidence = confused ? std::min(usual, 0.7) : usual;
    detections.push_back(make_detection(confused ? mistaken : kind, box, confidence, random));
  }
}

}  // namespace

std::vector<Detection> detect(const Labels& labels, const Skill& skill, bool plant,
                              Random& random) {
  std::vector<Detection> detections;
  for (const Labelled& object : labels.objects) detect_object(object, skill, random, detections);
  if (random.chance(skill.imagine)) imagine(labels, 0.2, 0.5, false, random, detections);
  if (plant) {
    const double expected = kFalsePositiveRate * static_cast<double>(labels.objects.size());
    if (random.chance(expected)) imagine(labels, 0.82, 0.97, true, random, detections);
  }
  return detections;
}

RoadGuess guess_road(Road road, const Skill& skill, bool sure, Random& random) {
  const bool confused = random.chance(skill.confuse) && !sure;
  const Road seen = confused ? lookalikes(road)[random.below(2)] : road;
  const double low = sure ? 0.9 : confused ? 0.45 : skill.lowest + 0.15;
  const double confidence = thousandths(random.between(low, confused ? 0.65 : 0.99));
  return {seen, confidence, spread<kRoads>(seen, confidence, random)};
}

double overlap(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const double shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

}  // namespace cupel::demo
