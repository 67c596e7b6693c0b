#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace cupel::exec {

/// The boxes of many images in one array, image after image. Each box is counted, then added; those
/// of an image stay in the order in which they came.
template <typename Box>
class BoxesByImage {
 public:
  explicit BoxesByImage(size_t images) : begins_(images + 2) {}

  void count(size_t image) { ++begins_[image + 2]; }
  /// When all are counted.
  void make_room() {
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    boxes_.resize(begins_.back());
  }
  void add(size_t image, const Box& box) { boxes_[begins_[image + 1]++] = box; }
  /// When all are added; valid as long as this.
  std::span<const Box> of(size_t image) const {
    return std::span(boxes_).subspan(begins_[image], begins_[image + 1] - begins_[image]);
  }

 private:
  /// One ahead until all are added: begins_[i + 1] is where the next box of image i goes.
  std::vector<uint64_t> begins_;
  std::vector<Box> boxes_;
};

}  // namespace cupel::exec
