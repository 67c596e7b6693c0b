#include "engine/api/state.hpp"

namespace cupel::api {

Answer describe_autotag(const Call&, const grammar::Name&) {
  throw Error(ErrorCode::kUnsupported, "DESCRIBE AUTOTAG is not available yet");
}
Answer suggest_for_autotag(const Call&, const grammar::SuggestForAutotag&) {
  throw Error(ErrorCode::kUnsupported, "SUGGEST is not available yet");
}
Answer show_autotags(const Call&) {
  throw Error(ErrorCode::kUnsupported, "SHOW AUTOTAGS is not available yet");
}

}  // namespace cupel::api
