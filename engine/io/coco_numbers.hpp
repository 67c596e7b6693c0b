#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/io/json_document.hpp"
#include "storage/snapshot.hpp"

/// The integers by which COCO files know images, annotations and categories. Rows keep those that
/// they have; others get the smallest that are free.
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

/// The categories of a dataset. A category is an id and a label; a label may have several ids.
/// `metadata.category_id` of objects says which id is whose: that of the label that most of its
/// objects have (of equally frequent ones the first in byte order). Labels without one get free
/// numbers, in byte order. Annotations come first, so that ground truth has the same numbers
/// whatever predictions there are.
class CocoCategories {
 public:
  CocoCategories(const storage::Snapshot& snapshot, std::function<void(size_t)> reserve)
      : snapshot_(snapshot), reserve_(std::move(reserve)) {}
  /// Adds the categories of a table's objects that have a shape in the image.
  void add_table(storage::TableId table);
  /// The category of an object: its own id where that belongs to its label, else the label's first.
  int64_t of(std::string_view label, const JsonNode* own);
  /// Labels by id.
  const std::map<int64_t, std::string>& all() const { return labels_; }

 private:
  using Counts = std::map<std::string, uint64_t, std::less<>>;

  void count(Counts& labels, std::string_view label) const;
  int64_t add_label(std::string_view label);

  const storage::Snapshot& snapshot_;
  std::function<void(size_t)> reserve_;
  std::map<int64_t, std::string> labels_;
  std::map<std::string, int64_t, std::less<>> first_ids_;
  int64_t free_ = 1;  ///< no smaller number is free
};

}  // namespace cupel::io
