#include "engine/exec/condition.hpp"

#include <algorithm>

#include "engine/exec/condition_field.hpp"
#include "engine/exec/condition_lookup.hpp"
#include "engine/exec/evaluation.hpp"
#include "engine/exec/kernels.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

class AlwaysNode final : public ConditionNode {
 public:
  explicit AlwaysNode(bool value) : value_(value) {}
  Bitmap run(uint32_t, const Bitmap& candidates) const override {
    return value_ ? candidates : Bitmap(candidates.size());
  }

 private:
  bool value_;
};

class AndNode final : public ConditionNode {
 public:
  explicit AndNode(std::vector<ConditionNodePtr> operands) : operands_(std::move(operands)) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap left = candidates;
    for (const ConditionNodePtr& operand : operands_) {
      if (left.none()) break;
      left = operand->run(chunk, left);
    }
    return left;
  }

 private:
  std::vector<ConditionNodePtr> operands_;
};

class OrNode final : public ConditionNode {
 public:
  explicit OrNode(std::vector<ConditionNodePtr> operands) : operands_(std::move(operands)) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap open = candidates;
    Bitmap out(candidates.size());
    for (const ConditionNodePtr& operand : operands_) {
      if (open.none()) break;
      const Bitmap found = operand->run(chunk, open);
      out |= found;
      open.subtract(found);
    }
    return out;
  }

 private:
  std::vector<ConditionNodePtr> operands_;
};

class NotNode final : public ConditionNode {
 public:
  explicit NotNode(ConditionNodePtr operand) : operand_(std::move(operand)) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out = candidates;
    return out.subtract(operand_->run(chunk, candidates));
  }

 private:
  ConditionNodePtr operand_;
};

/// A test of values that are computed row by row.
class ValueTestNode final : public ConditionNode {
 public:
  ValueTestNode(ExpressionNodePtr expression, ValueTest test)
      : expression_(std::move(expression)), test_(std::move(test)) {}

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    const std::vector<uint32_t> rows = rows_of(candidates);
    const Vector values = expression_->run(chunk, rows);
    Bitmap out(candidates.size());
    const auto mark = [&](auto&& passes) {
      for (size_t i = 0; i < rows.size(); ++i)
        if (values.present(i) && passes(i)) out.set(rows[i]);
    };
    switch (values.type) {
      case Type::kBool:
      case Type::kInt64:
      case Type::kTimestamp: {
        const auto& ranges = test_.integer_ranges(values.type);
        mark([&](size_t i) { return in_ranges(ranges, values.integers[i]); });
        break;
      }
      case Type::kFloat64:
        mark([&](size_t i) { return in_ranges(test_.numbers, values.numbers[i]); });
        break;
      case Type::kText: mark([&](size_t i) { return test_.text.matches(values.text(i)); }); break;
      case Type::kAny: mark([&](size_t i) { return test_.matches(values.values[i]); }); break;
    }
    return out;
  }

 private:
  ExpressionNodePtr expression_;
  ValueTest test_;
};

/// A test of the number of objects, on the array that holds them for all items.
class CollectionCountNode final : public ConditionNode {
 public:
  CollectionCountNode(const Evaluation& evaluation, const CollectionResult& result, ValueTest test)
      : chunk_rows_(evaluation.catalog().chunk_rows), result_(result), test_(std::move(test)) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    const std::span<const uint32_t> counts(result_.counts);
    Bitmap out(candidates.size());
    match_ranges(counts.subspan(uint64_t{chunk} * chunk_rows_, candidates.size()), test_.integers,
                 candidates.words(), out.words());
    return out;
  }

 private:
  uint64_t chunk_rows_;
  const CollectionResult& result_;
  ValueTest test_;
};

class CompareNode final : public ConditionNode {
 public:
  CompareNode(ExpressionNodePtr left, plan::CompareOp op, ExpressionNodePtr right)
      : left_(std::move(left)), op_(op), right_(std::move(right)) {}

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    const std::vector<uint32_t> rows = rows_of(candidates);
    const Vector left = left_->run(chunk, rows);
    const Vector right = right_->run(chunk, rows);
    Bitmap out(candidates.size());
    const auto mark = [&](auto&& order) {
      for (size_t i = 0; i < rows.size(); ++i)
        if (left.present(i) && right.present(i) && order(i)) out.set(rows[i]);
    };
    if (left.type != right.type || left.type == Type::kAny) {
      mark([&](size_t i) {
        const auto order = compare(left.value(i), right.value(i));
        return order && holds(op_, *order);
      });
    } else if (left.type == Type::kText) {
      mark([&](size_t i) { return holds(op_, left.text(i).compare(right.text(i))); });
    } else if (left.type == Type::kFloat64) {
      mark([&](size_t i) { return holds(op_, order(left.numbers[i], right.numbers[i])); });
    } else {
      mark([&](size_t i) { return holds(op_, order(left.integers[i], right.integers[i])); });
    }
    return out;
  }

 private:
  template <typename T>
  static int order(T left, T right) noexcept {
    return left < right ? -1 : (right < left ? 1 : 0);
  }

  ExpressionNodePtr left_;
  plan::CompareOp op_;
  ExpressionNodePtr right_;
};

