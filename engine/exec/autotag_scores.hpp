#pragma once

#include <cstdint>
#include <vector>

#include "engine/exec/autotag_document.hpp"
#include "engine/exec/execute.hpp"
#include "storage/bitmap.hpp"
#include "storage/transaction.hpp"

/// The scores of autotags as columns. A row's score is a function of the tag and of the row's
/// vector alone, to the last bit, whenever and with whichever other rows it is computed.
namespace cupel::exec {

struct ScoreCounts {
  uint64_t scored = 0;  ///< visible rows with a score
  uint64_t above = 0;   ///< of them above 0
};

/// Writes the scores of every row of the set's table; rows without a vector or direction have none.
/// `set` is one of the context's snapshot, of the width of the tag's weights.
ScoreCounts write_scores(storage::Transaction& transaction, const Tag& tag,
                         const storage::VectorSet& set, const Context& context);

/// Scores rows whose vectors have just been written or removed, for every tag that was learned from
/// this set, and looks whether the tags' own examples still have their vectors. For the statement
/// that writes vectors, in its transaction, after the last of them; `rows` are of the set's table.
/// Reads the vectors from the transaction's view.
void rescore_tags(storage::Transaction& transaction, uint32_t set, const storage::Bitmap& rows,
                  const Context& context);

/// The scores of all rows of the tag's table as they are stored; NaN where there is none, and for
/// rows that are not visible.
std::vector<double> read_scores(const Tag& tag, const Context& context);

/// How many visible rows of the tag's table have a score above 0.
uint64_t count_above(const Tag& tag, const Context& context);

}  // namespace cupel::exec
