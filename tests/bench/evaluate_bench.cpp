// Times matching and COCO's figures on one thread: 100,000 images of BDD100K's shape (10 classes,
// more than half cars, every fifth image empty) with about 1.84 million boxes and 2.2 million
// predictions, generated in memory.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "engine/evaluate/average_precision.hpp"
#include "engine/evaluate/match.hpp"
#include "engine/evaluate/overlaps.hpp"

namespace {

using namespace cupel::evaluate;

constexpr size_t kImages = 100000;

struct Columns {
  std::vector<uint64_t> first{0};
  std::vector<double> x, y, width, height, area, confidence;
  std::vector<int32_t> label;

  void add(const Box& box, int32_t its_label, double its_confidence) {
    x.push_back(box.x);
    y.push_back(box.y);
    width.push_back(box.width);
    height.push_back(box.height);
    area.push_back(box.width * box.height);
    label.push_back(its_label);
    confidence.push_back(its_confidence);
  }
  void end_item() { first.push_back(x.size()); }
  Shapes shapes() const { return {first, x, y, width, height, area, label, {}, {}}; }
};

class Dataset {
 public:
  Dataset() {
    for (size_t image = 0; image < kImages; ++image) {
      if (share_(random_) >= 0.21) add_image();
      truth_.end_item();
      found_.end_item();
    }
  }
  Predictions predictions() const { return {found_.shapes(), found_.confidence}; }
  Annotations annotations() const { return {truth_.shapes(), {}}; }
  const Columns& found() const { return found_; }
  const Columns& truth() const { return truth_; }

 private:
  void add_image() {
    std::poisson_distribution<int> boxes(23.3), wrong(4.5);
    for (int count = boxes(random_); count > 0; --count) {
      const Box box = any_box();
      const auto label = static_cast<int32_t>(classes_(random_));
      truth_.add(box, label, 1);
      for (int tries = 2; tries > 0; --tries) {
        if (share_(random_) < (tries == 2 ? 0.85 : 0.15))
          found_.add(near(box), share_(random_) < 0.95 ? label : 1, sure());
      }
    }
    for (int count = wrong(random_); count > 0; --count)
      found_.add(any_box(), static_cast<int32_t>(classes_(random_)), sure() / 2);
  }
  Box any_box() {
    const double width = std::min(600.0, size_(random_)), height = width * (0.6 + share_(random_));
    return {share_(random_) * (1280 - width), 200 + share_(random_) * 300, width, height};
  }
  Box near(const Box& box) {
    return {box.x + box.width * off_(random_), box.y + box.height * off_(random_),
            box.width * (1 + off_(random_)), box.height * (1 + off_(random_))};
  }
  double sure() { return static_cast<float>(std::sqrt(share_(random_))); }

  std::mt19937_64 random_{1};
  std::uniform_real_distribution<double> share_;
  std::normal_distribution<double> off_{0, 0.08};
  std::lognormal_distribution<double> size_{3.7, 0.9};
  std::discrete_distribution<int> classes_{55, 18, 14, 7, 2.3, 1.6, 0.9, 0.7, 0.3, 0.2};
  Columns truth_, found_;
};

const Dataset& dataset() {
  static const Dataset made;
  return made;
}

Outcomes empty_outcomes() {
  Outcomes out;
  out.resize(kImages, dataset().found().x.size(), dataset().truth().x.size());
  return out;
}

void find_all_overlaps(benchmark::State& state) {
  dataset();
  PolygonFrame frame;
  Overlaps overlaps;
  size_t pairs = 0;
  for (auto round : state) {
    pairs = 0;
    for (size_t item = 0; item < kImages; ++item) {
      find_overlaps(dataset().predictions(), dataset().annotations(), item, frame, overlaps);
      pairs += overlaps.pairs.size();
    }
  }
  state.counters["pairs"] = static_cast<double>(pairs);
  state.counters["boxes"] = static_cast<double>(dataset().truth().x.size());
  state.counters["predictions"] = static_cast<double>(dataset().found().x.size());
}

void match_all(benchmark::State& state) {
  MatchOptions options;
  options.rule = static_cast<Rule>(state.range(0));
  Scratch scratch;
  for (auto round : state) {
    state.PauseTiming();
    Outcomes out = empty_outcomes();
    state.ResumeTiming();
    match_items(dataset().predictions(), dataset().annotations(), options, 0, kImages, scratch,
                out);
    benchmark::DoNotOptimize(out.tp.data());
  }
}

/// Of the first of so many equal parts of the images.
void twelve_figures(benchmark::State& state) {
  const size_t images = kImages / static_cast<size_t>(state.range(0));
  const size_t predictions = dataset().found().first[images];
  const size_t boxes = dataset().truth().first[images];
  Outcomes out = empty_outcomes();
  Scratch scratch;
  match_items(dataset().predictions(), dataset().annotations(), {}, 0, kImages, scratch, out);
  const auto part = [&](const auto& list) { return std::span(list).first(predictions); };
  double ap = 0;
  for (auto round : state) {
    TruthCounts truth;
    for (size_t box = 0; box < boxes; ++box)
      truth.add(dataset().truth().label[box], dataset().truth().area[box], false);
    const CocoResult result = coco_figures({part(dataset().found().label),
                                            part(dataset().found().confidence),
                                            part(out.coco.matched),
                                            part(out.coco.ignored),
                                            part(out.coco.rank),
                                            {}},
                                           truth);
    ap = result.all.ap.value_or(-1);
  }
  state.counters["ap"] = ap;
}

BENCHMARK(find_all_overlaps)->Unit(benchmark::kMillisecond);
BENCHMARK(match_all)->DenseRange(0, 2)->ArgName("rule")->Unit(benchmark::kMillisecond);
BENCHMARK(twelve_figures)->Arg(1)->Arg(10)->ArgName("parts")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
