#include "engine/api/state.hpp"

namespace cupel::api {

Answer run_report(const Call&, const grammar::Report&) {
  throw Error(ErrorCode::kUnsupported, "REPORT is not available in this version of cupel");
}

}  // namespace cupel::api
