#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace cupel::storage {

/// Look-ups that a transaction has added or removed and not yet written.
class PendingLookups {
 public:
  /// The ordinal, or nothing for a removed one.
  using Target = std::optional<uint64_t>;

  /// What was done to this reference id; nothing when nothing was.
  std::optional<Target> find(std::string_view reference_id) const;
  void set(std::string_view reference_id, Target target);
  size_t size() const noexcept { return changes_.size(); }

  /// Puts everything into a write set.
  void write(WriteSet& changes) const;
  /// Moves added look-ups of rows from `first_row` on into a write set, but for those whose
  /// reference id had one that is committed: replacing it would be seen. Says how many.
  size_t spill(uint64_t first_row, WriteSet& changes);

  /// The point to which rollback() returns.
  void savepoint();
  void rollback();

 private:
  struct Change {
    Target target;
    bool replaces = false;  ///< The store may hold one that others can see.
  };
  using Changes = std::unordered_map<std::string, Change>;

  void remember(const std::string& reference_id);
  /// By reference id: the store takes ascending keys several times as fast.
  std::vector<Changes::const_pointer> sorted() const;

  Changes changes_;
  bool has_savepoint_ = false;
  std::vector<std::pair<std::string, std::optional<Change>>> undo_;  ///< oldest first
};

}  // namespace cupel::storage
