#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/text_classes.hpp"
#include "storage/snapshot.hpp"

/// Category labels of items: annotations (or predictions) of type `category` in a taxonomy.
namespace cupel::exec {

struct CategoryRow {
  uint32_t row = 0;  ///< in its chunk
  uint64_t item = 0;
  int32_t label = TextClasses::kMissing;  ///< class, kOther or kMissing
};

/// The category labels in one taxonomy, chunk by chunk of their table. One thread.
class CategoryLabels {
 public:
  /// `classes` are numbered from 0. They and `taxonomy` must outlive this.
  CategoryLabels(const storage::SnapshotPtr& snapshot, storage::TableId table,
                 std::string_view taxonomy, const std::vector<std::string>& classes);

  uint32_t chunks() const;
  /// The visible category labels of a chunk, ascending; valid until the next call.
  const std::vector<CategoryRow>& chunk(uint32_t number);
  /// The label of a row of the last chunk asked for, where it has one.
  std::string_view label(uint32_t row) const { return labels_.text(row); }

 private:
  storage::SnapshotPtr snapshot_;
  storage::TableId table_;
  std::optional<storage::ColumnId> item_;
  TextClasses types_, taxonomies_, labels_;
  std::vector<CategoryRow> rows_;
};

/// The taxonomies in which rows of a table have category labels, sorted.
std::vector<std::string> taxonomies(const storage::SnapshotPtr& snapshot, storage::TableId table,
                                    const Context& context);
/// The labels of annotations in a taxonomy, sorted, each once.
std::vector<std::string> labels_in_taxonomy(const storage::SnapshotPtr& snapshot,
                                            std::string_view taxonomy, const Context& context);
/// The labels of all annotations, sorted, each once.
std::vector<std::string> labels_of_annotations(const storage::SnapshotPtr& snapshot,
                                               const Context& context);
/// A number that changes when some item gets another label in the taxonomy (nothing: of any kind),
/// or a first, or loses it.
uint64_t label_fingerprint(const storage::SnapshotPtr& snapshot,
                           const std::optional<std::string>& taxonomy, const Context& context);
/// The same on every machine, because fingerprints are stored.
uint64_t text_hash(std::string_view text);

}  // namespace cupel::exec
