#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "storage/snapshot.hpp"

/// The integers by which COCO files know images and annotations. Rows keep those that they have;
/// others get the smallest that are free.
namespace cupel::io {

/// Integers that are taken, and free ones. Eight bytes each, sixteen while they are added.
class FreeNumbers {
 public:
  void take(int64_t number) { taken_.push_back(number); }
  /// After the last take().
  void settle();
  /// Whether it was taken exactly once.
  bool alone(int64_t number) const;
  /// The smallest positive integer that was neither taken nor handed out.
  int64_t next();

 private:
  std::vector<int64_t> taken_;  ///< sorted
  size_t passed_ = 0;           ///< how many of them are not above next_
  int64_t next_ = 1;
};

/// The images of a dataset: `metadata.coco_id` where it is an integer that no other item has. The
/// numbers are those of the dataset, whichever items are exported.
class CocoImageNumbers {
 public:
  CocoImageNumbers(const storage::Snapshot& snapshot, const std::function<void(size_t)>& reserve);
  int64_t of(uint64_t row) const { return numbers_[row]; }

 private:
  std::vector<int64_t> numbers_;  ///< by row
};

/// The objects of one table: `annotation_id` where it is an integer that no other has.
class CocoObjectNumbers {
 public:
  CocoObjectNumbers(const storage::Snapshot& snapshot, storage::TableId table,
                    const std::function<void(size_t)>& reserve);
  /// `kept` says whether the number is the id.
  int64_t of(std::string_view annotation_id, bool& kept);

 private:
  FreeNumbers numbers_;
};

}  // namespace cupel::io
