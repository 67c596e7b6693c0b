#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cupel::exec {

/// A fixed number of threads that share the indexes of one loop at a time. The calling thread
/// works too, so a pool of n has n - 1 threads of its own. Calls from several threads take turns;
/// a call from inside a loop runs inline, so that loops may nest.
class Pool {
 public:
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const noexcept { return static_cast<int>(workers_.size()) + 1; }

  /// Calls `f(0)` … `f(n - 1)`, each once, and returns when all have returned. When some throw,
  /// indexes not yet begun are left out and the exception of the lowest index is thrown again.
  void parallel_for(size_t n, const std::function<void(size_t)>& f);

 private:
  struct Loop;
  void work();
  static void run(Loop& loop);

  std::mutex turn_;  ///< held by the caller whose loop is running
  std::mutex mutex_;
  std::condition_variable begun_, ended_;
  Loop* loop_ = nullptr;   ///< guarded by mutex_
  size_t generation_ = 0;  ///< guarded by mutex_; a new one for each loop
  bool stopping_ = false;  ///< guarded by mutex_
  std::vector<std::thread> workers_;
};

}  // namespace cupel::exec
