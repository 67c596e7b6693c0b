#include "engine/learn/rows.hpp"

#include <algorithm>
#include <bit>

namespace cupel::learn {
namespace {

constexpr size_t kScanBytes = size_t{1} << 20;

}  // namespace

float to_float(Half value) noexcept {
  const uint32_t sign = uint32_t{value.bits & 0x8000u} << 16;
  const uint32_t exponent = (value.bits >> 10) & 0x1F;
  const uint32_t fraction = value.bits & 0x3FF;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float tiny = static_cast<float>(fraction) * 0x1p-24f;
  return sign != 0 ? -tiny : tiny;
}

Half to_half(float value) noexcept {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000u);
  const uint32_t size = bits & 0x7FFFFFFFu;
  const auto half = [&](uint32_t rest) { return Half{static_cast<uint16_t>(sign | rest)}; };
  if (size > 0x7F800000u) return half(0x7E00);
  if (size >= 0x477FF000u) return half(0x7C00);  // 65,520 and more round to infinity
  if (size < 0x38800000u) {
    // Subnormal: adding 0.5 leaves the rounded fraction in the lowest bits.
    const float shifted = std::bit_cast<float>(size) + 0.5f;
    return half(std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(0.5f));
  }
  return half((size - 0x38000000u + 0xFFFu + (size >> 13 & 1u)) >> 13);
}

template <typename T>
void ArrayRows<T>::scan(const typename Rows<T>::Visitor& f) const {
  const size_t step = std::max<size_t>(1, kScanBytes / std::max<size_t>(1, columns_ * sizeof(T)));
  for (size_t first = 0; first < rows_; first += step)
    f(first, std::min(step, rows_ - first), data_ + first * columns_);
}

template class ArrayRows<Half>;
template class ArrayRows<float>;
template class ArrayRows<double>;

}  // namespace cupel::learn
