#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Which rows to ask about, so that an autotag learns most from the answers: those it is least sure
/// of (uncertainty sampling; Lewis and Gale, 1994), in dense places, where an answer speaks for
/// many (information density; Settles and Craven, 2008), and not like one another.
namespace cupel::learn {

/// The rows a tag is least sure of: at most `pool`, those with the least |score|, the lower row
/// first where equal. Rows whose score is NaN, and rows of `excluded` (ascending), are left out.
std::vector<uint64_t> uncertain_rows(std::span<const double> scores, size_t pool,
                                     std::span<const uint64_t> excluded);

struct SuggestPool {
  size_t width = 0;
  std::span<const double> scores;   ///< of the pool's rows, in [-1, 1]
  std::span<const double> vectors;  ///< of the pool's rows, row after row; any length but zero
  std::span<const double> known;    ///< vectors of rows already answered; may be empty
};

/// Positions in the pool, the most telling first: at most `count`. Chosen one by one: each is the
/// largest of (1 - |score|) · density · (1 - similarity to the nearest one chosen or known), where
/// density is the mean similarity to the 10 nearest of the pool, brought to [0, 1]. The lower
/// position where equal. O(pool² · width); meant for pools of some hundred.
std::vector<size_t> suggest(const SuggestPool& pool, size_t count);

}  // namespace cupel::learn
