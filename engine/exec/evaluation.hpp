#pragma once

#include <map>
#include <memory>
#include <vector>

#include "engine/exec/collection.hpp"
#include "engine/exec/condition.hpp"
#include "engine/exec/execute.hpp"
#include "engine/exec/value_expression.hpp"
#include "index/similarity.hpp"

namespace cupel::exec {

/// A plan being evaluated: turns its conditions and expressions into nodes that run chunk by
/// chunk, and holds what they share: collections and conditions on the items of objects, each
/// prepared once, when a node that needs it is made.
/// Making nodes is for one thread (it uses the pool itself); nodes may run on several. Nodes must
/// not outlive their Evaluation, nor that its context.
class Evaluation {
 public:
  Evaluation(plan::Plan plan, const Context& context);

  const plan::Plan& plan() const noexcept { return plan_; }
  const Context& context() const noexcept { return context_; }
  const storage::Snapshot& snapshot() const noexcept { return *context_.snapshot; }
  const storage::Catalog& catalog() const noexcept { return snapshot().catalog(); }
  uint64_t item_count() const { return catalog().row_count(storage::kItems); }

  ConditionNodePtr condition(const plan::Condition& condition, storage::TableId table);
  ExpressionNodePtr expression(const plan::Expression& expression, storage::TableId table);

  /// Entry `index` of the plan's collections, prepared at the first call.
  const CollectionResult& collection(uint32_t index);
  /// Entry `index` of the plan's probes, prepared at the first call.
  const index::Probe& probe(uint32_t index);
  /// The items for which a condition holds, prepared at the first call.
  const ItemSet& items_where(const plan::ConditionPtr& condition);
  /// The `$item` column of a table of objects; null when it has no rows yet.
  const storage::Column* item_column(storage::TableId table) const;

  /// Says that nothing but these items will be asked for, so that collections may leave out
  /// chunks of objects of others. Null: all.
  void only_items(std::shared_ptr<const ItemSet> items) { only_items_ = std::move(items); }
  const ItemSet* only_items() const noexcept { return only_items_.get(); }

  /// A chunk, counted as read. Any thread.
  storage::ChunkPtr chunk(storage::ColumnId column, uint32_t chunk) const;
  /// A chunk whose minimum and maximum may exclude it; the caller counts.
  storage::ChunkPtr peek(storage::ColumnId column, uint32_t chunk) const {
    return snapshot().chunk(column, chunk);
  }
  void count_read() const { context_.chunks_read.fetch_add(1, std::memory_order_relaxed); }
  void count_skipped() const { context_.chunks_skipped.fetch_add(1, std::memory_order_relaxed); }

 private:
  plan::Plan plan_;
  const Context& context_;
  std::vector<std::unique_ptr<const CollectionResult>> collections_;
  std::vector<std::unique_ptr<const index::Probe>> probes_;
  std::map<plan::ConditionPtr, std::unique_ptr<const ItemSet>> item_sets_;
  std::shared_ptr<const ItemSet> only_items_;
};

}  // namespace cupel::exec
