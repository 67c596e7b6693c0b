#include "index/row_products.hpp"

#include <bit>
#include <vector>

#include "index/row_products_body.hpp"
#include "index/row_products_machines.hpp"

namespace cupel::index {
namespace {

double widen(Half value) {
  const uint32_t sign = uint32_t{value.bits & 0x8000u} << 16;
  const uint32_t size = uint32_t{value.bits & 0x7FFFu} << 13;
  if (size >= 31u << 23) return std::bit_cast<float>(sign | 0x7F800000u | (size & 0x7FFFFFu));
  if (size >= 1u << 23) return std::bit_cast<float>(sign | (size + (112u << 23)));
  const float tiny = std::bit_cast<float>(size + (113u << 23)) - std::bit_cast<float>(113u << 23);
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(tiny));
}
double widen(float value) { return value; }
double widen(double value) { return value; }

template <typename T>
void widen_all(const std::byte* row, size_t width, double* out) {
  const T* values = reinterpret_cast<const T*>(row);
  for (size_t j = 0; j < width; ++j) out[j] = widen(values[j]);
  for (size_t j = width; j < padded_width(width); ++j) out[j] = 0;
}

/// Two doubles are what every 64-bit x86 holds in a register; elsewhere compilers see to it.
struct Plain {
  using Double [[gnu::vector_size(16)]] = double;
  template <typename T>
  [[gnu::always_inline]] static inline Double load(const T* from) {
    return Double{widen(from[0]), widen(from[1])};
  }
};

const RowKernels kPlainKernels = kernels_of<Plain>("plain");

std::vector<const RowKernels*> runnable() {
  std::vector<const RowKernels*> kernels;
#ifdef __x86_64__
  const bool half = __builtin_cpu_supports("f16c");
  if (half && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
    kernels.push_back(&kAvx512Kernels);
  if (half && __builtin_cpu_supports("avx2")) kernels.push_back(&kAvx2Kernels);
#endif
  kernels.push_back(&kPlainKernels);
  return kernels;
}

}  // namespace

std::span<const RowKernels* const> all_row_kernels() {
  static const std::vector<const RowKernels*> kernels = runnable();
  return kernels;
}

const RowKernels& row_kernels() {
  static const RowKernels& best = *all_row_kernels().front();
  return best;
}

void widen_row(storage::Element element, const std::byte* row, size_t width, double* out) {
  switch (element) {
    case storage::Element::kFloat16: return widen_all<Half>(row, width, out);
    case storage::Element::kFloat32: return widen_all<float>(row, width, out);
    case storage::Element::kFloat64: return widen_all<double>(row, width, out);
  }
}

}  // namespace cupel::index
