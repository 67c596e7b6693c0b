#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace cupel::learn {

/// The best rows of many questions at once: for question q the `wanted` rows with the largest
/// numbers, the lower row first where equal. Rows must come in ascending order. Takes about
/// 1.5 × wanted + 9 entries a question.
template <typename Real>
class BestRows {
 public:
  struct Entry {
    Real number;
    uint32_t row;
  };

  /// Adds a question; its number is the count of those before it.
  void ask(uint64_t wanted) {
    const size_t keep = wanted + 1;  // one more tells whether the last place was a tie
    questions_.push_back({entries_, entries_, keep, keep + std::max<size_t>(8, keep / 2)});
    entries_ += questions_.back().room;
    limits_.push_back(-std::numeric_limits<Real>::infinity());
  }
  void start() { buffer_.resize(entries_); }

  /// A number must be larger than this to matter.
  Real limit(size_t question) const { return limits_[question]; }

  /// Returns whether the limit has risen. `number` must be above it.
  bool offer(size_t question, Real number, uint32_t row) {
    Question& q = questions_[question];
    buffer_[q.end++] = {number, row};
    if (q.end - q.first < q.room) return false;
    shrink(question);
    return true;
  }

  /// The rows that are sure, and whether more have the same number as the last of them.
  struct Answer {
    std::span<const Entry> best;
    Real last;
    bool tied;
  };
  Answer answer(size_t question) {
    Question& q = questions_[question];
    if (q.end - q.first > q.keep) shrink(question);
    const std::span<Entry> all = std::span(buffer_).subspan(q.first, q.end - q.first);
    const size_t wanted = std::min(q.keep - 1, all.size());
    if (wanted < all.size())
      std::nth_element(all.begin(), all.begin() + static_cast<ptrdiff_t>(wanted), all.end(),
                       Better());
    const auto best = all.first(wanted);
    const Real last = std::ranges::min_element(best, {}, &Entry::number)->number;
    return {best, last, wanted < all.size() && all[wanted].number == last};
  }

 private:
  struct Question {
    size_t first, end, keep, room;
  };

  struct Better {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.number > b.number || (a.number == b.number && a.row < b.row);
    }
  };

  void shrink(size_t question) {
    Question& q = questions_[question];
    const auto begin = buffer_.begin() + static_cast<ptrdiff_t>(q.first);
    const auto last = begin + static_cast<ptrdiff_t>(q.keep - 1);
    std::nth_element(begin, last, buffer_.begin() + static_cast<ptrdiff_t>(q.end), Better());
    q.end = q.first + q.keep;
    limits_[question] = last->number;
  }

  std::vector<Question> questions_;
  std::vector<Real> limits_;
  std::vector<Entry> buffer_;
  size_t entries_ = 0;
};

}  // namespace cupel::learn
