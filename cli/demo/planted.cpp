#include "cli/demo/planted.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "cli/demo/lines.hpp"

namespace cupel::demo {
namespace {

constexpr std::array<std::string_view, 7> kListNames{
    "unlabelled_images", "mislabelled_images", "mislabelled_boxes",     "missed_objects",
    "false_positives",   "near_duplicates",    "unlabelled_police_cars"};

}  // namespace

void Planted::add_object(uint64_t image, size_t index, const Labelled& object) {
  const std::string reference = reference_of(image);
  const std::string_view truth = word(kKindWords, object.sight.figure.kind);
  const std::string box = json_of(object.sight.box);
  switch (object.fault) {
    case BoxFault::kNone: return;
    case BoxFault::kMislabelled:
      entries_[kMislabelledBoxes].push_back(fmt::format(
          R"({{"annotation_id":"{}","reference_id":"{}","given":"{}","true":"{}"}})",
          object_id("", image, index), reference, word(kKindWords, *object.given), truth));
      return;
    case BoxFault::kMissed:
      entries_[kMissedObjects].push_back(
          fmt::format(R"({{"reference_id":"{}","label":"{}","box":{}}})", reference, truth, box));
      return;
    case BoxFault::kPoliceMissed:
      entries_[kUnlabelledPoliceCars].push_back(
          fmt::format(R"({{"reference_id":"{}","given":null,"box":{}}})", reference, box));
      return;
    case BoxFault::kPoliceAsCar:
      entries_[kUnlabelledPoliceCars].push_back(
          fmt::format(R"({{"annotation_id":"{}","reference_id":"{}","given":"car","box":{}}})",
                      object_id("", image, index), reference, box));
  }
}

void Planted::add_image_fault(uint64_t image, const Labels& labels) {
  const std::string reference = reference_of(image);
  switch (labels.fault) {
    case ImageFault::kNone: return;
    case ImageFault::kUnlabelled:
      entries_[kUnlabelledImages].push_back(fmt::format("\"{}\"", reference));
      return;
    case ImageFault::kMislabelled:
      entries_[kMislabelledImages].push_back(fmt::format(
          R"({{"reference_id":"{}","taxonomy":"road_condition","given":"{}","true":"{}"}})",
          reference, word(kRoadWords, *labels.road), word(kRoadWords, labels.true_road)));
      return;
    case ImageFault::kNearDuplicate:
      entries_[kNearDuplicates].push_back(
          fmt::format(R"(["{}","{}"])", reference_of(image - 1), reference));
  }
}

void Planted::add_image(uint64_t image, const Labels& labels,
                        const std::vector<Detection>& detections) {
  add_image_fault(image, labels);
  for (size_t i = 0; i < labels.objects.size(); ++i) add_object(image, i, labels.objects[i]);
  for (const Detection& detection : detections) {
    if (!detection.planted) continue;
    entries_[kFalsePositives].push_back(fmt::format(
        R"({{"reference_id":"{}","label":"{}","box":{},"confidence":{:.3f}}})", reference_of(image),
        word(kKindWords, detection.kind), json_of(detection.box), detection.confidence));
  }
}

std::string Planted::json(const DemoOptions& options) const {
  std::string text = fmt::format("{{\n\"seed\":{},\n\"images\":{}", options.seed, options.images);
  for (size_t list = 0; list < kLists; ++list) {
    fmt::format_to(std::back_inserter(text), ",\n\"{}\":[", kListNames[list]);
    for (size_t i = 0; i < entries_[list].size(); ++i) {
      fmt::format_to(std::back_inserter(text), "{}\n{}", i == 0 ? "" : ",", entries_[list][i]);
    }
    text += "]";
  }
  return text + "\n}\n";
}

void Planted::count(DemoSummary& summary) const {
  summary.unlabelled_images = entries_[kUnlabelledImages].size();
  summary.mislabelled_images = entries_[kMislabelledImages].size();
  summary.mislabelled_boxes = entries_[kMislabelledBoxes].size();
  summary.missed_objects = entries_[kMissedObjects].size();
  summary.false_positives = entries_[kFalsePositives].size();
  summary.near_duplicates = entries_[kNearDuplicates].size();
  summary.unlabelled_police_cars = entries_[kUnlabelledPoliceCars].size();
}

}  // namespace cupel::demo
