#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/pool.hpp"

namespace cupel::exec {

/// How many chunks are evaluated together: a few for each thread, so that the threads stay busy,
/// and one without threads, so that a stream computes no more than is asked for.
inline size_t wave_size(const Context& context) {
  const int threads = context.pool == nullptr ? 1 : context.pool->threads();
  return threads <= 1 ? 1 : static_cast<size_t>(threads) * 2;
}

inline void parallel_for(const Context& context, size_t n, const std::function<void(size_t)>& f) {
  if (context.pool != nullptr) return context.pool->parallel_for(n, f);
  for (size_t i = 0; i < n; ++i) f(i);
}

/// Calls `produce(i)` for each i below n, in parallel, and `consume(i, result)` in the order of i
/// on the calling thread: what is combined does not depend on the number of threads. Polls.
template <typename Produce, typename Consume>
void in_order(const Context& context, size_t n, Produce&& produce, Consume&& consume) {
  using Result = decltype(produce(size_t{}));
  const size_t wave = wave_size(context);
  for (size_t begin = 0; begin < n; begin += wave) {
    const size_t size = std::min(wave, n - begin);
    std::vector<std::optional<Result>> results(size);
    parallel_for(context, size, [&](size_t i) {
      context.poll();
      results[i].emplace(produce(begin + i));
    });
    for (size_t i = 0; i < size; ++i) consume(begin + i, std::move(*results[i]));
  }
}

}  // namespace cupel::exec
