#include "engine/api/state.hpp"

namespace cupel::api {

Answer create_autotag(const Call&, const grammar::CreateAutotag&) {
  throw Error(ErrorCode::kUnsupported, "CREATE AUTOTAG is not available yet");
}
Answer refine_autotag(const Call&, const grammar::RefineAutotag&) {
  throw Error(ErrorCode::kUnsupported, "REFINE AUTOTAG is not available yet");
}
Answer refresh_autotag(const Call&, const grammar::Name&) {
  throw Error(ErrorCode::kUnsupported, "REFRESH AUTOTAG is not available yet");
}
Answer drop_autotag(const Call&, const grammar::Name&) {
  throw Error(ErrorCode::kUnsupported, "DROP AUTOTAG is not available yet");
}

}  // namespace cupel::api
