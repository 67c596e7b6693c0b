#include "index/vector_rows.hpp"

namespace cupel::index {

void Running::for_each(size_t n, const std::function<void(size_t)>& f) const {
  if (parallel && n > 1) return parallel(n, f);
  for (size_t i = 0; i < n; ++i) f(i);
}

}  // namespace cupel::index
