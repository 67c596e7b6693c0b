#include <algorithm>
#include <map>

#include "cupel/error.hpp"
#include "engine/labeling/files.hpp"

namespace cupel::labeling {
namespace {

/// Random numbers that are the same on every platform (splitmix64; Steele, Lea and Flood 2014),
/// which the distributions of the standard library are not.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  /// In [0, count), each with the same probability.
  uint64_t below(uint64_t count) {
    const uint64_t rest = (~uint64_t{0} % count + 1) % count;  // 2^64 modulo count
    for (;;) {
      const uint64_t drawn = next();
      if (drawn <= ~uint64_t{0} - rest) return drawn % count;
    }
  }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

/// The rows of each label, everything in random order.
std::vector<std::vector<uint32_t>> shuffled_by_label(const std::vector<std::string>& labels,
                                                     uint64_t seed) {
  std::map<std::string_view, std::vector<uint32_t>> by_label;
  for (size_t row = 0; row < labels.size(); ++row) {
    by_label[labels[row]].push_back(static_cast<uint32_t>(row));
  }
  Random random(seed);
  std::vector<std::vector<uint32_t>> result;
  for (auto& [label, rows] : by_label) {
    random.shuffle(rows);
    result.push_back(std::move(rows));
  }
  random.shuffle(result);
  return result;
}

void draw_calibration(std::vector<bool>& chosen, const std::vector<std::string>& labels,
                      size_t places, uint64_t seed) {
  std::vector<std::vector<uint32_t>> waiting = shuffled_by_label(labels, seed);
  while (places > 0) {
    for (auto rows = waiting.begin(); rows != waiting.end() && places > 0; ++rows) {
      chosen[rows->back()] = true;
      rows->pop_back();
      --places;
    }
    std::erase_if(waiting, [](const std::vector<uint32_t>& rows) { return rows.empty(); });
  }
}

}  // namespace

BatchPlan plan_batches(const std::vector<std::string>& given_labels, uint32_t batch_size,
                       uint32_t calibration, uint64_t seed) {
  if (batch_size == 0) {
    throw Error(ErrorCode::kConstraint, "a batch holds at least one task: give BATCH 1 or more");
  }
  const size_t rows = given_labels.size();
  std::vector<bool> chosen(rows);
  draw_calibration(chosen, given_labels, std::min<size_t>(calibration, rows), seed);
  BatchPlan plan;
  plan.batch.resize(rows);
  uint64_t others = 0;
  for (size_t row = 0; row < rows; ++row) {
    if (!chosen[row]) plan.batch[row] = static_cast<uint32_t>(1 + others++ / batch_size);
  }
  plan.batches = static_cast<uint32_t>((others + batch_size - 1) / batch_size);
  if (rows > 0 && calibration > 0) ++plan.batches;
  return plan;
}

}  // namespace cupel::labeling
