#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "storage/vectors.hpp"

/// The labels that a task offers.
namespace cupel::exec {

/// The most probable labels of items, by a stored set of probabilities.
class ProbableLabels {
 public:
  /// `set` must be of the snapshot's catalog.
  ProbableLabels(storage::SnapshotPtr snapshot, const storage::VectorSet& set, uint64_t count);

  /// The labels most probable for an item, most probable first (equal ones in the order of the
  /// classes), `given` among them; nothing where the item has no probabilities.
  std::vector<std::string> of(uint64_t item, const std::string& given);

 private:
  double number(const std::byte* row, uint32_t component) const;

  storage::SnapshotPtr snapshot_;
  const storage::VectorSet& set_;
  uint64_t count_;
  std::optional<uint32_t> block_number_;
  storage::VectorBlockPtr block_;
  std::vector<uint32_t> order_;
};

/// The set by which the label errors of a taxonomy were last found. Throws kUnsupported saying what
/// is missing.
const storage::VectorSet& probabilities_of(const storage::Catalog& catalog,
                                           const std::string& taxonomy);

/// The taxonomy whose label errors were found last; nothing when there is none.
std::optional<std::string> last_found_taxonomy(const storage::Catalog& catalog);

}  // namespace cupel::exec
