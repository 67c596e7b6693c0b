#pragma once

#include <cstdint>

#include "engine/exec/execute.hpp"
#include "index/clusters.hpp"
#include "storage/transaction.hpp"

/// Near duplicates and outliers among the vectors of a set become fields of the rows of its table.
/// What the fields said before is gone, also of rows that are not compared. The context's snapshot
/// is the transaction's view, flushed.
namespace cupel::exec {

/// int64: 1, 2, … by the smallest row of each group; missing for a row that is alone.
inline constexpr const char* kDuplicateGroup = "metadata.duplicate_group";
/// float64: the cosine distance to the nearest other row, 0 to 2.
inline constexpr const char* kDuplicateDistance = "metadata.duplicate_distance";
/// float64, 0 to 1, larger = stranger: 1 - the out-of-distribution score that cleanlab has for
/// embeddings (learn/outliers.hpp), by the cosine distances to the ten nearest others.
inline constexpr const char* kOutlierScore = "metadata.outlier_score";

struct NearRequest {
  storage::VectorSet set;
  storage::Bitmap among;                      ///< rows of the table, live, that are compared
  const index::Clusters* clusters = nullptr;  ///< of the set, for many rows; may be null
};
struct NearOutcome {
  uint64_t rows = 0;     ///< compared: those that have a direction
  uint64_t without = 0;  ///< of `among`, that have none
  bool exact = true;
  double recall = 1;     ///< of the nearest, measured; 1 when exact
  uint64_t groups = 0;   ///< duplicates only
  uint64_t members = 0;  ///< duplicates only: rows in groups
};

/// Groups what chains of pairs no farther apart than `distance` join.
NearOutcome find_duplicates(storage::Transaction& transaction, const NearRequest& request,
                            double distance, const Context& context);

/// Throws kConstraint when fewer than two rows can be compared.
NearOutcome find_outliers(storage::Transaction& transaction, const NearRequest& request,
                          const Context& context);

}  // namespace cupel::exec
