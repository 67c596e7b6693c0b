#include "engine/exec/value_expression.hpp"

#include <algorithm>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/exec/evaluation.hpp"
#include "engine/exec/groups_cells.hpp"
#include "engine/exec/pairwise.hpp"
#include "engine/exec/similarity.hpp"

namespace cupel::exec {
namespace {

class ConstantNode final : public ExpressionNode {
 public:
  explicit ConstantNode(Value value) : value_(std::make_shared<const Value>(std::move(value))) {}
  Vector run(uint32_t, std::span<const uint32_t> rows) const override {
    if (value_->is_missing()) return Vector::missing(Type::kAny, rows.size());
    Vector out;
    out.type = value_->type();
    out.size = rows.size();
    switch (out.type) {
      case Type::kBool: out.integers.assign(out.size, value_->as_bool() ? 1 : 0); break;
      case Type::kInt64: out.integers.assign(out.size, value_->as_int()); break;
      case Type::kTimestamp: out.integers.assign(out.size, value_->as_timestamp().micros); break;
      case Type::kFloat64: out.numbers.assign(out.size, value_->as_double()); break;
      case Type::kText:
        out.texts.assign(out.size, value_->as_text());
        out.owners.push_back(value_);
        break;
      case Type::kAny: break;
    }
    return out;
  }

 private:
  std::shared_ptr<const Value> value_;
};

class FieldNode final : public ExpressionNode {
 public:
  FieldNode(const Evaluation& evaluation, const std::vector<storage::ColumnId>& columns)
      : evaluation_(evaluation) {
    for (const storage::ColumnId id : columns) columns_.push_back(evaluation.catalog().column(id));
  }
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    if (columns_.empty()) return Vector::missing(Type::kAny, rows.size());
    Vector out = column(columns_.front(), chunk, rows);
    for (size_t c = 1; c < columns_.size(); ++c) {
      const Vector other = column(columns_[c], chunk, rows);
      out.make_any();
      for (size_t i = 0; i < out.size; ++i) {
        if (!other.present(i)) continue;
        out.values[i] = other.value(i);
        if (!out.valid.empty()) out.valid[i] = 1;
      }
    }
    return out;
  }
  bool add_to(Cells& cells, uint32_t chunk) const override {
    return columns_.size() == 1 && cells.add_column(evaluation_.peek(columns_.front().id, chunk));
  }
  ColumnValues column_values(uint32_t chunk) const override {
    if (columns_.size() != 1) return {};
    return {evaluation_.chunk(columns_.front().id, chunk)};
  }
  std::optional<storage::ColumnId> column() const override {
    if (columns_.size() != 1) return std::nullopt;
    return columns_.front().id;
  }

 private:
  Vector column(const storage::Column& column, uint32_t chunk,
                std::span<const uint32_t> rows) const {
    return gather_column(evaluation_.snapshot(), column, evaluation_.chunk(column.id, chunk), rows);
  }
  const Evaluation& evaluation_;
  std::vector<storage::Column> columns_;
};

class CountNode final : public ExpressionNode {
 public:
  CountNode(const Evaluation& evaluation, std::vector<storage::ColumnId> columns)
      : evaluation_(evaluation), columns_(std::move(columns)) {}
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    Vector out;
    out.type = Type::kInt64;
    out.size = rows.size();
    out.integers.assign(rows.size(), 0);
    for (const storage::ColumnId id : columns_) {
      // A missing row gathers as 0, which is what it counts.
      const Vector one = gather_column(evaluation_.snapshot(), evaluation_.catalog().column(id),
                                       evaluation_.chunk(id, chunk), rows);
      for (size_t i = 0; i < out.size; ++i) out.integers[i] += one.integers[i];
    }
    return out;
  }

  bool add_to(Cells& cells, uint32_t chunk) const override {
    return columns_.size() == 1 && cells.add_counts(evaluation_.peek(columns_.front(), chunk));
  }
  ColumnValues column_values(uint32_t chunk) const override {
    if (columns_.size() != 1) return {};
    return {evaluation_.chunk(columns_.front(), chunk), true};
  }

 private:
  const Evaluation& evaluation_;
  std::vector<storage::ColumnId> columns_;
};

class OverObjectsNode final : public ExpressionNode {
 public:
  OverObjectsNode(const Evaluation& evaluation, const CollectionResult& result)
      : chunk_rows_(evaluation.catalog().chunk_rows), result_(result) {}
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    const auto begin = static_cast<uint32_t>(uint64_t{chunk} * chunk_rows_);
    if (!result_.counted) {
      std::vector<uint32_t> items(rows.begin(), rows.end());
      for (uint32_t& item : items) item += begin;
      return result_.values.gather(items);
    }
    Vector out;
    out.type = Type::kInt64;
    out.size = rows.size();
    out.integers.reserve(rows.size());
    for (const uint32_t row : rows) out.integers.push_back(result_.counts[begin + row]);
    return out;
  }

 private:
  uint32_t chunk_rows_;
  const CollectionResult& result_;
};

