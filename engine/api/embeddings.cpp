#include "engine/api/state.hpp"

namespace cupel::api {

Answer import_embeddings(const Call&, const grammar::ImportEmbeddings&) {
  throw Error(ErrorCode::kUnsupported, "IMPORT EMBEDDINGS is not available yet");
}
Answer drop_embeddings(const Call&, const grammar::DropEmbeddings&) {
  throw Error(ErrorCode::kUnsupported, "DROP EMBEDDINGS is not available yet");
}
Answer show_embeddings(const Call&) {
  throw Error(ErrorCode::kUnsupported, "SHOW EMBEDDINGS is not available yet");
}

}  // namespace cupel::api
