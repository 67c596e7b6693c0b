#include <fmt/format.h>

#include "engine/api/state.hpp"
#include "engine/exec/counted_snapshot.hpp"

namespace cupel {

Cursor::Cursor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

const std::vector<ColumnInfo>& Cursor::columns() const { return state_->columns; }
const std::vector<Warning>& Cursor::warnings() const { return state_->warnings; }
const std::string& Cursor::message() const { return state_->message; }
std::string_view Cursor::noun() const { return state_->noun; }
bool Cursor::json_rows() const { return state_->json_rows; }

Result<std::optional<Batch>> Cursor::next() {
  return api::guard([&]() -> std::optional<Batch> {
    if (state_->next_ready < state_->ready.size())
      return std::move(state_->ready[state_->next_ready++]);
    if (!state_->stream) return std::nullopt;
    std::optional<Batch> batch = state_->stream->next();
    if (state_->message.empty() && state_->context)
      state_->message = api::search_note(*state_->context);
    if (!batch) state_->stream.reset();
    return batch;
  });
}

Statistics Cursor::statistics() const {
  Statistics statistics = state_->statistics;
  const auto now = std::chrono::steady_clock::now();
  statistics.seconds = std::chrono::duration<double>(now - state_->begun).count();
  if (state_->context) {
    if (state_->context->counted)
      statistics.columns_read = state_->context->counted->columns_read();
    statistics.chunks_read = state_->context->chunks_read;
    statistics.chunks_total = statistics.chunks_read + state_->context->chunks_skipped;
  }
  return statistics;
}

size_t Table::rows() const noexcept {
  size_t rows = 0;
  for (const Batch& batch : batches) rows += batch.rows;
  return rows;
}

Value Table::value(size_t row, size_t column) const {
  for (const Batch& batch : batches) {
    if (row < batch.rows) return batch.columns[column].value(row);
    row -= batch.rows;
  }
  return {};
}

namespace api {

RowBuilder::RowBuilder(std::vector<ColumnInfo> columns)
    : answer_(std::make_unique<Cursor::State>()) {
  for (const ColumnInfo& column : columns) batch_.columns.emplace_back(column.type);
  answer_->columns = std::move(columns);
}

void RowBuilder::add(const std::vector<Value>& row) {
  for (size_t i = 0; i < row.size(); ++i) batch_.columns[i].append(row[i]);
  ++batch_.rows;
}

Answer RowBuilder::finish(std::string message) {
  if (batch_.rows > 0) answer_->ready.push_back(std::move(batch_));
  answer_->message = std::move(message);
  return std::move(answer_);
}

std::string search_note(const exec::Context& context) {
  if (!context.search || context.search->exact) return {};
  return fmt::format("approximate search, expected recall {:.2f}; LIMIT n EXACT compares every row",
                     context.search->expected_recall);
}

}  // namespace api
}  // namespace cupel