/// Objects lie mostly in the order of their items, so the items of a chunk of objects are a few
/// runs of items of one chunk; where they are not, they are brought into that order and back.
class OfItemNode final : public ExpressionNode {
 public:
  OfItemNode(const Evaluation& evaluation, const storage::Column* item, ExpressionNodePtr inner)
      : evaluation_(evaluation), item_(item), inner_(std::move(inner)) {}

  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    if (item_ == nullptr) return Vector::missing(Type::kAny, rows.size());
    const Vector items =
        gather_column(evaluation_.snapshot(), *item_, evaluation_.chunk(item_->id, chunk), rows);
    const uint64_t chunk_rows = evaluation_.catalog().chunk_rows;
    std::vector<uint32_t> order(rows.size());
    std::vector<uint32_t> chunks(rows.size());
    for (uint32_t i = 0; i < rows.size(); ++i) {
      order[i] = i;
      const auto item = static_cast<uint64_t>(items.integers[i]);
      if (item >= evaluation_.item_count())
        throw Error(ErrorCode::kCorruption, "an object names an item that does not exist");
      chunks[i] = static_cast<uint32_t>(item / chunk_rows);
    }
    const bool sorted = std::is_sorted(chunks.begin(), chunks.end());
    if (!sorted)
      std::stable_sort(order.begin(), order.end(),
                       [&](uint32_t a, uint32_t b) { return chunks[a] < chunks[b]; });
    Vector out = runs(items, order, chunks, chunk_rows);
    if (sorted) return out;
    std::vector<uint32_t> back(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) back[order[i]] = i;
    return out.gather(back);
  }

 private:
  Vector runs(const Vector& items, const std::vector<uint32_t>& order,
              const std::vector<uint32_t>& chunks, uint64_t chunk_rows) const {
    Vector out;
    std::vector<uint32_t> rows;
    for (size_t begin = 0; begin < order.size();) {
      const uint32_t chunk = chunks[order[begin]];
      rows.clear();
      size_t end = begin;
      for (; end < order.size() && chunks[order[end]] == chunk; ++end)
        rows.push_back(static_cast<uint32_t>(static_cast<uint64_t>(items.integers[order[end]]) -
                                             chunk * chunk_rows));
      out.append(inner_->run(chunk, rows));
      begin = end;
    }
    return out;
  }

  const Evaluation& evaluation_;
  const storage::Column* item_;
  ExpressionNodePtr inner_;
};

class ArithmeticNode final : public ExpressionNode {
 public:
  ArithmeticNode(plan::ArithmeticOp op, ExpressionNodePtr left, ExpressionNodePtr right)
      : op_(op), left_(std::move(left)), right_(std::move(right)) {}
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    return calculate(op_, left_->run(chunk, rows), right_->run(chunk, rows));
  }

 private:
  plan::ArithmeticOp op_;
  ExpressionNodePtr left_, right_;
};

class NegateNode final : public ExpressionNode {
 public:
  explicit NegateNode(ExpressionNodePtr operand) : operand_(std::move(operand)) {}
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    return negated(operand_->run(chunk, rows));
  }

 private:
  ExpressionNodePtr operand_;
};

class BucketNode final : public ExpressionNode {
 public:
  BucketNode(const Evaluation& evaluation, ExpressionNodePtr operand, double width, Type type)
      : evaluation_(evaluation), operand_(std::move(operand)), width_(width), type_(type) {}
  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    return bucketed(operand_->run(chunk, rows), width_, type_);
  }
  bool add_to(Cells& cells, uint32_t chunk) const override {
    const auto column = operand_->column();
    return column && cells.add_buckets(evaluation_.peek(*column, chunk), width_);
  }

 private:
  const Evaluation& evaluation_;
  ExpressionNodePtr operand_;
  double width_;
  Type type_;
};

/// Makes the node of each kind of expression.
struct Maker {
  Evaluation& evaluation;
  storage::TableId table;
  Type type;

  ExpressionNodePtr make(const plan::ExpressionPtr& expression) const {
    return evaluation.expression(*expression, table);
  }
  ExpressionNodePtr operator()(const plan::Constant& node) const {
    return std::make_unique<ConstantNode>(node.value);
  }
  ExpressionNodePtr operator()(const plan::Field& node) const {
    return std::make_unique<FieldNode>(evaluation, node.columns);
  }
  ExpressionNodePtr operator()(const plan::Count& node) const {
    return std::make_unique<CountNode>(evaluation, node.columns);
  }
  ExpressionNodePtr operator()(const plan::OverObjects& node) const {
    return std::make_unique<OverObjectsNode>(evaluation, evaluation.collection(node.collection));
  }
  ExpressionNodePtr operator()(const plan::OfItem& node) const {
    return std::make_unique<OfItemNode>(evaluation, evaluation.item_column(table),
                                        evaluation.expression(*node.expression, storage::kItems));
  }
  ExpressionNodePtr operator()(const plan::Pairwise& node) const {
    return pairwise_node(evaluation, node, table);
  }
  ExpressionNodePtr operator()(const plan::Similarity& node) const {
    return similarity_node(evaluation, node, table);
  }
  ExpressionNodePtr operator()(const plan::Arithmetic& node) const {
    return std::make_unique<ArithmeticNode>(node.op, make(node.left), make(node.right));
  }
  ExpressionNodePtr operator()(const plan::Negate& node) const {
    return std::make_unique<NegateNode>(make(node.operand));
  }
  ExpressionNodePtr operator()(const plan::Bucket& node) const {
    return std::make_unique<BucketNode>(evaluation, make(node.operand), node.width, type);
  }
  ExpressionNodePtr operator()(const plan::Slot&) const {
    throw Error(ErrorCode::kInternal, "a plan asks a row for a value of its group");
  }
};

}  // namespace

ExpressionNodePtr make_node(Evaluation& evaluation, const plan::Expression& expression,
                            storage::TableId table) {
  return std::visit(Maker{evaluation, table, expression.type}, expression.node);
}

}  // namespace cupel::exec
