#include "engine/api/embeddings.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "index/row_products.hpp"

namespace cupel::api {
namespace {

/// The set's vectors of rows that are there, in row order.
Embeddings read_embeddings(Session::State& session, std::string_view name) {
  const storage::SnapshotPtr snapshot = session.view();
  const auto context = session.context(snapshot);
  const storage::VectorSet& set = named_embedding(snapshot->catalog(), {std::string(name), Span{}});
  const storage::Bitmap visible =
      exec::visible_rows(*snapshot, set.table, [&] { context->poll(); });
  exec::RowTexts texts(snapshot, set.table);
  Embeddings out;
  out.width = set.width;
  context->reserve(set.vectors * set.width * sizeof(float));
  out.vectors.reserve(set.vectors * set.width);
  std::vector<double> wide(index::padded_width(set.width));
  for (uint32_t number = 0; number < storage::block_count(snapshot->catalog(), set); ++number) {
    context->poll();
    const storage::VectorBlockPtr block = snapshot->vector_block(set.id, number);
    if (!block) continue;
    for (uint32_t row = 0; row < block->rows; ++row) {
      const uint64_t at = uint64_t{number} * set.block_rows + row;
      if (!block->has(row) || at >= visible.size() || !visible.test(static_cast<uint32_t>(at)))
        continue;
      index::widen_row(block->element, block->row(row), set.width, wide.data());
      for (uint32_t i = 0; i < set.width; ++i) out.vectors.push_back(static_cast<float>(wide[i]));
      out.ids.push_back(texts.text(at));
    }
  }
  return out;
}

}  // namespace
}  // namespace cupel::api

namespace cupel {

Result<Embeddings> Session::embeddings(std::string_view name) {
  return api::guard([&] {
    state_->interrupted = false;
    return api::read_embeddings(*state_, name);
  });
}

}  // namespace cupel
