#include "engine/exec/rows_project.hpp"

#include <algorithm>
#include <numeric>

namespace cupel::exec {

Projection::Projection(const Selection& selection, RowForm form)
    : selection_(selection),
      json_(form == RowForm::kJson && selection.evaluation().plan().whole_rows) {
  Evaluation& evaluation = selection.evaluation();
  const plan::Plan& plan = evaluation.plan();
  writers_.resize(plan.arms.size());
  if (json_) {
    columns_.push_back({"row", Type::kText});
    return;
  }
  for (const plan::Output& output : plan.outputs) columns_.push_back({output.name, output.type});
  for (const plan::Arm& arm : plan.arms) {
    std::vector<ExpressionNodePtr>& outputs = arms_.emplace_back();
    for (const plan::ExpressionPtr& output : arm.outputs)
      outputs.push_back(evaluation.expression(*output, arm.table));
  }
}

Batch Projection::empty_batch() const {
  Batch batch;
  for (const ColumnInfo& column : columns_) batch.columns.emplace_back(column.type);
  return batch;
}

void Projection::append_json(const Place& place, std::span<const uint32_t> rows,
                             ColumnData& out) const {
  const Evaluation& evaluation = selection_.evaluation();
  auto& writer = writers_[place.arm];
  if (!writer) {
    const storage::TableId table = selection_.arm(place).table;
    writer = std::make_unique<io::RowJson>(evaluation.context().snapshot, table,
                                           table == storage::kItems);
  }
  const uint64_t first = uint64_t{place.chunk} * evaluation.catalog().chunk_rows;
  std::string text;
  constexpr uint32_t kPollEvery = 1024;
  uint32_t until_poll = kPollEvery;
  for (const uint32_t row : rows) {
    if (--until_poll == 0) {
      until_poll = kPollEvery;
      evaluation.context().poll();
    }
    text.clear();
    writer->append(text, first + row);
    out.append_text(text);
  }
}

Batch Projection::project(const Place& place, std::span<const uint32_t> rows) const {
  Batch batch = empty_batch();
  batch.rows = rows.size();
  if (json_) {
    append_json(place, rows, batch.columns.front());
    return batch;
  }
  const auto& outputs = arms_[place.arm];
  for (size_t c = 0; c < outputs.size(); ++c)
    outputs[c]->run(place.chunk, rows).append_to(batch.columns[c]);
  return batch;
}

Batch Projection::project(std::span<const RowAt> rows) const {
  Batch batch = empty_batch();
  batch.rows = rows.size();
  if (json_) {
    for (const RowAt& at : rows)
      append_json({at.arm, at.chunk}, std::span(&at.row, 1), batch.columns.front());
    return batch;
  }
  // Chunk by chunk, then back into the order asked for.
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return rows[a] < rows[b]; });
  std::vector<Vector> found(columns_.size());
  std::vector<uint32_t> in_chunk;
  for (size_t begin = 0; begin < order.size();) {
    selection_.evaluation().context().poll();
    const RowAt& first = rows[order[begin]];
    in_chunk.clear();
    size_t end = begin;
    for (; end < order.size(); ++end) {
      const RowAt& at = rows[order[end]];
      if (at.arm != first.arm || at.chunk != first.chunk) break;
      in_chunk.push_back(at.row);
    }
    const auto& outputs = arms_[first.arm];
    for (size_t c = 0; c < outputs.size(); ++c)
      found[c].append(outputs[c]->run(first.chunk, in_chunk));
    begin = end;
  }
  std::vector<uint32_t> back(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) back[order[i]] = i;
  for (size_t c = 0; c < found.size(); ++c) found[c].gather(back).append_to(batch.columns[c]);
  return batch;
}

}  // namespace cupel::exec
