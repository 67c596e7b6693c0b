#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/evaluate/box.hpp"
#include "engine/exec/value_vector.hpp"
#include "engine/plan/plan.hpp"

/// The boxes of objects, read from columns and grouped by item: what plan::Pairwise runs on.
namespace cupel::exec {

class Evaluation;
struct Context;

/// Reads the boxes of one table: position and dimensions in the plane of the image, in pixels.
/// Objects without one of the four numbers have no box, nor have those with a third dimension,
/// which lie in space and not in the image. Any thread.
class BoxReader {
 public:
  BoxReader(const Evaluation& evaluation, storage::TableId table);

  struct Boxes {
    std::vector<evaluate::Box> boxes;  ///< one a row
    std::vector<uint8_t> present;      ///< one byte a row; 0: no box
  };
  /// At rows of a chunk, in any order.
  Boxes read(uint32_t chunk, std::span<const uint32_t> rows) const;

 private:
  const Evaluation& evaluation_;
  std::array<const storage::Column*, 4> plane_;  ///< x, y, width, height; null: never present
  std::array<const storage::Column*, 2> depth_;
};

/// Numbers texts, so that texts of columns with dictionaries of their own can be compared. A
/// missing text is the same as no other.
class TextNumbers {
 public:
  /// The numbers of texts, of new ones too; one a row.
  std::vector<uint32_t> add(const Vector& texts);
  /// Those that `add` gave; of unknown texts one that it gives to none.
  std::vector<uint32_t> find(const Vector& texts) const;

 private:
  static constexpr uint32_t kMissing = 0;
  static constexpr uint32_t kUnknown = ~uint32_t{0};

  std::unordered_map<std::string, uint32_t> numbers_;
};

/// The boxes of some objects of a table. Filled in row order, then finished, then read by any
/// thread.
/// Invariants of a finished one: 1. The boxes of item i are [begin[i], begin[i + 1]). 2. In an item
/// of more than kSwept boxes they ascend by left edge, and `reach` has, at each, the largest right
/// edge up to it; in smaller items they are in row order and `reach` is not kept.
struct ItemBoxes {
  /// Where looking at every pair of boxes costs more than sorting.
  static constexpr size_t kSwept = 128;

  std::vector<uint64_t> begin;
  std::vector<evaluate::Box> boxes;
  std::vector<uint64_t> objects;  ///< row of each
  std::vector<uint32_t> labels;   ///< by `texts`; empty where nobody asks for labels
  std::vector<double> reach;      ///< empty where no item is swept
  TextNumbers texts;

  /// Adds objects, of `label` where labels are asked for (null otherwise).
  void add(std::span<const uint32_t> of_items, std::span<const evaluate::Box> new_boxes,
           std::span<const uint64_t> rows, const Vector* label, const Context& context);
  void finish(uint64_t item_count, const Context& context);

  bool swept(size_t item) const noexcept { return begin[item + 1] - begin[item] > kSwept; }

 private:
  void reorder(const std::vector<uint64_t>& order);
  void sweep();

  std::vector<uint32_t> items_;  ///< until finished
};

}  // namespace cupel::exec
