#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/autotag_document.hpp"
#include "engine/exec/autotag_scores.hpp"
#include "engine/exec/execute.hpp"
#include "storage/transaction.hpp"

/// Autotags inside a transaction: a classifier is learned from examples and their vectors
/// (engine/learn/autotag.hpp), and a document and two columns are written, scores and examples.
/// The context's snapshot is the transaction's view, flushed. After an Error the transaction must
/// go back to its savepoint or end.
namespace cupel::exec {

struct TagOutcome {
  Tag tag;
  ScoreCounts scores;
  uint64_t without_vector =
      0;              ///< examples that teach nothing: no vector, or one without direction
  uint64_t gone = 0;  ///< examples that were left out: their rows were deleted
};

/// Throws kConflict when there is such a tag, or fields of its name.
void require_free_tag(const storage::Catalog& catalog, std::string_view name);

/// Learns a new tag from `tag.examples`, by `tag.seed`, and writes it. Name, examples and creation
/// are the caller's; embedding, set and table are filled in. Throws as
/// require_free_tag does; kConstraint when no positive example has a vector.
TagOutcome create_tag(storage::Transaction& transaction, Tag tag, const storage::VectorSet& set,
                      const Context& context);

/// Learns the tag `before` again, from `examples` and the set (of the tag's table), and writes it
/// over what was there. Examples whose rows were deleted are looked up by their texts.
TagOutcome retrain_tag(storage::Transaction& transaction, const Tag& before,
                       std::vector<TagExample> examples, const storage::VectorSet& set,
                       const Context& context);

/// Removes the tag's document and columns, also where one of them is missing or damaged. False when
/// there was none of them.
bool drop_tag(storage::Transaction& transaction, std::string_view name);

/// What is wrong with the tags that there are, in sentences.
std::vector<std::string> check_tags(const storage::Catalog& catalog);

/// The rows that would teach the tag most, by stored scores and vectors: at most `count`, the most
/// telling first. Objects without a name are left out: nobody could answer.
struct Suggestion {
  uint64_t row = 0;
  double score = 0;
};
std::vector<Suggestion> suggest_rows(const Tag& tag, const storage::VectorSet& set, uint64_t count,
                                     const Context& context);

/// Whether the row of a set has a vector with a direction.
bool has_direction(const storage::Snapshot& snapshot, const storage::VectorSet& set, uint64_t row);

}  // namespace cupel::exec
