#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "engine/learn/autotag.hpp"
#include "engine/learn/suggest.hpp"

// Data of which a small class is to be found, and one who knows the answers.

namespace cupel::learn::testing {

/// Rows around a hundred directions; `share` of them around three that lie near each other: the
/// class. Two of the other directions are near those, too.
struct TagWorld {
  size_t width;
  std::vector<double> rows;
  std::vector<uint8_t> truth;

  TagWorld(size_t count, size_t columns, uint64_t seed, double share = 0.01) : width(columns) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    const auto around = [&](const std::vector<double>& center, double spread) {
      std::vector<double> row = center;
      for (double& x : row) x += spread * normal(random);
      return row;
    };
    const std::vector<double> origin(width, 0), base = around(origin, 1);
    std::vector<std::vector<double>> own, others;
    for (int i = 0; i < 3; ++i) own.push_back(around(base, 0.5));
    for (int i = 0; i < 100; ++i) others.push_back(i < 2 ? around(base, 1) : around(origin, 1));
    for (size_t i = 0; i < count; ++i) {
      truth.push_back(std::uniform_real_distribution<double>()(random) < share);
      const auto& centers = truth.back() != 0 ? own : others;
      const auto row = around(centers[random() % centers.size()], 0.6);
      rows.insert(rows.end(), row.begin(), row.end());
    }
  }

  size_t count() const { return truth.size(); }
  std::span<const double> row(size_t i) const { return std::span(rows).subspan(i * width, width); }
};

/// A tag of some positives drawn at random, and its refinement.
class Refinement {
 public:
  Refinement(const TagWorld& world, size_t positives, uint64_t seed) : world_(world) {
    std::vector<uint64_t> found;
    for (size_t i = 0; i < world.count(); ++i)
      if (world.truth[i] != 0) found.push_back(i);
    std::mt19937_64 random(seed);
    std::shuffle(found.begin(), found.end(), random);
    positives_.assign(found.begin(), found.begin() + static_cast<ptrdiff_t>(positives));
    std::sort(positives_.begin(), positives_.end());
    background_ = draw_background(world.count(), kUsualBackground, positives_, seed);
    train();
  }

  /// What the truth does not know.
  void purify_background() {
    std::erase_if(background_, [&](uint64_t row) { return world_.truth[row] != 0; });
    train();
  }

  /// Asks about so many rows and trains again.
  void ask(size_t count) {
    std::vector<uint64_t> known = positives_;
    known.insert(known.end(), negatives_.begin(), negatives_.end());
    std::sort(known.begin(), known.end());
    const auto pool = uncertain_rows(scores_, 200, known);
    std::vector<double> scores;
    for (const uint64_t row : pool) scores.push_back(scores_[row]);
    const auto vectors = gather(pool), answered = gather(known);
    for (const size_t at : suggest({world_.width, scores, vectors, answered}, count))
      (world_.truth[pool[at]] != 0 ? positives_ : negatives_).push_back(pool[at]);
    for (const auto* answers : {&positives_, &negatives_})
      std::erase_if(background_, [&](uint64_t row) {
        return std::find(answers->begin(), answers->end(), row) != answers->end();
      });
    train();
  }

  AutotagExamples examples() {
    positive_rows_ = gather(positives_);
    negative_rows_ = gather(negatives_);
    background_rows_ = gather(background_);
    return {world_.width, positive_rows_, negative_rows_, background_rows_};
  }

  const Autotag& tag() const { return tag_; }
  const std::vector<double>& scores() const { return scores_; }

  double average_precision() const {
    std::vector<size_t> order(world_.count());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return scores_[a] > scores_[b]; });
    double sum = 0, found = 0;
    for (size_t i = 0; i < order.size(); ++i) {
      if (world_.truth[order[i]] == 0) continue;
      ++found;
      sum += found / static_cast<double>(i + 1);
    }
    return sum / found;
  }
  double precision() const { return counted(true); }
  double recall() const { return counted(false); }

 private:
  double counted(bool precision) const {
    double both = 0, of = 0;
    for (size_t i = 0; i < world_.count(); ++i) {
      both += world_.truth[i] != 0 && scores_[i] > 0;
      of += precision ? scores_[i] > 0 : world_.truth[i] != 0;
    }
    return both / of;
  }

  std::vector<double> gather(const std::vector<uint64_t>& rows) const {
    std::vector<double> out;
    for (const uint64_t i : rows) {
      const auto row = world_.row(i);
      out.insert(out.end(), row.begin(), row.end());
    }
    return out;
  }

  void train() {
    tag_ = train_autotag(examples(), {});
    scores_.clear();
    for (size_t i = 0; i < world_.count(); ++i) {
      double product = 0, square = 0;
      for (size_t j = 0; j < world_.width; ++j) {
        product += tag_.weights[j] * world_.row(i)[j];
        square += world_.row(i)[j] * world_.row(i)[j];
      }
      scores_.push_back(autotag_score(tag_, product / std::sqrt(square) + tag_.offset));
    }
  }

  const TagWorld& world_;
  std::vector<uint64_t> positives_, negatives_, background_;
  std::vector<double> positive_rows_, negative_rows_, background_rows_;
  Autotag tag_;
  std::vector<double> scores_;
};

}  // namespace cupel::learn::testing
