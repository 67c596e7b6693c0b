#include "engine/exec/pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>

namespace cupel::exec {
namespace {

/// Whether this thread is inside a loop of a pool.
thread_local bool inside_loop = false;

}  // namespace

struct Pool::Loop {
  size_t size = 0;
  const std::function<void(size_t)>* body = nullptr;
  std::atomic<size_t> next{0};
  size_t working = 0;  ///< threads of the pool inside it; guarded by Pool::mutex_

  std::mutex failure_mutex;
  size_t failed_index = std::numeric_limits<size_t>::max();
  std::exception_ptr failure;
};

Pool::Pool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  begun_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pool::run(Loop& loop) {
  inside_loop = true;
  for (;;) {
    const size_t i = loop.next.fetch_add(1);
    if (i >= loop.size) break;
    try {
      (*loop.body)(i);
    } catch (...) {
      const std::lock_guard lock(loop.failure_mutex);
      if (i < loop.failed_index) {
        loop.failed_index = i;
        loop.failure = std::current_exception();
      }
      // Lower indexes have all been begun, so that the lowest failure is never left out.
      loop.next.store(loop.size);
    }
  }
  inside_loop = false;
}

void Pool::work() {
  size_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    begun_.wait(lock, [&] { return stopping_ || (loop_ != nullptr && generation_ != seen); });
    if (stopping_) return;
    seen = generation_;
    Loop& loop = *loop_;
    ++loop.working;
    lock.unlock();
    run(loop);
    lock.lock();
    if (--loop.working == 0) ended_.notify_all();
  }
}

void Pool::parallel_for(size_t n, const std::function<void(size_t)>& f) {
  if (n <= 1 || workers_.empty() || inside_loop) {
    for (size_t i = 0; i < n; ++i) f(i);
    return;
  }
  const std::lock_guard turn(turn_);
  Loop loop;
  loop.size = n;
  loop.body = &f;
  {
    const std::lock_guard lock(mutex_);
    loop_ = &loop;
    ++generation_;
  }
  begun_.notify_all();
  run(loop);
  {
    std::unique_lock lock(mutex_);
    loop_ = nullptr;
    ended_.wait(lock, [&] { return loop.working == 0; });
  }
  if (loop.failure) std::rethrow_exception(loop.failure);
}

}  // namespace cupel::exec
