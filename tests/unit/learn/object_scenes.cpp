#include "tests/unit/learn/object_scenes.hpp"

#include <random>

namespace cupel::learn {
namespace {

class Painter {
 public:
  Painter(uint32_t seed, int32_t classes) : random_(seed), classes_(classes) {}

  Scene scene(bool spoiled);
  Scene crowd();

 private:
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  int32_t any_class() { return std::uniform_int_distribution<int32_t>(0, classes_ - 1)(random_); }
  ObjectBox box(double size) {
    const double x = uniform(0, 400), y = uniform(0, 300);
    return {x, y, x + uniform(size / 4, size), y + uniform(size / 4, size)};
  }
  ObjectBox shaken(ObjectBox box, double by) {
    box.x1 += uniform(-by, 0);
    box.y1 += uniform(-by, 0);
    box.x2 += uniform(0, by);
    box.y2 += uniform(0, by);
    return box;
  }

  std::mt19937 random_;
  int32_t classes_;
};

Scene Painter::scene(bool spoiled) {
  Scene image;
  image.width = 520;
  image.height = 420;
  const int count = std::uniform_int_distribution<int>(1, 5)(random_);
  for (int i = 0; i < count; ++i) {
    const ObjectBox truth = box(120);
    const int32_t label = any_class();
    if (spoiled || uniform(0, 1) < 0.95)
      image.predictions.push_back({shaken(truth, 3), label, uniform(0.9, 1)});
    if (uniform(0, 1) < 0.2)
      image.predictions.push_back({shaken(truth, 12), any_class(), uniform(0.05, 0.6)});
    const double kind = spoiled ? 0.2 : uniform(0, 1);
    if (kind < 0.1) continue;
    LabelledBox given{truth, label};
    if (kind < 0.25) given.box = {truth.x1 + 20, truth.y1 + 20, truth.x2 + 20, truth.y2 + 20};
    if (kind > 0.85) given.label = (label + 1) % classes_;
    image.labels.push_back(given);
  }
  return image;
}

Scene Painter::crowd() {
  Scene image;
  const int count = std::uniform_int_distribution<int>(0, 30)(random_);
  for (int i = 0; i < count; ++i) {
    const ObjectBox truth = box(80);
    const int32_t label = any_class();
    image.labels.push_back({truth, label});
    for (int copy = 0; copy < 4; ++copy)
      image.predictions.push_back({shaken(truth, 10), uniform(0, 1) < 0.8 ? label : any_class(),
                                   std::uniform_int_distribution<int>(1, 20)(random_) / 20.0});
  }
  return image;
}

}  // namespace

std::vector<Scene> random_scenes(uint32_t seed, size_t count, int32_t classes) {
  Painter painter(seed, classes);
  std::vector<Scene> out;
  for (size_t i = 0; i < count; ++i) out.push_back(painter.scene(i == 0));
  return out;
}

std::vector<Scene> crowded_scenes(uint32_t seed, size_t count, int32_t classes) {
  Painter painter(seed, classes);
  std::vector<Scene> out;
  for (size_t i = 0; i < count; ++i) out.push_back(painter.crowd());
  return out;
}

}  // namespace cupel::learn
