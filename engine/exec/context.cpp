#include <fmt/format.h>

#include "engine/exec/execute.hpp"

namespace cupel::exec {

void Context::poll() const {
  if (interrupt != nullptr && interrupt->load(std::memory_order_relaxed))
    throw Error(ErrorCode::kInterrupted, "the statement was interrupted");
  if (deadline && std::chrono::steady_clock::now() > *deadline)
    throw Error(ErrorCode::kLimit,
                "the statement took longer than its time limit; raise the limit or ask for less");
}

void Context::reserve(size_t bytes) const {
  const uint64_t used = memory_used.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (used > memory_bytes)
    throw Error(ErrorCode::kLimit,
                fmt::format("the statement needs more than its {} MiB of working memory; raise "
                            "the memory budget, add a LIMIT, or select fewer rows",
                            memory_bytes >> 20));
}

uint64_t RowSet::count() const {
  uint64_t total = 0;
  for (const TableRows& table : tables)
    for (const storage::Bitmap& chunk : table.chunks) total += chunk.count();
  return total;
}

}  // namespace cupel::exec
