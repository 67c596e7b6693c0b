#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// Comparisons: which objects they speak of, and whether their sides can ever meet.
namespace cupel::bind {
namespace {

plan::CompareOp plain_op(grammar::CompareOp op) {
  switch (op) {
    case grammar::CompareOp::kLess: return plan::CompareOp::kLess;
    case grammar::CompareOp::kLessEqual: return plan::CompareOp::kLessEqual;
    case grammar::CompareOp::kGreater: return plan::CompareOp::kGreater;
    case grammar::CompareOp::kGreaterEqual: return plan::CompareOp::kGreaterEqual;
    case grammar::CompareOp::kEqual:
    case grammar::CompareOp::kNotEqual: break;
  }
  return plan::CompareOp::kEqual;
}

plan::CompareOp mirrored(plan::CompareOp op) {
  switch (op) {
    case plan::CompareOp::kLess: return plan::CompareOp::kGreater;
    case plan::CompareOp::kLessEqual: return plan::CompareOp::kGreaterEqual;
    case plan::CompareOp::kGreater: return plan::CompareOp::kLess;
    case plan::CompareOp::kGreaterEqual: return plan::CompareOp::kLessEqual;
    case plan::CompareOp::kEqual: break;
  }
  return plan::CompareOp::kEqual;
}

ConditionPtr never() { return plan::make_condition(plan::Always{false}); }

const Value* constant_of(const ExpressionPtr& expression) {
  const auto* constant = std::get_if<plan::Constant>(&expression->node);
  return constant == nullptr ? nullptr : &constant->value;
}

std::string describe(const Value& constant) {
  if (constant.is_text()) return "text " + grammar::quote_text(constant.as_text());
  if (constant.is_timestamp()) return "date " + to_text(constant);
  return (constant.is_bool() ? "boolean " : "number ") + to_text(constant);
}

/// Whether a value depends on the item alone, so that it is the same for all of its objects.
bool is_of_item(const plan::Expression& e) {
  if (std::holds_alternative<plan::Constant>(e.node)) return true;
  if (std::holds_alternative<plan::OfItem>(e.node)) return true;
  if (const auto* node = std::get_if<plan::Arithmetic>(&e.node))
    return is_of_item(*node->left) && is_of_item(*node->right);
  if (const auto* node = std::get_if<plan::Negate>(&e.node)) return is_of_item(*node->operand);
  if (const auto* node = std::get_if<plan::Bucket>(&e.node)) return is_of_item(*node->operand);
  return false;
}

bool is_count(const plan::Expression& e) {
  if (const auto* node = std::get_if<plan::OfItem>(&e.node)) return is_count(*node->expression);
  return std::holds_alternative<plan::Count>(e.node);
}

/// A count without columns: its label has been warned about.
bool is_unknown_count(const plan::Expression& e) {
  if (const auto* node = std::get_if<plan::OfItem>(&e.node))
    return is_unknown_count(*node->expression);
  const auto* count = std::get_if<plan::Count>(&e.node);
  return count != nullptr && count->columns.empty();
}

}  // namespace

/// The operand with one value per row where it has one.
Operand Binder::single(Operand operand) const {
  const ExpressionPtr one = operand.value == nullptr ? operand.number : operand.scalar;
  if (one == nullptr) return operand;
  operand.value = one;
  operand.objects.reset();
  return operand;
}

/// What stands beside a field of objects must be the same for all objects of the item.
ExpressionPtr Binder::beside_objects(const Operand& operand, const Rows& rows, Span span) const {
  if (constant_of(operand.value) != nullptr) return operand.value;
  if (rows.items()) return of_item(operand.value);
  if (is_of_item(*operand.value)) return operand.value;
  throw Error(ErrorCode::kUnsupported,
              "a field of one object cannot be compared with a field of the other objects of its "
              "item; compare with a number over them, such as .max(…)",
              span);
}

Test Binder::make_test(const Operand& operand, const Rows& rows, const Make& make) {
  if (!operand.objects) return {.condition = make(operand.value)};
  if (operand.value == nullptr) {
    const ExpressionPtr number = scalar_of(operand, rows);
    return {.condition = make(number)};
  }
  Test first{.condition = make(operand.value),
             .objects = operand.objects,
             .on_item = operand.on_item,
             .mention = operand.mention};
  if (operand.alternatives.empty()) return first;
  std::vector<ConditionPtr> conditions = {finish(std::move(first), rows)};
  for (const Operand& other : operand.alternatives)
    conditions.push_back(finish(make_test(other, rows, make), rows));
  return {.condition = any_of(std::move(conditions))};
}

Test Binder::pair_test(const Operand& left, const Operand& right, Span span, const Rows& rows,
                       const MakePair& make) {
  if (left.objects && left.value == nullptr)
    return pair_test({.value = scalar_of(left, rows)}, right, span, rows, make);
  if (right.objects && right.value == nullptr)
    return pair_test(left, {.value = scalar_of(right, rows)}, span, rows, make);
  if (left.objects && right.objects) return objects_pair(left, right, span, rows, make);
  if (left.objects) {
    const ExpressionPtr other = beside_objects(right, rows, span);
    return make_test(left, rows, [&](const ExpressionPtr& value) { return make(value, other); });
  }
  if (right.objects) {
    const ExpressionPtr other = beside_objects(left, rows, span);
    return make_test(right, rows, [&](const ExpressionPtr& value) { return make(other, value); });
  }
  return {.condition = make(left.value, right.value)};
}

Test Binder::objects_pair(const Operand& left, const Operand& right, Span span, const Rows& rows,
                          const MakePair& make) {
  if (same_objects(left, right))
    return make_test(left, rows,
                     [&](const ExpressionPtr& value) { return make(value, right.value); });
  // A taxonomy has one value per item, which stands beside anything.
  if (left.scalar != nullptr || right.scalar != nullptr)
    return pair_test(single(left), single(right), span, rows, make);
  different_objects(left, right, span);
}

plan::TypeSet Binder::types_in_arms(const plan::Expression& e, const Rows& rows) const {
  plan::TypeSet types = types_of(e);
  const auto* field = std::get_if<plan::Field>(&e.node);
  if (field == nullptr || field->columns.empty() || rows.groups != nullptr) return types;
  const storage::Column& own = catalog_.column(field->columns.front());
  if (own.table != rows.table || rows.filter) return types;
  for (const TableId arm : arms_)
    for (const storage::Column* column : catalog_.find(arm, own.name)) types.add(column->type);
  return types;
}

bool Binder::can_compare(const ExpressionPtr& expression, const Value& constant, Span span,
                         const Rows& rows) {
  if (constant.is_missing()) return false;
  const plan::TypeSet types = types_of(*expression);
  if (types.empty() || plan::comparable(types, constant)) return true;
  const plan::TypeSet everywhere = types_in_arms(*expression, rows);
  if (plan::comparable(everywhere, constant) || is_unknown_count(*expression)) return false;
  const std::string holds =
      is_count(*expression) ? " is a count" : " holds " + plan::describe(everywhere);
  warn(plan::print(*expression, plan_) + holds + "; a comparison with the " + describe(constant) +
           " is never true",
       span);
  return false;
}

ConditionPtr Binder::comparison(const ExpressionPtr& left, plan::CompareOp op,
                                const ExpressionPtr& right, Span span, const Rows& rows) {
  if (const Value* constant = constant_of(right)) {
    if (constant_of(left) == nullptr && !can_compare(left, *constant, span, rows)) return never();
    return plan::make_condition(plan::CompareConstant{left, op, *constant});
  }
  if (constant_of(left) != nullptr) return comparison(right, mirrored(op), left, span, rows);
  const plan::TypeSet a = types_in_arms(*left, rows);
  const plan::TypeSet b = types_in_arms(*right, rows);
  if (!a.empty() && !b.empty() && !plan::comparable(a, b)) {
    warn(plan::print(*left, plan_) + " holds " + plan::describe(a) + " and " +
             plan::print(*right, plan_) + " holds " + plan::describe(b) +
             "; the comparison is never true",
         span);
    return never();
  }
  return plan::make_condition(plan::CompareExpressions{left, op, right});
}

ConditionPtr Binder::member_of(const MembershipPath& path, const grammar::Expression& right,
                               const Rows& rows) {
  const std::optional<Value> name = constant(right);
  if (!name || !name->is_text())
    throw Error(ErrorCode::kType, "a name is wanted here: a word, text in quotes or a parameter",
                right.span);
  return member(path, name->as_text(), right.span, rows);
}

/// `= null` compares with the text "null", which is hardly ever meant.
void Binder::warn_of_null(const grammar::Expression& right) {
  const auto* literal = std::get_if<grammar::Literal>(&right.node);
  if (literal == nullptr || !literal->bare || !literal->value.is_text()) return;
  const std::string& word = literal->value.as_text();
  if (word != "null" && word != "NULL" && word != "missing" && word != "MISSING") return;
  warn("'" + word + "' is text here; a missing value is found with IS MISSING", right.span,
       "IS MISSING");
}

Test Binder::compare(const grammar::Compare& node, const grammar::Expression& e, const Rows& rows) {
  count_term(e.span);
  warn_of_null(*node.right);
  if (node.op == grammar::CompareOp::kNotEqual) {
    const grammar::Compare equal{grammar::CompareOp::kEqual, grammar::clone(*node.left),
                                 grammar::clone(*node.right)};
    return {.condition = negated(finish(compare(equal, e, rows), rows))};
  }
  if (const auto path = membership(*node.left, rows)) {
    if (node.op != grammar::CompareOp::kEqual)
      throw Error(ErrorCode::kType,
                  "'" + text_of(*node.left) + "' is compared with = and !=, or IN", e.span);
    return {.condition = member_of(*path, *node.right, rows)};
  }
  const auto is_text = [&](const grammar::Expression& side) {
    const std::optional<Value> value = constant(side);
    return value && value->is_text();
  };
  Operand left;
  Operand right;
  {
    const BesideText beside(*this, is_text(*node.right));
    left = operand(*node.left, rows);
  }
  {
    const BesideText beside(*this, is_text(*node.left));
    right = operand(*node.right, rows);
  }
  const plan::CompareOp op = plain_op(node.op);
  return pair_test(left, right, e.span, rows, [&](const ExpressionPtr& a, const ExpressionPtr& b) {
    return comparison(a, op, b, e.span, rows);
  });
}

}  // namespace cupel::bind
