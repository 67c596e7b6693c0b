#include "engine/api/insight_tree.hpp"

#include <algorithm>
#include <cmath>

#include "grammar/words.hpp"
#include "storage/catalog.hpp"

namespace cupel::api {
namespace {

template <typename Node>
ExpressionPtr make(Node node) {
  auto expression = std::make_unique<grammar::Expression>();
  expression->node = std::move(node);
  return expression;
}

template <typename Chain>
ExpressionPtr chain(std::vector<ExpressionPtr> operands) {
  Chain node;
  for (ExpressionPtr& operand : operands) {
    if (operand == nullptr) continue;
    auto* inner = std::get_if<Chain>(&operand->node);
    if (inner == nullptr || operand->parenthesised) {
      node.operands.push_back(std::move(operand));
    } else {
      for (ExpressionPtr& part : inner->operands) node.operands.push_back(std::move(part));
    }
  }
  if (node.operands.empty()) return nullptr;
  return node.operands.size() == 1 ? std::move(node.operands.front()) : make(std::move(node));
}

}  // namespace

const Value* given(const Parameters& parameters, const grammar::Parameter& node) {
  if (node.name.empty())
    return node.index < parameters.positional.size() ? &parameters.positional[node.index] : nullptr;
  const auto found = parameters.named.find(node.name);
  return found == parameters.named.end() ? nullptr : &found->second;
}

bool is_writable(const Value& value) {
  if (value.is_double()) return std::isfinite(value.as_double());
  if (!value.is_text()) return !value.is_missing();
  const std::string& text = value.as_text();
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7F;
  });
}

ExpressionPtr constant(Value value) {
  constexpr double kExact = 9007199254740992.0;
  if (value.is_double() && std::trunc(value.as_double()) == value.as_double() &&
      std::fabs(value.as_double()) < kExact)
    value = static_cast<int64_t>(value.as_double());
  const bool date = value.is_timestamp();
  return make(grammar::Literal{std::move(value), false, date, {}});
}

ExpressionPtr field(const std::vector<std::string>& names) {
  grammar::Path path;
  for (const std::string& name : names) {
    grammar::Segment segment{name};
    segment.quoted = !grammar::is_word(name);
    path.segments.push_back(std::move(segment));
  }
  return make(std::move(path));
}

ExpressionPtr field_of_column(std::string_view column) {
  return field(storage::split_path(column));
}

ExpressionPtr of_objects(const grammar::Source& objects, std::string name, bool quoted) {
  grammar::Path path;
  grammar::Segment head{objects.run ? "predictions" : "annotations"};
  head.argument = objects.run;
  grammar::Segment tail{std::move(name)};
  tail.quoted = quoted;
  path.segments.push_back(std::move(head));
  path.segments.push_back(std::move(tail));
  return make(std::move(path));
}

ExpressionPtr compare(const grammar::Expression& left, CompareOp op, Value right) {
  return make(grammar::Compare{op, grammar::clone(left), constant(std::move(right))});
}

ExpressionPtr one_of(const grammar::Expression& left, const std::vector<Value>& values) {
  grammar::In node;
  node.operand = grammar::clone(left);
  for (const Value& value : values) node.values.push_back(constant(value));
  return make(std::move(node));
}

ExpressionPtr is_missing(const grammar::Expression& operand) {
  return make(grammar::IsMissing{grammar::clone(operand), false});
}

ExpressionPtr is_present(const grammar::Expression& operand) {
  return make(grammar::IsMissing{grammar::clone(operand), true});
}

ExpressionPtr negated(ExpressionPtr operand) {
  if (auto* in = std::get_if<grammar::In>(&operand->node)) {
    in->negated = !in->negated;
    return operand;
  }
  return make(grammar::Not{std::move(operand)});
}

ExpressionPtr all_of(std::vector<ExpressionPtr> operands) {
  return chain<grammar::And>(std::move(operands));
}

ExpressionPtr any_of(std::vector<ExpressionPtr> operands) {
  return chain<grammar::Or>(std::move(operands));
}

ExpressionPtr arithmetic(ExpressionPtr left, grammar::ArithmeticOp op, ExpressionPtr right) {
  return make(grammar::Arithmetic{op, std::move(left), std::move(right)});
}

ExpressionPtr call(std::string function, std::vector<ExpressionPtr> arguments) {
  return make(grammar::Call{std::move(function), std::move(arguments), {}});
}

}  // namespace cupel::api
