#include "tests/fuzz/reached.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace cupel::fuzz {
namespace {

// How often each place was reached by an input, and how often by any so far: bit 0 once, bit 1 a
// few times, bit 2 many times. A place is known by some bits of its address only.
constexpr size_t kPlaces = size_t{1} << 17;
uint8_t reached[kPlaces];
std::array<uint8_t, kPlaces> reached_before;

}  // namespace

void forget_reached() {
  for (uint8_t& count : reached) count = 0;
}

bool reached_new() {
  bool is_new = false;
  for (size_t i = 0; i < kPlaces; ++i) {
    if (reached[i] == 0) continue;
    const auto often = static_cast<uint8_t>(reached[i] == 1 ? 1 : reached[i] < 16 ? 2 : 4);
    if ((often & ~reached_before[i]) != 0) is_new = true;
    reached_before[i] |= often;
  }
  return is_new;
}

}  // namespace cupel::fuzz

// Called wherever code branches; also from before main, and from several threads.
extern "C" __attribute__((no_sanitize("address,undefined"), no_sanitize_coverage)) void
__sanitizer_cov_trace_pc() {
  const auto place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  uint8_t& count = cupel::fuzz::reached[(place ^ (place >> 17)) % cupel::fuzz::kPlaces];
  if (count < 255) ++count;
}
