#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/pool.hpp"

namespace cupel::exec {

/// How many chunks a stream evaluates together: a few for each thread, so that the threads stay
/// busy, and one without threads, so that it computes no more than is asked for.
inline size_t wave_size(const Context& context) {
  const int threads = context.pool == nullptr ? 1 : context.pool->threads();
  return threads <= 1 ? 1 : static_cast<size_t>(threads) * 2;
}

/// Who makes which result of a loop, and which comes next. Thread-safe. Indexes are begun in their
/// order, at most `window` of them ahead of the one that comes next.
class ResultOrder {
 public:
  ResultOrder(size_t size, size_t window);

  /// An index to make; nothing when all are begun, or it has ended early. Where the window is full
  /// it waits, or gives nothing too.
  std::optional<size_t> begin(bool wait);
  /// Its result is there.
  void made(size_t index);
  /// Making it threw: ends early. Of several failures that of the lowest index counts.
  void failed(size_t index, std::exception_ptr failure);
  void end_early();

  /// The next index, when its result is there.
  std::optional<size_t> next();
  /// The next one has been used.
  void used();
  /// Waits for the next one, or the end.
  void wait();
  /// Whether all have been used, or it has ended early.
  bool is_over();
  /// Throws again what was thrown.
  void rethrow();

 private:
  bool has_ended() const { return stopped_ || used_ == size_; }

  const size_t size_;
  std::mutex mutex_;  ///< guards everything below
  std::condition_variable room_, result_;
  std::vector<bool> made_;  ///< by the place in the window
  size_t begun_ = 0;
  size_t used_ = 0;
  bool stopped_ = false;
  size_t failed_index_ = 0;
  std::exception_ptr failure_;
};

/// Calls `produce(i)` for each i below n, in parallel, and `consume(i, result)` in the order of i
/// on the calling thread: what is combined does not depend on the number of threads. `produce` must
/// not read what `consume` changes, as they run at the same time; at most four results a thread
/// wait for their turn. Polls. When some throw, indexes not yet begun are left out, and the
/// exception of the lowest one is thrown; results before it may have been consumed.
template <typename Produce, typename Consume>
void in_order(const Context& context, size_t n, Produce&& produce, Consume&& consume) {
  const auto threads = static_cast<size_t>(context.pool == nullptr ? 1 : context.pool->threads());
  if (threads == 1 || n <= 1) {
    for (size_t i = 0; i < n; ++i) {
      context.poll();
      consume(i, produce(i));
    }
    return;
  }
  const size_t window = std::min(n, threads * 4);
  std::vector<std::optional<decltype(produce(size_t{}))>> results(window);
  ResultOrder order(n, window);
  const auto make = [&](size_t i) {
    try {
      context.poll();
      results[i % window].emplace(produce(i));
      order.made(i);
    } catch (...) {
      order.failed(i, std::current_exception());
    }
  };
  const auto use = [&] {
    while (const auto i = order.next()) {
      consume(*i, std::move(*results[*i % window]));
      results[*i % window].reset();
      order.used();
    }
  };
  // The calling thread makes results when there are none to use; the others make them only.
  const std::thread::id caller = std::this_thread::get_id();
  context.pool->parallel_for(threads, [&](size_t) {
    if (std::this_thread::get_id() != caller) {
      while (const auto i = order.begin(true)) make(*i);
      return;
    }
    try {
      for (use(); !order.is_over(); use()) {
        if (const auto i = order.begin(false)) {
          make(*i);
        } else {
          order.wait();
        }
      }
    } catch (...) {
      order.end_early();
      throw;
    }
  });
  use();  // the others may have made everything before the calling thread began
  order.rethrow();
}

}  // namespace cupel::exec
