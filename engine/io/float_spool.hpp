#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <vector>

namespace cupel::io {

/// Numbers that come one after the other and are wanted as one array. Up to a limit they stay in
/// memory; beyond, they go to a temporary file without a name, which is gone with this object
/// whatever happens. One thread.
class FloatSpool {
 public:
  explicit FloatSpool(size_t memory_bytes = size_t{64} << 20) : memory_bytes_(memory_bytes) {}
  ~FloatSpool();
  FloatSpool(const FloatSpool&) = delete;
  FloatSpool& operator=(const FloatSpool&) = delete;

  /// Throws Error(kIo): no temporary file can be made or written.
  void append(std::span<const double> values);
  /// All that was appended, as floats; valid as long as this. Nothing is appended afterwards.
  const float* finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write_out();

  size_t memory_bytes_;
  std::vector<float> kept_;
  std::unique_ptr<std::FILE, Close> file_;
  void* mapped_ = nullptr;
  size_t bytes_ = 0;  ///< in the file
};

}  // namespace cupel::io
