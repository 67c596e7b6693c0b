#pragma once

#include <chrono>
#include <vector>

namespace bench {

/// Seconds of each of `runs` calls of `run`. Several runs are warm: the same is done for a tenth of
/// a second before, uncounted, so that processors and threads are awake. One run is as it comes.
template <typename Run>
std::vector<double> timed_runs(int runs, Run&& run) {
  using Clock = std::chrono::steady_clock;
  const auto once = [&] {
    const auto begun = Clock::now();
    run();
    return std::chrono::duration<double>(Clock::now() - begun).count();
  };
  constexpr double kWarmUp = 0.1;
  for (double spent = 0; runs > 1 && spent < kWarmUp;) spent += once();
  std::vector<double> seconds;
  while (static_cast<int>(seconds.size()) < runs) seconds.push_back(once());
  return seconds;
}

}  // namespace bench
