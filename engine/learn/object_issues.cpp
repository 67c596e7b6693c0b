#include "engine/learn/object_issues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "cupel/error.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/object_input.hpp"
#include "engine/learn/object_precision.hpp"
#include "engine/learn/object_similarity.hpp"

namespace cupel::learn {
namespace {

/// Two label boxes that overlap so much are about one object.
constexpr double kSamePlace = 0.95;
/// Added to scores before their logarithm, as the reference does.
constexpr double kLeastScore = 1e-100;
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
/// Stands where no box was found to compare with; similarities are never negative.
constexpr double kNone = -1;

/// What is found of one image's boxes, to be filled.
struct BoxRecord {
  std::span<double> overlooked, badloc, swap;
  std::span<uint8_t> is_overlooked, is_badloc, is_swap;
};

/// Hands out the records of all images, one after the other.
class Records {
 public:
  explicit Records(ObjectIssues& issues) : issues_(issues) {}

  BoxRecord next(const ObjectImage& image) {
    const size_t predictions = image.predictions.size();
    const size_t labels = image.labels.size();
    const size_t m = std::exchange(prediction_, prediction_ + predictions);
    const size_t l = std::exchange(label_, label_ + labels);
    return {std::span(issues_.overlooked).subspan(m, predictions),
            std::span(issues_.badloc).subspan(l, labels),
            std::span(issues_.swap).subspan(l, labels),
            std::span(issues_.is_overlooked).subspan(m, predictions),
            std::span(issues_.is_badloc).subspan(l, labels),
            std::span(issues_.is_swap).subspan(l, labels)};
  }

 private:
  ObjectIssues& issues_;
  size_t prediction_ = 0, label_ = 0;
};

/// The first of two passes. Leaves in the scores what does not depend on other images: `overlooked`
/// is the largest similarity to label boxes of the class, or kNone; `swap` may still be less than
/// the least similarity.
class BoxScorer {
 public:
  BoxScorer(int32_t classes, const ObjectOptions& options)
      : options_(options), precision_(static_cast<size_t>(classes), options.ties) {}

  void score(const ObjectImage& image, const BoxRecord& out);
  double least_similarity() const noexcept { return least_; }
  std::vector<double> class_precision() const { return precision_.means(options_.poll); }

 private:
  /// What a prediction has in common with the label boxes; fills `badloc` and `swap` with the
  /// largest similarities that count for them.
  double compare(const PredictedBox& prediction, const ObjectImage& image,
                 const BoxSimilarity& similarity, BestLabel& best, const BoxRecord& out);

