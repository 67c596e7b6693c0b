#include "tests/unit/exec/query_world.hpp"

#include <cmath>
#include <regex>

namespace cupel::tests {
namespace {

using Function = plan::Collection::Function;

std::string text_of(int64_t number) {
  static const char* const kTexts[] = {
      "",       "car", "cart", "truck", "bär", "a_b%c", "2021-06-01", "Car", "2021-06-02T00:00:00Z",
      "zebra x"};
  return number < 10 ? kTexts[number] : "text " + std::to_string(number);
}

bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%')
    return like(text, pattern.substr(1)) || (!text.empty() && like(text.substr(1), pattern));
  if (text.empty()) return false;
  if (pattern[0] == '_') {
    size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    return like(text.substr(size), pattern.substr(1));
  }
  if (pattern[0] == '\\') pattern.remove_prefix(1);
  return text[0] == pattern[0] && like(text.substr(1), pattern.substr(1));
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

bool fulfils(plan::CompareOp op, const Value& left, const Value& right) {
  const auto order = compare(left, right);
  if (!order) return false;
  switch (op) {
    case plan::CompareOp::kEqual: return *order == 0;
    case plan::CompareOp::kLess: return *order < 0;
    case plan::CompareOp::kLessEqual: return *order <= 0;
    case plan::CompareOp::kGreater: return *order > 0;
    case plan::CompareOp::kGreaterEqual: return *order >= 0;
  }
  return false;
}

Value finite(double value, bool integer) {
  if (!std::isfinite(value)) return {};
  if (integer) return static_cast<int64_t>(value);
  return value;
}

Value arithmetic(plan::ArithmeticOp op, const Value& left, const Value& right) {
  if (!left.is_number() || !right.is_number()) return {};
  const double a = left.as_double();
  const double b = right.as_double();
  const bool integer = left.is_int() && right.is_int();
  switch (op) {
    case plan::ArithmeticOp::kAdd: return finite(a + b, integer);
    case plan::ArithmeticOp::kSubtract: return finite(a - b, integer);
    case plan::ArithmeticOp::kMultiply: return finite(a * b, integer);
    case plan::ArithmeticOp::kDivide: return b == 0 ? Value() : finite(a / b, false);
    case plan::ArithmeticOp::kModulo: return b == 0 ? Value() : finite(std::fmod(a, b), integer);
  }
  return {};
}

Value over_objects(Function function, const std::vector<Value>& values) {
  Value best;
  double sum = 0;
  bool real = false;
  int64_t count = 0;
  for (const Value& value : values) {
    if (value.is_missing()) continue;
    if (value.is_number()) {
      sum += value.as_double();
      real = real || value.is_double();
      ++count;
    }
    const bool better = best.is_missing() ||
                        (function == Function::kMin && sort_compare(value, best) < 0) ||
                        (function == Function::kMax && sort_compare(value, best) > 0);
    if (better) best = value;
  }
  if (function == Function::kSum) return count == 0 ? Value() : finite(sum, !real);
  if (function == Function::kAvg) return count == 0 ? Value() : Value(sum / double(count));
  return best;
}

}  // namespace

void QueryWorld::add_fields(storage::TableId table, uint64_t row) {
  put(table, row, "flag", chance(50));
  put(table, row, "tiny", number(-3, 3));
  put(table, row, "short", number(-3000, 3000));
  put(table, row, "int", number(-70000, 70000));
  put(table, row, "huge", (int64_t{1} << 53) + number(-3, 3));
  put(table, row, "half", static_cast<double>(number(-20, 20)) / 2);
  put(table, row, "tenth", static_cast<double>(number(-20, 20)) / 10);
  put(table, row, "text", text_of(number(0, 40)));
  put(table, row, "plain", text_of(number(0, 12)));
  put(table, row, "time", Timestamp{1622505600000000 + number(-2, 2) * 86400000000});
  switch (number(0, 4)) {
    case 0: data_.set(table, row, "mixed", number(-2, 2)); break;
    case 1: data_.set(table, row, "mixed", static_cast<double>(number(-4, 4)) / 2); break;
    case 2: data_.set(table, row, "mixed", text_of(number(0, 3))); break;
    case 3: data_.set(table, row, "mixed", chance(50)); break;
    default: break;
  }
  if (chance(10)) data_.set(table, row, "$deleted", true);
}

void QueryWorld::add_item(uint64_t row) {
  data_.set(storage::kItems, row, "id", "item " + std::to_string(row));
  add_fields(storage::kItems, row);
  if (chance(60)) data_.set(storage::kItems, row, "$count:a", number(1, 5));
  if (chance(30)) data_.set(storage::kItems, row, "$count:b", number(1, 500));
}

void QueryWorld::add_object(uint64_t row, uint64_t items, uint64_t objects) {
  // In the order of items for the most part, as imports leave them.
  const uint64_t item = chance(90) ? row * items / objects : static_cast<uint64_t>(number(0, 20));
  data_.set(storage::kAnnotations, row, "$item", static_cast<int64_t>(item));
  add_fields(storage::kAnnotations, row);
}

void QueryWorld::make_some_plain(FakeSnapshot& snapshot) {
  for (auto& [key, chunk] : snapshot.chunks) {
    const storage::Column& column = snapshot.catalog().column(key.first);
    const bool whole = column.name == "plain";
    if (chunk->type != Type::kText || (!whole && key.second % 3 != 1)) continue;
    storage::ChunkBuilder builder(Type::kText);
    for (uint32_t row = 0; row < chunk->rows; ++row)
      if (!chunk->is_missing(row))
        builder.set_text(row, snapshot.dictionaries[key.first]->text(chunk->code_at(row)));
    builder.pad(chunk->rows);
    chunk = std::make_shared<storage::Chunk>(builder.finish());
  }
}

Value QueryWorld::evaluate(const plan::Plan& plan, storage::TableId table, uint64_t row,
                           const plan::Expression& expression) const {
  const auto at = [&](const plan::ExpressionPtr& inner) {
    return evaluate(plan, table, row, *inner);
  };
  if (const auto* node = std::get_if<plan::Constant>(&expression.node)) return node->value;
  if (const auto* node = std::get_if<plan::Field>(&expression.node))
    return value(table, row, node->name);
  if (const auto* node = std::get_if<plan::Count>(&expression.node)) {
    int64_t sum = 0;
    for (const storage::ColumnId column : node->columns) {
      const Value one = snapshot->value(column, row);
      if (!one.is_missing()) sum += one.as_int();
    }
    return sum;
  }
  if (const auto* node = std::get_if<plan::OfItem>(&expression.node))
    return evaluate(plan, storage::kItems,
                    static_cast<uint64_t>(value(table, row, "$item").as_int()), *node->expression);
  if (const auto* node = std::get_if<plan::Similarity>(&expression.node))
    return similarity(plan.probes[node->probe], row);
  if (const auto* node = std::get_if<plan::Arithmetic>(&expression.node))
    return arithmetic(node->op, at(node->left), at(node->right));
  if (const auto* node = std::get_if<plan::Negate>(&expression.node))
    return arithmetic(plan::ArithmeticOp::kSubtract, Value(0), at(node->operand));
  if (const auto* node = std::get_if<plan::Bucket>(&expression.node)) {
    const Value operand = at(node->operand);
    if (!operand.is_number()) return {};
    return finite(std::floor(operand.as_double() / node->width) * node->width,
                  expression.type == Type::kInt64);
  }
  const auto& over = plan.collections[std::get<plan::OverObjects>(expression.node).collection];
  std::vector<Value> values;
  int64_t count = 0;
  for (uint64_t object = 0; object < rows(over.table); ++object) {
    if (value(over.table, object, "$item") != Value(static_cast<int64_t>(row))) continue;
    if (!visible(over.table, object)) continue;
    if (over.where && !holds(plan, over.table, object, *over.where)) continue;
    ++count;
    if (over.argument) values.push_back(evaluate(plan, over.table, object, *over.argument));
  }
  return over.function == Function::kCount ? Value(count) : over_objects(over.function, values);
}

bool QueryWorld::holds(const plan::Plan& plan, storage::TableId table, uint64_t row,
                       const plan::Condition& condition) const {
  const auto at = [&](const plan::ExpressionPtr& inner) {
    return evaluate(plan, table, row, *inner);
  };
  if (const auto* node = std::get_if<plan::Always>(&condition.node)) return node->value;
  if (const auto* node = std::get_if<plan::CompareConstant>(&condition.node))
    return fulfils(node->op, at(node->expression), node->constant);
  if (const auto* node = std::get_if<plan::CompareExpressions>(&condition.node))
    return fulfils(node->op, at(node->left), at(node->right));
  if (const auto* node = std::get_if<plan::InSet>(&condition.node)) {
    for (const Value& one : node->values)
      if (fulfils(plan::CompareOp::kEqual, at(node->expression), one)) return true;
    return false;
  }
  if (const auto* node = std::get_if<plan::Pattern>(&condition.node)) {
    const Value text = at(node->expression);
    if (!text.is_text()) return false;
    if (node->kind == plan::PatternKind::kLike) return like(text.as_text(), node->pattern);
    if (node->kind == plan::PatternKind::kIlike)
      return like(lower(text.as_text()), lower(node->pattern));
    return std::regex_search(text.as_text(), std::regex(node->pattern));
  }
  if (const auto* node = std::get_if<plan::IsMissing>(&condition.node))
    return at(node->expression).is_missing();
  if (const auto* node = std::get_if<plan::InSlice>(&condition.node))
    return node->column && snapshot->value(*node->column, row) == Value(true);
  if (const auto* node = std::get_if<plan::AnyObject>(&condition.node)) {
    const auto& over = plan.collections[node->collection];
    for (uint64_t object = 0; object < rows(over.table); ++object)
      if (value(over.table, object, "$item") == Value(static_cast<int64_t>(row)) &&
          visible(over.table, object) &&
          (!over.where || holds(plan, over.table, object, *over.where)))
        return true;
    return false;
  }
  if (const auto* node = std::get_if<plan::OnItem>(&condition.node)) {
    const auto item = static_cast<uint64_t>(value(table, row, "$item").as_int());
    return visible(storage::kItems, item) && holds(plan, storage::kItems, item, *node->condition);
  }
  if (const auto* node = std::get_if<plan::Not>(&condition.node))
    return !holds(plan, table, row, *node->operand);
  const auto* all = std::get_if<plan::And>(&condition.node);
  const auto& operands =
      all != nullptr ? all->operands : std::get<plan::Or>(condition.node).operands;
  for (const plan::ConditionPtr& operand : operands)
    if (holds(plan, table, row, *operand) != (all != nullptr)) return all == nullptr;
  return all != nullptr;
}

std::vector<uint64_t> QueryWorld::selected(const plan::Plan& plan, const plan::Arm& arm) const {
  std::vector<uint64_t> out;
  for (uint64_t row = 0; row < rows(arm.table); ++row)
    if (visible(arm.table, row) && (!arm.where || holds(plan, arm.table, row, *arm.where)))
      out.push_back(row);
  return out;
}

}  // namespace cupel::tests
