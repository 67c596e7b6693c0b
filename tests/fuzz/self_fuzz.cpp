#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Fails in every way that the driver must notice, by the words of the input (self_test.py).
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find("abort") != text.npos) std::abort();
  if (text.find("throw") != text.npos) throw std::runtime_error("nobody catches it");
  if (text.find("fault") != text.npos) {
    volatile char* nowhere = nullptr;
    *nowhere = 1;
  }
  if (text.find("slow") != text.npos) {
    const std::clock_t begin = std::clock();
    while (std::clock() - begin < 2 * CLOCKS_PER_SEC) {
    }
  }
  if (text.find("large") != text.npos) {
    const std::vector<char> bytes(size_t{1100} << 20, 'x');
    if (bytes[size] != 'x') return 1;
  }
  return 0;
}