  const ObjectOptions& options_;
  PrecisionCounter precision_;
  std::vector<BestLabel> best_;
  double least_ = 1;
};

/// Whether another label box of another class lies where box `at` does.
bool has_rival(std::span<const LabelledBox> labels, size_t at) {
  return std::ranges::any_of(labels, [&](const LabelledBox& other) {
    return other.label != labels[at].label && overlap_of(labels[at].box, other.box) >= kSamePlace;
  });
}

void BoxScorer::score(const ObjectImage& image, const BoxRecord& out) {
  best_.assign(image.predictions.size(), {});
  const BoxSimilarity similarity(image, options_);
  for (size_t m = 0; m < image.predictions.size(); ++m)
    out.overlooked[m] = compare(image.predictions[m], image, similarity, best_[m], out);
  for (size_t l = 0; l < image.labels.size(); ++l) {
    if (out.badloc[l] == kNone) out.badloc[l] = 1;
    out.swap[l] = out.swap[l] == kNone ? 1 : 1 - out.swap[l];
    if (options_.check_overlapping_labels && has_rival(image.labels, l)) out.swap[l] = 0;
  }
  precision_.add(image, best_);
}

double BoxScorer::compare(const PredictedBox& prediction, const ObjectImage& image,
                          const BoxSimilarity& similarity, BestLabel& best, const BoxRecord& out) {
  const bool speaks_of_place = prediction.confidence > options_.low_probability;
  const bool speaks_of_class = prediction.confidence > options_.high_probability;
  bool touches = false;
  double most_alike = kNone;
  for (size_t l = 0; l < image.labels.size(); ++l) {
    const LabelledBox& label = image.labels[l];
    const double overlap = overlap_of(label.box, prediction.box);
    const double alike = similarity(label.box, prediction.box, overlap);
    if (alike != 0) least_ = std::min(least_, alike);
    touches |= overlap > 0;
    if (label.label == prediction.label) {
      most_alike = std::max(most_alike, alike);
      if (speaks_of_place && overlap > 0) out.badloc[l] = std::max(out.badloc[l], alike);
      if (overlap > best.overlap) best = {overlap, l};
    } else if (speaks_of_class) {
      out.swap[l] = std::max(out.swap[l], alike);
    }
  }
  const bool speaks_of_missing = prediction.confidence >= options_.high_probability;
  return speaks_of_missing && !touches ? most_alike : kUndefined;
}

/// One score of many: their mean, weighted by softmax(-score / temperature).
double softmin(std::span<const double> scores, double temperature) {
  double least = std::numeric_limits<double>::infinity();
  for (const double s : scores)
    if (!std::isnan(s)) least = std::min(least, s);
  double sum = 0, weights = 0;
  for (const double s : scores) {
    if (std::isnan(s)) continue;
    const double weight = std::exp((least - s) / temperature);
    weights += weight;
    sum += weight * s;
  }
  return weights > 0 ? sum / weights : 1;
}

/// 1 for the scores that are at most the cutoff of their box's class; comparisons with NaN fail.
template <typename Box>
void flag_boxes(std::span<const double> scores, std::span<const Box> boxes,
                std::span<const double> cutoffs, std::span<uint8_t> out) {
  for (size_t i = 0; i < scores.size(); ++i)
    out[i] = scores[i] <= cutoffs[static_cast<size_t>(boxes[i].label)] ? 1 : 0;
}

/// The second pass: what depends on all images.
ImageIssues settle(const ObjectImage& image, double least_similarity,
                   std::span<const double> cutoffs, const ObjectOptions& options,
                   const BoxRecord& found) {
  for (size_t m = 0; m < found.overlooked.size(); ++m)
    if (found.overlooked[m] == kNone)
      found.overlooked[m] = least_similarity * (1 - image.predictions[m].confidence);
  for (double& s : found.swap) s = std::max(s, least_similarity);
  flag_boxes<PredictedBox>(found.overlooked, image.predictions, cutoffs, found.is_overlooked);
  flag_boxes<LabelledBox>(found.badloc, image.labels, cutoffs, found.is_badloc);
  flag_boxes<LabelledBox>(found.swap, image.labels, cutoffs, found.is_swap);
  ImageIssues out{found.overlooked,    found.badloc,    found.swap,
                  found.is_overlooked, found.is_badloc, found.is_swap};
  out.overlooked_score = softmin(out.overlooked, options.temperature);
  out.badloc_score = softmin(out.badloc, options.temperature);
  out.swap_score = softmin(out.swap, options.temperature);
  out.score = std::exp(options.overlooked_weight * std::log(kLeastScore + out.overlooked_score) +
                       options.badloc_weight * std::log(kLeastScore + out.badloc_score) +
                       options.swap_weight * std::log(kLeastScore + out.swap_score));
  const auto any = [](std::span<const uint8_t> flags) {
    return std::ranges::find(flags, 1) != flags.end();
  };
  out.issue = any(out.is_overlooked) || any(out.is_badloc) || any(out.is_swap);
  return out;
}

ObjectIssues room_for(std::span<const ObjectImage> images) {
  size_t labels = 0, predictions = 0;
  for (const ObjectImage& image : images) {
    labels += image.labels.size();
    predictions += image.predictions.size();
  }
  ObjectIssues out;
  out.images.reserve(images.size());
  out.overlooked.resize(predictions);
  out.is_overlooked.resize(predictions);
  out.badloc.assign(labels, kNone);
  out.swap.assign(labels, kNone);
  out.is_badloc.resize(labels);
  out.is_swap.resize(labels);
  return out;
}

std::vector<uint64_t> rank(const std::vector<ImageIssues>& images, Ties ties) {
  std::vector<uint64_t> found;
  std::vector<double> scores;
  for (size_t i = 0; i < images.size(); ++i) {
    if (!images[i].issue) continue;
    found.push_back(i);
    scores.push_back(images[i].score);
  }
  std::vector<uint64_t> out;
  out.reserve(found.size());
  for (const uint32_t at : index_sort(std::span<const double>(scores), ties))
    out.push_back(found[at]);
  return out;
}

}  // namespace

ObjectIssues find_object_issues(std::span<const ObjectImage> images, int32_t classes,
                                const ObjectOptions& options) {
  check_options(options);
  if (classes < 0)
    throw Error(ErrorCode::kConstraint, fmt::format("there cannot be {} classes", classes));
  if (images.size() > UINT32_MAX)
    throw Error(ErrorCode::kLimit,
                fmt::format("{} images are more than 4,294,967,295", images.size()));
  ObjectIssues out = room_for(images);
  BoxScorer scorer(classes, options);
  Records to_score(out);
  for (size_t i = 0; i < images.size(); ++i) {
    if (options.poll) options.poll();
    check_image(images[i], i, classes);
    scorer.score(images[i], to_score.next(images[i]));
  }
  out.least_similarity = scorer.least_similarity();
  out.class_precision = scorer.class_precision();
  std::vector<double> cutoffs;
  cutoffs.reserve(out.class_precision.size());
  for (const double precision : out.class_precision)
    cutoffs.push_back(options.issue_share * precision);
  Records to_settle(out);
  for (const ObjectImage& image : images) {
    if (options.poll) options.poll();
    out.images.push_back(
        settle(image, out.least_similarity, cutoffs, options, to_settle.next(image)));
  }
  out.ranked = rank(out.images, options.ties);
  return out;
}

}  // namespace cupel::learn
