#include "tests/unit/evaluate/naive.hpp"

#include <algorithm>

namespace cupel::evaluate::naive {
namespace {

bool eligible(const Object& prediction, const MatchOptions& options) {
  return prediction.confidence >= options.confidence;
}

void greedy(const Scene& scene, const MatchOptions& options, std::vector<int64_t>& partner) {
  std::vector<bool> taken(scene.annotations.size());
  for (size_t item = 0; item < scene.items; ++item) {
    for (const size_t p : by_confidence(scene.predictions, of_item(scene.predictions, item))) {
      if (!eligible(scene.predictions[p], options)) continue;
      double best = std::min(options.iou, 1 - 1e-10);
      for (const size_t a : of_item(scene.annotations, item)) {
        const Object& truth = scene.annotations[a];
        if (taken[a] || truth.crowd || !fits(options, truth, scene.predictions[p])) continue;
        if (iou(scene.predictions[p], truth) < best) continue;
        best = iou(scene.predictions[p], truth);
        partner[p] = static_cast<int64_t>(a);
      }
      if (partner[p] >= 0) taken[static_cast<size_t>(partner[p])] = true;
    }
  }
}

/// Takes the best pair that is left, again and again.
void best_first(const Scene& scene, const MatchOptions& options, std::vector<int64_t>& partner) {
  std::vector<bool> taken(scene.annotations.size());
  for (;;) {
    double best = 0;
    size_t best_p = 0, best_a = 0;
    for (size_t p = 0; p < scene.predictions.size(); ++p) {
      const Object& predicted = scene.predictions[p];
      if (partner[p] >= 0 || !eligible(predicted, options)) continue;
      for (const size_t a : of_item(scene.annotations, predicted.item)) {
        const Object& truth = scene.annotations[a];
        if (taken[a] || truth.crowd || !fits(options, truth, predicted)) continue;
        const double here = iou(predicted, truth);
        if (here > best || (here == best && here > 0 &&
                            predicted.confidence > scene.predictions[best_p].confidence)) {
          best = here;
          best_p = p;
          best_a = a;
        }
      }
    }
    if (best == 0) return;
    partner[best_p] = static_cast<int64_t>(best_a);
    taken[best_a] = true;
  }
}

double precision_at(const std::vector<double>& recall, const std::vector<double>& precision,
                    double point) {
  const auto reached = std::lower_bound(recall.begin(), recall.end(), point);
  return reached == recall.end() ? 0 : precision[static_cast<size_t>(reached - recall.begin())];
}

double mean(const std::vector<double>& list) {
  double sum = 0;
  for (const double number : list) sum += number;
  return sum / static_cast<double>(list.size());
}

}  // namespace

double iou(const Object& prediction, const Object& annotation) {
  const Box& d = prediction.box;
  const Box& g = annotation.box;
  const double width = std::fmin(d.width + d.x, g.width + g.x) - std::fmax(d.x, g.x);
  if (width <= 0) return 0;
  const double height = std::fmin(d.height + d.y, g.height + g.y) - std::fmax(d.y, g.y);
  if (height <= 0) return 0;
  const double both = width * height, own = d.width * d.height;
  return both / (annotation.crowd ? own : own + g.width * g.height - both);
}

bool fits(const MatchOptions& options, const Object& annotation, const Object& prediction) {
  const std::pair labels(annotation.label, prediction.label);
  return options.class_agnostic || labels.first == labels.second ||
         std::count(options.allowed.begin(), options.allowed.end(), labels) > 0;
}

std::vector<size_t> of_item(const std::vector<Object>& objects, size_t item, int32_t label) {
  std::vector<size_t> out;
  for (size_t at = 0; at < objects.size(); ++at) {
    if (objects[at].item == item && (label < 0 || objects[at].label == label)) out.push_back(at);
  }
  return out;
}

std::vector<size_t> by_confidence(const std::vector<Object>& objects, std::vector<size_t> rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
    return objects[a].confidence > objects[b].confidence;
  });
  return rows;
}

ImageResult evaluate_image(const Scene& scene, size_t item, int32_t label, size_t area) {
  const auto outside = [&](double size) {
    return size < kAreaRanges[area][0] || size > kAreaRanges[area][1];
  };
  std::vector<size_t> truth = of_item(scene.annotations, item, label);
  const auto ignored = [&](size_t row) {
    return scene.annotations[row].crowd || outside(scene.annotations[row].area);
  };
  std::stable_sort(truth.begin(), truth.end(),
                   [&](size_t a, size_t b) { return ignored(a) < ignored(b); });
  ImageResult out;
  for (const size_t row : truth) out.truth_ignored.push_back(ignored(row));
  out.predictions = by_confidence(scene.predictions, of_item(scene.predictions, item, label));
  if (out.predictions.size() > 100) out.predictions.resize(100);
  // numpy's linspace comes out a bit below .9.
  for (const double threshold : {.5, .55, .6, .65, .7, .75, .8, .85, 0x1.cccccccccccccp-1, .95}) {
    std::vector<bool> taken(truth.size()), matched, beyond;
    for (const size_t p : out.predictions) {
      double best = threshold;
      int match = -1;
      for (size_t g = 0; g < truth.size(); ++g) {
        if (taken[g] && !scene.annotations[truth[g]].crowd) continue;
        if (match > -1 && !ignored(truth[static_cast<size_t>(match)]) && ignored(truth[g])) break;
        const double here = iou(scene.predictions[p], scene.annotations[truth[g]]);
        if (here < best) continue;
        best = here;
        match = static_cast<int>(g);
      }
      if (match > -1) taken[static_cast<size_t>(match)] = true;
      matched.push_back(match > -1);
      beyond.push_back(match > -1 ? ignored(truth[static_cast<size_t>(match)])
                                  : outside(scene.predictions[p].area));
    }
    out.matched.push_back(matched);
    out.ignored.push_back(beyond);
  }
  return out;
}

