#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/key.hpp"
#include "storage/store.hpp"

namespace cupel::storage {

/// What a transaction has done to one block of a vector set.
struct BlockChange {
  enum class Kind : uint8_t {
    kValue,  ///< `bytes` is the block.
    kGone,   ///< The block is removed.
    kAhead,  ///< The store holds it, written ahead of the commit.
  };
  Kind kind = Kind::kValue;
  std::shared_ptr<const std::string> bytes;
  uint64_t version = 0;  ///< Distinct for each state of each block in one transaction.
  uint32_t vectors = 0;  ///< How many it holds.
};
using BlockChanges = std::map<ColumnKey, BlockChange>;

/// The blocks that a transaction has written or removed.
///
/// Invariants: 1. The store holds blocks ahead of the commit only of sets that are new in the
/// transaction. 2. One that went ahead since the savepoint is in fresh_; one that went before it
/// is not overwritten in the store, but kept. 3. kept_bytes_ is the sum over the values that may
/// go ahead.
class PendingBlocks {
 public:
  /// Sets numbered from `first_new_set` on are new in this transaction.
  explicit PendingBlocks(uint32_t first_new_set) : first_new_set_(first_new_set) {}

  /// For views: never changes once handed out.
  std::shared_ptr<const BlockChanges> changes() const { return changes_; }
  bool empty() const noexcept { return changes_->empty(); }
  const BlockChange* find(ColumnKey key) const;

  void put(ColumnKey key, std::string bytes, uint32_t vectors);
  void erase(ColumnKey key);
  /// The changed blocks of a set.
  std::vector<ColumnKey> keys(uint32_t set) const;
  std::vector<ColumnKey> keys() const;

  /// Bytes of blocks that are kept and may go ahead.
  size_t kept_bytes() const noexcept { return kept_bytes_; }
  /// Writes them into the store.
  void spill(Store& store);
  /// What the commit has to write.
  void write(WriteSet& changes) const;

  /// The point to which rollback() returns.
  void savepoint();
  /// Puts the removal of what went ahead since into `removals`.
  void rollback(WriteSet& removals);

 private:
  struct Savepoint {
    std::shared_ptr<BlockChanges> changes;
    size_t kept_bytes = 0;
  };

  /// The changes, to be changed: nobody else holds them.
  BlockChanges& own();
  bool may_go_ahead(ColumnKey key) const;
  void replace(ColumnKey key, BlockChange change);

  uint32_t first_new_set_;
  std::shared_ptr<BlockChanges> changes_ = std::make_shared<BlockChanges>();
  uint64_t next_version_ = 1;
  size_t kept_bytes_ = 0;
  std::set<ColumnKey> fresh_;
  std::optional<Savepoint> savepoint_;
};

}  // namespace cupel::storage
