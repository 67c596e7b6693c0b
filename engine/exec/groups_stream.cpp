#include <algorithm>

#include "engine/exec/groups.hpp"
#include "engine/exec/sort_keys.hpp"
#include "engine/exec/stream.hpp"
#include "engine/exec/value_slots.hpp"

namespace cupel::exec {
namespace {

/// Groups that HAVING leaves, in the order of the group keys or of their first rows.
class GroupsStream final : public ResultStream {
 public:
  explicit GroupsStream(Prepared prepared)
      : prepared_(std::move(prepared)), selection_(*prepared_.evaluation) {
    for (const plan::Output& output : prepared_.plan->outputs)
      columns_.push_back({output.name, output.type});
  }

  const std::vector<ColumnInfo>& columns() const override { return columns_; }

  std::optional<Batch> next() override {
    if (!groups_) {
      groups_.emplace(selection_);
      choose();
    }
    if (next_ == chosen_.size()) return std::nullopt;
    const size_t size =
        std::min<size_t>(prepared_.evaluation->catalog().chunk_rows, chosen_.size() - next_);
    Batch batch;
    for (const ColumnInfo& column : columns_) batch.columns.emplace_back(column.type);
    batch.rows = size;
    for (size_t i = next_; i < next_ + size; ++i) append(chosen_[i], batch);
    next_ += size;
    return batch;
  }

 private:
  void append(uint32_t group, Batch& batch) const {
    const std::vector<Value> slots = groups_->slots(group);
    const auto& outputs = prepared_.plan->group_outputs;
    for (size_t c = 0; c < outputs.size(); ++c) {
      const Value value = evaluate_expression(*outputs[c], slots);
      ColumnData& column = batch.columns[c];
      const bool fits = value.is_missing() || column.type == Type::kAny ||
                        value.type() == column.type ||
                        (column.type == Type::kFloat64 && value.is_int());
      if (!fits)
        throw Error(ErrorCode::kInternal, "a column of a result holds a value of another type");
      column.append(value);
    }
  }

  /// Applies HAVING, order, offset and limit.
  void choose() {
    const plan::Plan& plan = *prepared_.plan;
    const Context& context = prepared_.evaluation->context();
    std::vector<Vector> keys(plan.group_order.size());
    for (Vector& key : keys) key.type = Type::kAny;
    for (uint32_t g = 0; g < groups_->size(); ++g) {
      constexpr uint32_t kPollEvery = 4096;
      if (g % kPollEvery == 0) context.poll();
      if (!plan.having && keys.empty()) {
        chosen_.push_back(g);
        continue;
      }
      const std::vector<Value> slots = groups_->slots(g);
      if (plan.having && !evaluate_condition(*plan.having, slots)) continue;
      chosen_.push_back(g);
      for (size_t k = 0; k < keys.size(); ++k) {
        keys[k].values.push_back(evaluate_expression(*plan.group_order[k], slots));
        keys[k].valid.push_back(keys[k].values.back().is_missing() ? 0 : 1);
        ++keys[k].size;
      }
    }
    if (!keys.empty()) sort(std::move(keys));
    const uint64_t offset = std::min<uint64_t>(plan.offset, chosen_.size());
    chosen_.erase(chosen_.begin(), chosen_.begin() + static_cast<ptrdiff_t>(offset));
    if (plan.limit && *plan.limit < chosen_.size()) chosen_.resize(*plan.limit);
  }

  void sort(std::vector<Vector> keys) {
    const plan::Plan& plan = *prepared_.plan;
    SortKeys sorted;
    sorted.prefixes = sort_prefixes(keys.front(), plan.descending.front());
    sorted.keys = std::move(keys);
    const Context& context = prepared_.evaluation->context();
    context.reserve(sorted.memory_bytes());
    const std::vector<uint32_t> order =
        sorted_order(sorted, plan.descending, sorted.size(), context);
    std::vector<uint32_t> chosen;
    chosen.reserve(order.size());
    for (const uint32_t i : order) chosen.push_back(chosen_[i]);
    chosen_ = std::move(chosen);
  }

  Prepared prepared_;
  Selection selection_;
  std::vector<ColumnInfo> columns_;
  std::optional<Groups> groups_;
  std::vector<uint32_t> chosen_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ResultStream> groups_stream(Prepared prepared) {
  return std::make_unique<GroupsStream>(std::move(prepared));
}

}  // namespace cupel::exec
