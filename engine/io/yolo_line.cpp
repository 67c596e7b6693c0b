#include "engine/io/yolo_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/io/json_document.hpp"

namespace cupel::io {
namespace {

/// Tools write shapes that reach a little over the edge; pixels are something else.
constexpr double kLeast = -1;
constexpr double kMost = 2;
constexpr size_t kBoxNumbers = 4;

double number_of(std::string_view text, size_t field) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    throw RecordError{
        {}, fmt::format("field {} must be a number, but is \"{}\"", field, text.substr(0, 40))};
  return number;
}

[[noreturn]] void wrong_fields(size_t fields, std::string_view expected) {
  throw RecordError{{}, fmt::format("the line has {} fields; {}", fields, expected)};
}

}  // namespace

YoloLines::YoloLines(std::string task, KeypointShape keypoints, bool confidence_second)
    : task_(std::move(task)), keypoints_(keypoints), confidence_second_(confidence_second) {}

void YoloLines::split(std::string_view line) {
  numbers_.clear();
  class_ = {};
  for (size_t field = 1;; ++field) {
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    if (field == 1)
      class_ = line.substr(0, end);
    else
      numbers_.push_back(number_of(line.substr(0, end), field));
    line.remove_prefix(end);
  }
}

YoloObject::Kind YoloLines::kind_of(size_t fields, bool& confident) const {
  using Kind = YoloObject::Kind;
  const size_t pose = 5 + keypoints_.points * keypoints_.numbers;
  confident = task_ == "pose" ? fields == pose + 1 : fields % 2 == 0;
  const size_t bare = fields - (confident ? 1 : 0);
  if (task_ == "pose") {
    if (keypoints_.points == 0)
      throw RecordError{{},
                        "the task is pose, and the keypoints of an object are not known; say how "
                        "many there are, as in FORMAT yolo (kpt_shape = '17,3')"};
    if (bare != pose)
      wrong_fields(fields, fmt::format("a pose has {}, or {} with a confidence", pose, pose + 1));
    return Kind::kKeypoints;
  }
  if (task_ == "obb") {
    if (bare != 9) wrong_fields(fields, "a turned box has 9, or 10 with a confidence");
    return Kind::kPolygon;
  }
  if (bare == 5) return Kind::kBox;
  if (task_ == "detect") wrong_fields(fields, "a box has 5, or 6 with a confidence");
  if (bare < 7)
    wrong_fields(fields, "a box has 5, or 6 with a confidence, a polygon 7, 9, 11 and so on");
  if (task_.empty() && (confident || fields == 9))
    wrong_fields(fields, fields == 9 ? "that is a turned box or a polygon of four points; name the "
                                       "task, as in FORMAT yolo (task = obb)"
                                     : "name the task, as in FORMAT yolo (task = segment)");
  return Kind::kPolygon;
}

void YoloLines::read_class() {
  // Written by programs that know only one kind of number: 3.0.
  const double number = number_of(class_, 1);
  if (number < 0 || number != std::trunc(number) || number >= 1e6)
    throw RecordError{{}, fmt::format("a class is a number from 0, not {}", class_)};
  object_.class_number = static_cast<uint32_t>(number);
}

/// The visibility of a keypoint may be any number.
void YoloLines::check_fractions() const {
  const bool visibility = object_.kind == YoloObject::Kind::kKeypoints && keypoints_.numbers == 3;
  for (size_t i = 0; i < numbers_.size(); ++i) {
    if (visibility && i >= kBoxNumbers && (i - kBoxNumbers) % 3 == 2) continue;
    if (numbers_[i] >= kLeast && numbers_[i] <= kMost) continue;
    throw RecordError{
        {},
        fmt::format("{} is no fraction of an image: such numbers lie between 0 and 1, "
                    "or a little outside",
                    numbers_[i])};
  }
}

void YoloLines::read_box() {
  object_.center_x = numbers_[0];
  object_.center_y = numbers_[1];
  object_.width = numbers_[2];
  object_.height = numbers_[3];
}

void YoloLines::read_keypoints() {
  for (size_t i = kBoxNumbers; i + keypoints_.numbers <= numbers_.size(); i += keypoints_.numbers) {
    object_.points.push_back(numbers_[i]);
    object_.points.push_back(numbers_[i + 1]);
    object_.points.push_back(keypoints_.numbers == 3 ? numbers_[i + 2] : 2);
  }
}

const YoloObject& YoloLines::read(std::string_view line) {
  using Kind = YoloObject::Kind;
  split(line);
  read_class();
  bool confident = false;
  object_.kind = kind_of(numbers_.size() + 1, confident);
  object_.confidence.reset();
  if (confident) {
    const auto at = confidence_second_ ? numbers_.begin() : numbers_.end() - 1;
    object_.confidence = *at;
    numbers_.erase(at);
  }
  check_fractions();
  object_.points.clear();
  if (object_.kind == Kind::kPolygon)
    object_.points = numbers_;
  else
    read_box();
  if (object_.kind == Kind::kKeypoints) read_keypoints();
  return object_;
}

}  // namespace cupel::io
