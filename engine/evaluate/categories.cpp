#include "engine/evaluate/categories.hpp"

#include "engine/evaluate/steps.hpp"

namespace cupel::evaluate {
namespace {

struct Item {
  const Categories& predictions;
  const Categories& annotations;
  const LabelsFit& fits;
  size_t first, last;  ///< annotations
  Outcomes& out;

  bool is_crowd(size_t truth) const {
    return !annotations.crowd.empty() && annotations.crowd[truth] != 0;
  }
  /// The first annotation of the prediction's taxonomy for which `wanted` holds, or kNobody.
  template <typename F>
  int64_t find(size_t prediction, const F& wanted) const {
    for (size_t truth = first; truth < last; ++truth) {
      if (annotations.taxonomy[truth] == predictions.taxonomy[prediction] && wanted(truth))
        return static_cast<int64_t>(truth);
    }
    return kNobody;
  }
  bool taken(size_t truth) const {
    return out.annotations.outcome[truth] == Outcome::kTruePositive;
  }

  void start() {
    for (size_t truth = first; truth < last; ++truth) {
      out.annotations.outcome[truth] =
          is_crowd(truth) ? Outcome::kIgnored : Outcome::kFalseNegative;
      if (!is_crowd(truth)) out.annotations.error[truth] = ErrorKind::kMissed;
    }
  }

  void pair(size_t prediction, int64_t truth, Outcome outcome) {
    out.predictions.outcome[prediction] = outcome;
    out.predictions.partner[prediction] = truth;
    out.predictions.paired[prediction] = 1;
    if (outcome == Outcome::kIgnored) return;
    const auto at = static_cast<size_t>(truth);
    out.annotations.outcome[at] = outcome;
    out.annotations.partner[at] = static_cast<int64_t>(prediction);
    out.annotations.paired[at] = 1;
    out.annotations.error[at] = ErrorKind::kNone;
  }

  /// Whether the prediction has a match.
  bool match(size_t prediction) {
    const auto fitting = [&](size_t truth) {
      return fits(annotations.label[truth], predictions.label[prediction]);
    };
    int64_t truth =
        find(prediction, [&](size_t at) { return fitting(at) && !is_crowd(at) && !taken(at); });
    if (truth != kNobody) return pair(prediction, truth, Outcome::kTruePositive), true;
    truth = find(prediction, [&](size_t at) { return fitting(at) && is_crowd(at); });
    if (truth != kNobody) return pair(prediction, truth, Outcome::kIgnored), true;
    return false;
  }

  void explain(size_t prediction) {
    const auto counts = [&](size_t at) { return !is_crowd(at); };
    const auto fitting = [&](size_t at) {
      return counts(at) && fits(annotations.label[at], predictions.label[prediction]);
    };
    const auto free = [&](size_t at) { return counts(at) && !taken(at); };
    if (const int64_t truth = find(prediction, fitting); truth != kNobody)
      return mark_wrong(prediction, truth, ErrorKind::kDuplicate);
    if (const int64_t truth = find(prediction, free); truth != kNobody) {
      mark_wrong(prediction, truth, ErrorKind::kClassification);
      const auto at = static_cast<size_t>(truth);
      out.annotations.error[at] = ErrorKind::kClassification;
      int64_t& partner = out.annotations.partner[at];
      if (partner == kNobody) partner = static_cast<int64_t>(prediction);
      return;
    }
    const int64_t truth = find(prediction, counts);
    mark_wrong(prediction, truth,
               truth == kNobody ? ErrorKind::kBackground : ErrorKind::kClassification);
  }

  void mark_wrong(size_t prediction, int64_t partner, ErrorKind error) {
    out.predictions.outcome[prediction] = Outcome::kFalsePositive;
    out.predictions.partner[prediction] = partner;
    out.predictions.error[prediction] = error;
  }
};

}  // namespace

void match_categories(const Categories& predictions, const Categories& annotations,
                      const MatchOptions& options, size_t first, size_t last, Outcomes& out) {
  const LabelsFit fits(options.allowed, false);
  std::vector<size_t> order, wrong;
  for (size_t number = first; number < last; ++number) {
    if (options.poll) options.poll();
    order.clear();
    wrong.clear();
    for (size_t at = predictions.first[number]; at < predictions.first[number + 1]; ++at) {
      if (predictions.confidence[at] >= options.confidence) order.push_back(at);
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return predictions.confidence[a] > predictions.confidence[b];
    });
    Item item{
        predictions, annotations, fits, annotations.first[number], annotations.first[number + 1],
        out};
    item.start();
    for (const size_t prediction : order) {
      if (!item.match(prediction)) wrong.push_back(prediction);
    }
    for (const size_t prediction : wrong) item.explain(prediction);
    out.fp[number] += static_cast<int64_t>(wrong.size());
    for (size_t at = item.first; at < item.last; ++at) {
      out.tp[number] += item.taken(at) ? 1 : 0;
      out.fn[number] += out.annotations.outcome[at] == Outcome::kFalseNegative ? 1 : 0;
    }
  }
}

}  // namespace cupel::evaluate
