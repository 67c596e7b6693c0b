#include "engine/api/state.hpp"

namespace cupel::api {

Answer find_near(const Call&, const grammar::FindNear&) {
  throw Error(ErrorCode::kUnsupported, "FIND NEAR DUPLICATES is not available yet");
}

}  // namespace cupel::api
