#include <immintrin.h>

#include "index/row_products_body.hpp"
#include "index/row_products_machines.hpp"

namespace cupel::index {
namespace {

struct Avx2 {
  using Double = __m256d;
  static Double load(const Half* from) {
    return _mm256_cvtps_pd(_mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
  }
  static Double load(const float* from) { return _mm256_cvtps_pd(_mm_loadu_ps(from)); }
  static Double load(const double* from) { return _mm256_loadu_pd(from); }
};

}  // namespace

const RowKernels kAvx2Kernels = kernels_of<Avx2>("avx2");

}  // namespace cupel::index
