#include <immintrin.h>

#include "index/row_products_body.hpp"
#include "index/row_products_machines.hpp"

namespace cupel::index {
namespace {

struct Avx512 {
  using Double = __m512d;
  static Double load(const Half* from) {
    return _mm512_cvtps_pd(
        _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
  }
  static Double load(const float* from) { return _mm512_cvtps_pd(_mm256_loadu_ps(from)); }
  static Double load(const double* from) { return _mm512_loadu_pd(from); }
};

}  // namespace

const RowKernels kAvx512Kernels = kernels_of<Avx512>("avx512");

}  // namespace cupel::index
