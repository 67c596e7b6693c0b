#pragma once

#include <cstdint>

#include "cupel/error.hpp"

namespace cupel::storage {

/// Numbers of tables are below this one, so that what is kept by number stays small, whatever the
/// bytes of a catalog say.
inline constexpr uint32_t kMaxTables = uint32_t{1} << 20;

/// Takes a number. Those of runs that are gone do not come back. Throws kLimit.
inline uint32_t take_table_number(uint32_t& next) {
  if (next >= kMaxTables)
    throw Error(ErrorCode::kLimit,
                "the database has had 1,048,576 runs and other tables, and takes no more: "
                "export what it holds, and import it into a new one");
  return next++;
}

}  // namespace cupel::storage
