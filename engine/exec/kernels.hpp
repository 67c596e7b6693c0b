#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/exec/condition_test.hpp"
#include "storage/chunk.hpp"

/// The inner loops of conditions: 64 rows at a time become one word of a bitmap. Words without a
/// candidate are left out. All write `out = matching rows AND candidates`, for the rows that the
/// array has; words past them are not touched.
namespace cupel::exec {

/// Rows whose value lies in one of the ranges.
void match_ranges(std::span<const uint32_t> values, const Ranges<int64_t>& ranges,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out);
void match_ranges(std::span<const int64_t> values, const Ranges<int64_t>& ranges,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out);

/// The same for an integer array of a chunk (values, or dictionary codes), and for a float array.
/// Missing rows are not looked at: the caller takes them out.
void match_integers(const storage::ChunkValues& values, const Ranges<int64_t>& ranges,
                    std::span<const uint64_t> candidates, std::span<uint64_t> out);
void match_numbers(const storage::ChunkValues& values, const Ranges<double>& ranges,
                   std::span<const uint64_t> candidates, std::span<uint64_t> out);

/// Rows whose code has a 1 in `accepted`. A code past it is not accepted.
void match_codes(const storage::ChunkValues& codes, std::span<const uint8_t> accepted,
                 std::span<const uint64_t> candidates, std::span<uint64_t> out);

/// Rows whose text begins with the first 8 bytes of a prefix that is not empty.
void match_prefix(const storage::PlainText& texts, std::string_view prefix,
                  std::span<const uint64_t> candidates, std::span<uint64_t> out);

}  // namespace cupel::exec
