#include "engine/exec/value_sum.hpp"

#include <fmt/format.h>

#include <limits>

#include "cupel/error.hpp"

namespace cupel::exec {

Value Sum::total(std::string_view what) const {
  if (count_ == 0) return {};
  if (has_real_) return static_cast<double>(whole_) + real_;
  if (whole_ > std::numeric_limits<int64_t>::max() || whole_ < std::numeric_limits<int64_t>::min())
    throw Error(ErrorCode::kLimit,
                fmt::format("{} is too large for a 64-bit integer; sum it as a number with a "
                            "point, as in sum(field * 1.0)",
                            what));
  return static_cast<int64_t>(whole_);
}

Value Sum::average() const {
  if (count_ == 0) return {};
  return (static_cast<double>(whole_) + real_) / static_cast<double>(count_);
}

}  // namespace cupel::exec
