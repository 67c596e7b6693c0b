#include "cli/demo/lines.hpp"

#include <fmt/format.h>

#include <iterator>

namespace cupel::demo {
namespace {

constexpr std::string_view kTaxonomy = "road_condition";

// Numbers that may be whole are written with a fraction: a reader takes 12 for another type.

/// A date and time that goes on by two seconds a frame; drives end before midnight.
std::string timestamp_of(const Drive& drive, uint64_t frame) {
  const uint64_t second = static_cast<uint64_t>(drive.second) + 2 * frame;
  return fmt::format("2021-{:02}-{:02}T{:02}:{:02}:{:02}Z", drive.month, drive.day, second / 3600,
                     second / 60 % 60, second % 60);
}

double speed_of(const Drive& drive, Random& random) {
  const bool standing = random.chance(0.12) && drive.place != Place::kHighway;
  const double most = drive.place == Place::kHighway ? 32 : drive.place == Place::kCity ? 14 : 10;
  const double slow = drive.road == Road::kDry ? 1 : 0.75;
  const double speed = most * slow * random.between(0.35, 1);
  return standing ? 0 : speed;
}

template <size_t n, typename Words>
std::string class_pdf(const Shares<n>& shares, const Words& words) {
  std::string text;
  for (size_t i = 0; i < n; ++i) {
    fmt::format_to(std::back_inserter(text), "{}\"{}\":{:.4f}", i == 0 ? "" : ",", words[i],
                   shares[i] / 10000.0);
  }
  return text;
}

}  // namespace

std::string reference_of(uint64_t image) { return fmt::format("{:06}.png", image); }

std::string object_id(std::string_view prefix, uint64_t image, size_t index) {
  return fmt::format("{}{:06}-{:02}", prefix, image, index);
}

std::string json_of(const Box& box) {
  return fmt::format(R"({{"x":{},"y":{},"width":{},"height":{}}})", box.x, box.y, box.width,
                     box.height);
}

std::string item_line(const Scene& scene, uint64_t image, Random& random) {
  const Drive& drive = scene.drive;
  const uint64_t frame = image % kFramesOfDrive;
  const double speed = speed_of(drive, random);
  const std::string moving = random.chance(0.1) ? "" : fmt::format(R"("speed":{:.1f},)", speed);
  return fmt::format(
      R"({{"reference_id":"{0}","image_location":"images/{0}","width":{1},"height":{2},)"
      R"("metadata":{{"weather":"{3}","scene":"{4}","timeofday":"{5}",{6}"camera":"{7}",)"
      R"("frame_number":{8},"sequence_id":"drive-{9:04}","timestamp":"{10}"}}}})"
      "\n",
      reference_of(image), kImageWidth, kImageHeight, word(kWeatherWords, drive.weather),
      word(kPlaceWords, drive.place), word(kDaytimeWords, drive.daytime), moving,
      word(kViewWords, scene.view), frame, drive.number, timestamp_of(drive, frame));
}

std::string box_line(uint64_t image, size_t index, const Labelled& object) {
  const Sight& sight = object.sight;
  const Kind given = object.given.value_or(sight.figure.kind);
  const bool colored =
      !sight.figure.color_word.empty() && (given == Kind::kCar || given == Kind::kTrafficLight);
  const std::string color =
      colored ? fmt::format(R"("color":"{}",)", sight.figure.color_word) : std::string();
  return fmt::format(
      R"({{"reference_id":"{}","label":"{}","type":"box","geometry":{},"annotation_id":"{}",)"
      R"("metadata":{{"occluded":{},"truncated":{},{}"distance_to_device":{:.1f}}}}})"
      "\n",
      reference_of(image), word(kKindWords, given), json_of(sight.box), object_id("", image, index),
      sight.visible < 0.9, sight.truncated, color, sight.figure.depth);
}

std::string drivable_line(uint64_t image, const Scene& scene) {
  std::string vertices;
  for (const Point point : drivable_area(scene)) {
    fmt::format_to(std::back_inserter(vertices), R"({}{{"x":{:.1f},"y":{:.1f}}})",
                   vertices.empty() ? "" : ",", point.x, point.y);
  }
  return fmt::format(R"({{"reference_id":"{}","label":"drivable area","type":"polygon",)"
                     R"("geometry":{{"vertices":[{}]}},"annotation_id":"{:06}-area"}})"
                     "\n",
                     reference_of(image), vertices, image);
}

std::string category_line(uint64_t image, Road road) {
  return fmt::format(R"({{"reference_id":"{}","type":"category","label":"{}","taxonomy":"{}"}})"
                     "\n",
                     reference_of(image), word(kRoadWords, road), kTaxonomy);
}

std::string prediction_line(std::string_view prefix, uint64_t image, size_t index,
                            const Detection& detection) {
  return fmt::format(
      R"({{"reference_id":"{}","label":"{}","type":"box","geometry":{},"annotation_id":"{}",)"
      R"("confidence":{:.3f},"class_pdf":{{{}}}}})"
      "\n",
      reference_of(image), word(kKindWords, detection.kind), json_of(detection.box),
      object_id(prefix, image, index), detection.confidence,
      class_pdf(detection.shares, kKindWords));
}

std::string category_prediction_line(uint64_t image, const RoadGuess& guess) {
  return fmt::format(R"({{"reference_id":"{}","type":"category","label":"{}","taxonomy":"{}",)"
                     R"("confidence":{:.3f},"class_pdf":{{{}}}}})"
                     "\n",
                     reference_of(image), word(kRoadWords, guess.road), kTaxonomy, guess.confidence,
                     class_pdf(guess.shares, kRoadWords));
}

}  // namespace cupel::demo