std::optional<Accumulated> accumulate(const Scene& scene, int32_t label, size_t area, size_t most) {
  std::vector<ImageResult> images;
  double positives = 0;
  for (size_t item = 0; item < scene.items; ++item) {
    images.push_back(evaluate_image(scene, item, label, area));
    const auto& ignored = images.back().truth_ignored;
    positives += static_cast<double>(std::count(ignored.begin(), ignored.end(), false));
  }
  if (positives == 0) return std::nullopt;
  Accumulated out;
  for (size_t threshold = 0; threshold < kThresholds; ++threshold) {
    struct Entry {
      double confidence;
      bool matched, ignored;
    };
    std::vector<Entry> entries;
    for (const ImageResult& image : images) {
      for (size_t at = 0; at < std::min(most, image.predictions.size()); ++at)
        entries.push_back({scene.predictions[image.predictions[at]].confidence,
                           image.matched[threshold][at], image.ignored[threshold][at]});
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.confidence > b.confidence; });
    double right = 0, wrong = 0;
    std::vector<double> recall, precision;
    for (const Entry& entry : entries) {
      right += entry.matched && !entry.ignored ? 1 : 0;
      wrong += !entry.matched && !entry.ignored ? 1 : 0;
      recall.push_back(right / positives);
      precision.push_back(right / (wrong + right + std::numeric_limits<double>::epsilon()));
    }
    for (size_t at = precision.size(); at-- > 1;)
      precision[at - 1] = std::max(precision[at - 1], precision[at]);
    out.recall.push_back(recall.empty() ? 0 : recall.back());
    std::vector<double>& points = out.precision.emplace_back();
    for (size_t point = 0; point < kRecallPoints; ++point)
      points.push_back(precision_at(recall, precision, static_cast<double>(point) * 0.01));
  }
  return out;
}

CocoFigures figures(const Scene& scene, int32_t labels) {
  using Read = std::vector<double> (*)(const Accumulated&);
  const auto gather = [&](size_t area, size_t most, Read read) -> std::optional<double> {
    std::vector<double> all;
    for (int32_t label = 0; label < labels; ++label) {
      const auto one = accumulate(scene, label, area, most);
      if (!one) continue;
      const std::vector<double> numbers = read(*one);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all.empty() ? std::nullopt : std::optional(mean(all));
  };
  const Read precision = [](const Accumulated& one) {
    std::vector<double> all;
    for (const auto& points : one.precision) all.insert(all.end(), points.begin(), points.end());
    return all;
  };
  const Read recall = [](const Accumulated& one) { return one.recall; };
  return {gather(0, 100, precision),
          gather(0, 100, [](const Accumulated& one) { return one.precision[0]; }),
          gather(0, 100, [](const Accumulated& one) { return one.precision[5]; }),
          gather(1, 100, precision),
          gather(2, 100, precision),
          gather(3, 100, precision),
          gather(0, 1, recall),
          gather(0, 10, recall),
          gather(0, 100, recall),
          gather(1, 100, recall),
          gather(2, 100, recall),
          gather(3, 100, recall)};
}

std::vector<int64_t> match(const Scene& scene, const MatchOptions& options) {
  std::vector<int64_t> partner(scene.predictions.size(), kNobody);
  if (options.rule == Rule::kCoco) greedy(scene, options, partner);
  if (options.rule == Rule::kNucleus) best_first(scene, options, partner);
  return partner;
}

Errors errors(const Scene& scene, const MatchOptions& options, const Outcomes& outcomes) {
  Errors out;
  out.predictions.resize(scene.predictions.size());
  out.annotations.resize(scene.annotations.size());
  std::vector<double> best_confidence(scene.annotations.size(), -1);
  for (size_t a = 0; a < scene.annotations.size(); ++a) {
    if (outcomes.annotations.outcome[a] == Outcome::kFalseNegative)
      out.annotations[a] = ErrorKind::kMissed;
  }
  for (size_t p = 0; p < scene.predictions.size(); ++p) {
    if (outcomes.predictions.outcome[p] != Outcome::kFalsePositive) continue;
    const Object& predicted = scene.predictions[p];
    double right = -1, wrong = -1, used = -1, any = 0;
    size_t right_at = 0, wrong_at = 0;
    for (const size_t a : of_item(scene.annotations, predicted.item)) {
      const Object& truth = scene.annotations[a];
      if (truth.crowd) continue;
      const double here = iou(predicted, truth);
      any = std::max(any, here);
      const bool same = fits(options, truth, predicted);
      if (same && here > right) right = here, right_at = a;
      if (!same && here > wrong) wrong = here, wrong_at = a;
      if (same && outcomes.annotations.outcome[a] == Outcome::kTruePositive)
        used = std::max(used, here);
    }
    ErrorKind& kind = out.predictions[p];
    size_t about = SIZE_MAX;
    if (options.background <= right && right <= options.iou) {
      kind = ErrorKind::kLocalization;
      about = right_at;
    } else if (wrong >= options.iou) {
      kind = ErrorKind::kClassification;
      about = wrong_at;
    } else if (used >= options.iou) {
      kind = ErrorKind::kDuplicate;
    } else {
      kind = any <= options.background ? ErrorKind::kBackground : ErrorKind::kBoth;
    }
    if (about == SIZE_MAX || out.annotations[about] == ErrorKind::kNone) continue;
    if (predicted.confidence > best_confidence[about]) {
      best_confidence[about] = predicted.confidence;
      out.annotations[about] = kind;
    }
  }
  return out;
}

}  // namespace cupel::evaluate::naive
