#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/exec/column_reader.hpp"
#include "storage/snapshot.hpp"

namespace cupel::exec {

/// Other names under which files of objects speak of what is in the database: COCO's numbers of
/// images (items' `metadata.coco_id`) and of categories (annotations' `metadata.category_id`).
/// Each table is read once, when it is first asked.
class ImportAliases {
 public:
  explicit ImportAliases(storage::SnapshotPtr base) : base_(std::move(base)) {}

  struct Item {
    uint64_t row = 0;
    bool ambiguous = false;  ///< several items have this id
  };
  std::optional<Item> item_by_number(int64_t coco_id);
  std::optional<Item> item_by_text(std::string_view coco_id);
  /// By a reference_id without its extension, or an end of it that begins with a folder or name.
  std::optional<Item> item_by_stem(std::string_view stem);

  /// The label that most annotations of this category have: a few may have been relabeled since.
  /// Of equally frequent ones the first in byte order.
  std::optional<std::string_view> label(int64_t category_id);

 private:
  void read_items();
  void read_stems();
  void read_labels();

  storage::SnapshotPtr base_;
  bool items_read_ = false;
  bool labels_read_ = false;
  std::unique_ptr<ColumnReader> references_;  ///< set when the stems are read
  std::unordered_map<int64_t, Item> by_number_;
  std::unordered_map<std::string, Item> by_text_;
  std::unordered_multimap<std::string, uint64_t> by_stem_;  ///< name without extension to row
  std::unordered_map<int64_t, std::string> labels_;
};

}  // namespace cupel::exec
