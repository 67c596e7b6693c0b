#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/exec/item_sizes.hpp"
#include "engine/io/record.hpp"

namespace cupel::exec {

/// What is probably a mistake in a file that can be read: boxes that reach beyond their image or
/// have a negative size, confidences without any gradation, labels that differ from others only in
/// case or in spaces around them. A few comparisons an object; labels are looked at once, behind
/// the import.
class ImportChecks {
 public:
  /// `before`: the state as the statement began.
  ImportChecks(std::string file, storage::SnapshotPtr before)
      : file_(std::move(file)), before_(std::move(before)) {}

  /// An object that was taken into `table`, and the size of its image.
  void object(storage::TableId table, bool prediction, const io::ObjectRecord& object,
              ItemSizes::Size image);
  /// A sentence for each kind of finding. `after`: the state that the import leaves.
  std::vector<std::string> findings(const storage::Snapshot& after) const;

 private:
  struct Boxes {
    uint64_t count = 0;
    std::string first;
  };
  void note(Boxes& boxes, const io::ObjectRecord& object, ItemSizes::Size image) const;
  std::string similar_labels(const storage::Snapshot& after) const;

  std::string file_;
  storage::SnapshotPtr before_;
  std::set<storage::TableId> tables_;
  storage::TableId last_table_ = storage::kItems;
  Boxes beyond_, negative_;
  uint64_t confidences_ = 0;  ///< of predictions
  uint64_t extremes_ = 0;     ///< exactly 0 or 1
};

}  // namespace cupel::exec
