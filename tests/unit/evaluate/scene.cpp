#include "tests/unit/evaluate/scene.hpp"

#include <algorithm>
#include <cmath>

namespace cupel::evaluate::scene {
namespace {

class Maker {
 public:
  Maker(uint32_t seed, const SceneOptions& options) : random_(seed), options_(options) {}

  Object object(size_t item, double least) {
    Object out{item, static_cast<int32_t>(below(static_cast<size_t>(options_.labels)))};
    out.box = {stepped(0, 64), stepped(0, 64), stepped(least, 48), stepped(least, 48)};
    out.area = chance(0.8) ? out.box.width * out.box.height : pick({900, 1024, 5000, 9216, 2e10});
    out.confidence = static_cast<double>(below(static_cast<size_t>(options_.confidences) + 1)) /
                     options_.confidences;
    out.crowd = chance(options_.crowds);
    if (options_.polygons && chance(0.6)) out.rings = {triangle(out.box)};
    return out;
  }
  std::vector<Object> objects(size_t items, size_t most) {
    std::vector<Object> out;
    for (size_t item = 0; item < items; ++item) {
      for (size_t count = chance(0.2) ? 0 : below(most + 1); count > 0; --count)
        out.push_back(object(item, options_.step));
    }
    return out;
  }

 private:
  size_t below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  bool chance(double share) { return std::uniform_real_distribution<double>()(random_) < share; }
  double pick(std::initializer_list<double> list) { return *(list.begin() + below(list.size())); }
  double stepped(double from, double to) {
    const double value = std::uniform_real_distribution<double>(from, to)(random_);
    return options_.step > 0 ? std::ceil(value / options_.step) * options_.step : value;
  }
  /// Two corners and a point of the opposite side.
  std::vector<double> triangle(const Box& box) {
    return {box.x, box.y, box.x + box.width, box.y, box.x + box.width / 2, box.y + box.height};
  }

  std::mt19937 random_;
  SceneOptions options_;
};

}  // namespace

Arrays::Arrays(const std::vector<Object>& objects, size_t items) : first_(items + 1, 0) {
  for (const Object& object : objects) {
    ++first_[object.item + 1];
    x_.push_back(object.box.x);
    y_.push_back(object.box.y);
    width_.push_back(object.box.width);
    height_.push_back(object.box.height);
    area_.push_back(object.area);
    label_.push_back(object.label);
    confidence_.push_back(object.confidence);
    crowd_.push_back(object.crowd ? 1 : 0);
    polygon_.push_back(-1);
    if (object.rings.empty()) continue;
    polygon_.back() = static_cast<int64_t>(ring_begin_.size() - 1);
    for (const std::vector<double>& ring : object.rings) {
      xy_.insert(xy_.end(), ring.begin(), ring.end());
      point_begin_.push_back(xy_.size() / 2);
    }
    ring_begin_.push_back(point_begin_.size() - 1);
  }
  for (size_t item = 0; item < items; ++item) first_[item + 1] += first_[item];
}

Shapes Arrays::shapes() const {
  return {
      first_, x_, y_, width_, height_, area_, label_, polygon_, {xy_, point_begin_, ring_begin_}};
}

Outcomes Scene::match(const MatchOptions& options) const {
  const Arrays predicted(predictions, items), annotated(annotations, items);
  Outcomes out;
  out.resize(items, predictions.size(), annotations.size());
  Scratch scratch;
  match_items(predicted.predictions(), annotated.annotations(), options, 0, items, scratch, out);
  return out;
}

Scene random_scene(uint32_t seed, const SceneOptions& options) {
  Maker maker(seed, options);
  Scene out{options.items};
  out.annotations = maker.objects(options.items, options.most_annotations);
  out.predictions = maker.objects(options.items, options.most_predictions);
  return out;
}

std::vector<double> ring_of(const Box& box) {
  return {box.x,
          box.y,
          box.x + box.width,
          box.y,
          box.x + box.width,
          box.y + box.height,
          box.x,
          box.y + box.height};
}

}  // namespace cupel::evaluate::scene
