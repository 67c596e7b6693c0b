#include "engine/exec/evaluation.hpp"

#include "engine/exec/similarity.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {

Evaluation::Evaluation(plan::Plan plan, const Context& context)
    : plan_(std::move(plan)),
      context_(context),
      collections_(plan_.collections.size()),
      probes_(plan_.probes.size()) {}

ConditionNodePtr Evaluation::condition(const plan::Condition& condition, storage::TableId table) {
  return make_node(*this, condition, table);
}

ExpressionNodePtr Evaluation::expression(const plan::Expression& expression,
                                         storage::TableId table) {
  return make_node(*this, expression, table);
}

const CollectionResult& Evaluation::collection(uint32_t index) {
  if (index >= collections_.size())
    throw Error(ErrorCode::kInternal, "a plan speaks of a collection that it does not have");
  if (!collections_[index])
    collections_[index] =
        std::make_unique<const CollectionResult>(collect(*this, plan_.collections[index]));
  return *collections_[index];
}

const index::Probe& Evaluation::probe(uint32_t index) {
  if (index >= probes_.size())
    throw Error(ErrorCode::kInternal, "a plan speaks of a probe that it does not have");
  if (!probes_[index])
    probes_[index] =
        std::make_unique<const index::Probe>(make_probe(snapshot(), plan_.probes[index]));
  return *probes_[index];
}

const ItemSet& Evaluation::items_where(const plan::ConditionPtr& condition) {
  auto& set = item_sets_[condition];
  if (set) return *set;
  const ConditionNodePtr node = this->condition(*condition, storage::kItems);
  auto made = std::make_unique<ItemSet>(item_count());
  context_.reserve(made->memory_bytes());
  in_order(
      context_, catalog().chunk_count(storage::kItems),
      [&](size_t chunk) {
        const auto number = static_cast<uint32_t>(chunk);
        return node->run(number, snapshot().visible(storage::kItems, number));
      },
      [&](size_t chunk, const storage::Bitmap& rows) {
        made->assign(chunk * catalog().chunk_rows, rows);
      });
  auto& slot = item_sets_[condition];
  slot = std::move(made);
  return *slot;
}

const storage::Column* Evaluation::item_column(storage::TableId table) const {
  return catalog().find(table, "$item", Type::kInt64);
}

storage::ChunkPtr Evaluation::chunk(storage::ColumnId column, uint32_t chunk) const {
  storage::ChunkPtr found = peek(column, chunk);
  if (found) count_read();
  return found;
}

std::shared_ptr<Evaluation> prepare(const plan::Plan& plan, const Context& context) {
  auto evaluation = std::make_shared<Evaluation>(plan, context);
  for (uint32_t i = 0; i < plan.collections.size(); ++i) evaluation->collection(i);
  return evaluation;
}

std::vector<Value> evaluate(Evaluation& evaluation, storage::TableId table,
                            const plan::Expression& expression, uint32_t chunk,
                            const storage::Bitmap& rows) {
  const ExpressionNodePtr node = evaluation.expression(expression, table);
  const Vector values = node->run(chunk, rows_of(rows));
  std::vector<Value> out;
  out.reserve(values.size);
  for (size_t i = 0; i < values.size; ++i) out.push_back(values.value(i));
  return out;
}

}  // namespace cupel::exec