class MissingNode final : public ConditionNode {
 public:
  explicit MissingNode(ExpressionNodePtr expression) : expression_(std::move(expression)) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    const std::vector<uint32_t> rows = rows_of(candidates);
    const Vector values = expression_->run(chunk, rows);
    Bitmap out(candidates.size());
    for (size_t i = 0; i < rows.size(); ++i)
      if (!values.present(i)) out.set(rows[i]);
    return out;
  }

 private:
  ExpressionNodePtr expression_;
};

class ItemSetNode final : public ConditionNode {
 public:
  ItemSetNode(const Evaluation& evaluation, const ItemSet& items)
      : chunk_rows_(evaluation.catalog().chunk_rows), items_(items) {}
  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out = items_.chunk(chunk * chunk_rows_, candidates.size());
    return out &= candidates;
  }

 private:
  uint64_t chunk_rows_;
  const ItemSet& items_;
};

/// Objects whose item is in a set.
class OnItemNode final : public ConditionNode {
 public:
  OnItemNode(const Evaluation& evaluation, const storage::Column* item, const ItemSet& items)
      : evaluation_(evaluation), item_(item), items_(items) {}

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out(candidates.size());
    const storage::ChunkPtr values =
        item_ == nullptr ? nullptr : evaluation_.chunk(item_->id, chunk);
    if (!values) return out;
    std::visit(
        [&](const auto& array) {
          using Array = std::decay_t<decltype(array)>;
          if constexpr (!std::is_same_v<Array, storage::PlainText>) {
            if constexpr (std::is_integral_v<typename Array::value_type>) {
              candidates.for_each([&](uint32_t row) {
                if (row < array.size() && items_.test(static_cast<uint64_t>(array[row])))
                  out.set(row);
              });
            }
          }
        },
        values->values);
    return out;
  }

 private:
  const Evaluation& evaluation_;
  const storage::Column* item_;
  const ItemSet& items_;
};

/// Makes the node of each kind of condition.
struct Maker {
  Evaluation& evaluation;
  storage::TableId table;

  ExpressionNodePtr make(const plan::ExpressionPtr& expression) const {
    return evaluation.expression(*expression, table);
  }
  std::vector<ConditionNodePtr> make(const std::vector<plan::ConditionPtr>& conditions) const {
    std::vector<ConditionNodePtr> nodes;
    nodes.reserve(conditions.size());
    for (const plan::ConditionPtr& condition : conditions)
      nodes.push_back(evaluation.condition(*condition, table));
    return nodes;
  }
  /// A test runs on the arrays of columns where the expression is one.
  ConditionNodePtr test(const plan::ExpressionPtr& expression, ValueTest test) const {
    if (const auto* field = std::get_if<plan::Field>(&expression->node)) {
      if (ConditionNodePtr found = lookup_test(evaluation, field->columns, test)) return found;
      return field_test(evaluation, field->columns, std::move(test));
    }
    if (const auto* count = std::get_if<plan::Count>(&expression->node))
      return count_test(evaluation, count->columns, std::move(test));
    if (const auto* over = std::get_if<plan::OverObjects>(&expression->node)) {
      const CollectionResult& result = evaluation.collection(over->collection);
      if (result.counted)
        return std::make_unique<CollectionCountNode>(evaluation, result, std::move(test));
    }
    return std::make_unique<ValueTestNode>(make(expression), std::move(test));
  }

  ConditionNodePtr operator()(const plan::Always& node) const {
    return std::make_unique<AlwaysNode>(node.value);
  }
  ConditionNodePtr operator()(const plan::CompareConstant& node) const {
    return test(node.expression, compare_test(node.op, node.constant));
  }
  ConditionNodePtr operator()(const plan::CompareExpressions& node) const {
    return std::make_unique<CompareNode>(make(node.left), node.op, make(node.right));
  }
  ConditionNodePtr operator()(const plan::InSet& node) const {
    return test(node.expression, set_test(node.values));
  }
  ConditionNodePtr operator()(const plan::Pattern& node) const {
    return test(node.expression, pattern_test(node.kind, node.pattern));
  }
  ConditionNodePtr operator()(const plan::IsMissing& node) const {
    if (const auto* field = std::get_if<plan::Field>(&node.expression->node))
      return missing_test(evaluation, field->columns);
    return std::make_unique<MissingNode>(make(node.expression));
  }
  ConditionNodePtr operator()(const plan::InSlice& node) const {
    if (!node.column) return std::make_unique<AlwaysNode>(false);
    return field_test(evaluation, {*node.column},
                      compare_test(plan::CompareOp::kEqual, Value(true)));
  }
  ConditionNodePtr operator()(const plan::AnyObject& node) const {
    return std::make_unique<ItemSetNode>(evaluation, evaluation.collection(node.collection).any);
  }
  ConditionNodePtr operator()(const plan::OnItem& node) const {
    return std::make_unique<OnItemNode>(evaluation, evaluation.item_column(table),
                                        evaluation.items_where(node.condition));
  }
  ConditionNodePtr operator()(const plan::And& node) const {
    return std::make_unique<AndNode>(make(node.operands));
  }
  ConditionNodePtr operator()(const plan::Or& node) const {
    return std::make_unique<OrNode>(make(node.operands));
  }
  ConditionNodePtr operator()(const plan::Not& node) const {
    return std::make_unique<NotNode>(evaluation.condition(*node.operand, table));
  }
};

}  // namespace

ConditionNodePtr make_node(Evaluation& evaluation, const plan::Condition& condition,
                           storage::TableId table) {
  return std::visit(Maker{evaluation, table}, condition.node);
}

}  // namespace cupel::exec
