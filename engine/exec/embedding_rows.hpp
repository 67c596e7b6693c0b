#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "engine/exec/execute.hpp"
#include "index/vector_rows.hpp"

/// The rows of a set of embeddings as searches and users see them: by number, and by text.
///
/// The text of an item is its reference_id. That of an object is `reference_id/annotation_id`; an
/// annotation_id alone will do where no other live object of the table has it.
namespace cupel::exec {

/// What a text names.
struct FoundRow {
  std::optional<uint64_t> row;  ///< of the table, live; empty unless it is the only one
  uint64_t matches = 0;         ///< 0: unknown; more than one: objects that share the id
};

/// Finds rows of a table by their texts, in the order of the texts: an item by the look-up, objects
/// in one walk over the table.
std::vector<FoundRow> find_rows(const storage::SnapshotPtr& snapshot, storage::TableId table,
                                std::span<const std::string> texts,
                                const std::function<void()>& poll = {});
FoundRow find_row(const storage::SnapshotPtr& snapshot, storage::TableId table,
                  std::string_view text, const std::function<void()>& poll = {});

/// A sentence about a text that names no row, or several.
std::string not_found_text(const storage::SnapshotPtr& snapshot, storage::TableId table,
                           std::string_view text, const FoundRow& found);

/// Texts of rows that differ little from this one (a letter or two in one place), for suggestions:
/// in row order, at most 1,000.
std::vector<std::string> similar_texts(const storage::SnapshotPtr& snapshot, storage::TableId table,
                                       std::string_view text,
                                       const std::function<void()>& poll = {});

/// Says the texts of rows. One thread.
class RowTexts {
 public:
  RowTexts(const storage::SnapshotPtr& snapshot, storage::TableId table);
  /// Empty for an object without an annotation_id.
  std::string text(uint64_t row);
  /// The parts of it.
  std::string_view reference_id(uint64_t row);
  std::string_view annotation_id(uint64_t row);
  /// The row's item: itself for an item.
  uint64_t item(uint64_t row);

 private:
  storage::TableId table_;
  ColumnReader item_, reference_id_, annotation_id_;
};

/// The rows of a table that the snapshot shows, as one bitmap of all its rows.
storage::Bitmap visible_rows(const storage::Snapshot& snapshot, storage::TableId table,
                             const std::function<void()>& poll = {});

/// The vectors of a set of the snapshot's catalog, as searches read them. Rows that were deleted
/// keep theirs: searches are asked for `visible_rows`.
index::VectorRows vector_rows(const storage::SnapshotPtr& snapshot, const storage::VectorSet& set);

/// Runs searches on the statement's threads, interruptible. The context must outlive it.
index::Running running(const Context& context);

}  // namespace cupel::exec
