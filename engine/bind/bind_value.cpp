#include <algorithm>
#include <cmath>

#include "engine/bind/binder.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "grammar/print.hpp"

/// Values: constants, arithmetic, functions.
namespace cupel::bind {
namespace {

constexpr const char* kAggregates[] = {"count", "sum", "avg", "min", "max"};

bool is_aggregate(const std::string& function) {
  return std::find(std::begin(kAggregates), std::end(kAggregates), function) !=
         std::end(kAggregates);
}

ExpressionPtr make_constant(Value value) {
  const Type type = value.is_missing() ? Type::kAny : value.type();
  return plan::make_expression(plan::Constant{std::move(value)}, type);
}

}  // namespace

const Value* Binder::parameter(const grammar::Parameter& node, Span span) const {
  const Parameters* given = scope_.parameters;
  if (!node.name.empty()) {
    const auto missing = [&] {
      return Error(ErrorCode::kName, "the parameter $" + node.name + " is not given", span);
    };
    if (given == nullptr) throw missing();
    const auto it = given->named.find(node.name);
    if (it == given->named.end()) throw missing();
    return &it->second;
  }
  if (given == nullptr || node.index >= given->positional.size())
    throw Error(ErrorCode::kName,
                "parameter " + std::to_string(node.index + 1) + " ('?') is not given", span);
  return &given->positional[node.index];
}

std::optional<Value> Binder::constant(const grammar::Expression& e) const {
  if (const auto* literal = std::get_if<grammar::Literal>(&e.node)) return literal->value;
  if (const auto* node = std::get_if<grammar::Parameter>(&e.node)) return *parameter(*node, e.span);
  const auto* minus = std::get_if<grammar::Negate>(&e.node);
  if (minus == nullptr) return std::nullopt;
  const auto* literal = std::get_if<grammar::Literal>(&minus->operand->node);
  if (literal == nullptr || !literal->value.is_number()) return std::nullopt;
  if (literal->value.is_double()) return Value(-literal->value.as_double());
  return literal->value.as_int() == INT64_MIN ? std::nullopt
                                              : std::optional<Value>(-literal->value.as_int());
}

Type Binder::type_of(const plan::Expression& e) const {
  const plan::TypeSet types = types_of(e);
  return types.empty() ? e.type : plan::single_type(types);
}

plan::TypeSet Binder::types_of(const plan::Expression& e) const {
  return plan::types_of(e, plan_, catalog_);
}

std::string Binder::text_of(const grammar::Expression& e) const { return grammar::print(e); }

ExpressionPtr Binder::value(const grammar::Expression& e, const Rows& rows) {
  return scalar_of(operand(e, rows), rows);
}

ExpressionPtr Binder::scalar_of(const Operand& operand, const Rows& rows) {
  if (!operand.objects) return operand.value;
  if (operand.value == nullptr && operand.number != nullptr) {
    mention(operand.mention, operand.number);
    return operand.number;
  }
  if (operand.value != nullptr && operand.scalar != nullptr) return operand.scalar;
  refuse_existential(operand, rows);
  return nullptr;
}

void Binder::refuse_existential(const Operand& operand, const Rows&) const {
  if (operand.value == nullptr)
    throw Error(
        ErrorCode::kType,
        "'" + operand.text + "' is a condition; write " + operand.text + ".count for a number",
        operand.span, operand.text + ".count");
  const std::string collection = collection_text(*operand.objects, operand.objects->where);
  const std::string field = plan::print(*operand.value, plan_);
  const std::string instead = collection + ".max(" + field + ")";
  const bool annotations = operand.objects->table == storage::kAnnotations;
  throw Error(ErrorCode::kType,
              "'" + operand.text + "' has one value per object; use " + instead + " or FROM " +
                  (annotations ? "annotations" : "predictions"),
              operand.span, instead);
}

Operand Binder::operand(const grammar::Expression& e, const Rows& rows) {
  if (const std::optional<Value> fixed = constant(e)) return {.value = make_constant(*fixed)};
  if (rows.groups != nullptr) return group_operand(e, rows);
  if (const auto* node = std::get_if<grammar::Path>(&e.node)) return path(*node, e.span, rows);
  if (const auto* node = std::get_if<grammar::Arithmetic>(&e.node))
    return arithmetic(*node, e, rows);
  if (const auto* node = std::get_if<grammar::Negate>(&e.node)) {
    Operand inner = number_side(*node->operand, rows);
    const Type type = type_of(*inner.value) == Type::kInt64 ? Type::kInt64 : Type::kFloat64;
    inner.value = plan::make_expression(plan::Negate{std::move(inner.value)}, type);
    inner.text = text_of(e);
    return inner;
  }
  if (const auto* node = std::get_if<grammar::Call>(&e.node))
    return {.value = call(*node, e, rows)};
  throw Error(ErrorCode::kType, "a value is wanted here, and '" + text_of(e) + "' is a condition",
              e.span);
}

ExpressionPtr Binder::call(const grammar::Call& node, const grammar::Expression& e,
                           const Rows& rows) {
  if (node.function == "bucket") {
    const std::optional<Value> width = node.arguments.size() == 2 && node.named.empty()
                                           ? constant(*node.arguments[1])
                                           : std::nullopt;
    const bool positive =
        width && width->is_number() && width->as_double() > 0 && std::isfinite(width->as_double());
    if (!positive)
      throw Error(ErrorCode::kType,
                  "bucket takes a number and a width above 0, as in bucket(area, 1000)", e.span);
    ExpressionPtr inner = number_operand(*node.arguments[0], rows);
    const bool integer = type_of(*inner) == Type::kInt64 && width->is_int();
    return plan::make_expression(plan::Bucket{std::move(inner), width->as_double()},
                                 integer ? Type::kInt64 : Type::kFloat64);
  }
  if (is_aggregate(node.function))
    throw Error(ErrorCode::kType,
                node.function + "(…) is over many rows; it stands in SELECT, HAVING and ORDER BY",
                e.span);
  if (plan::is_evaluation_field(node.function)) {
    const std::optional<Value> run =
        node.arguments.size() == 1 ? constant(*node.arguments[0]) : std::nullopt;
    if (!run || !run->is_text() || rows.items())
      throw Error(ErrorCode::kType,
                  node.function + "(\"run\") is a field of annotations and takes the name of a run",
                  e.span);
    const size_t place = reserve_mention(rows);
    ExpressionPtr result = analysis_field(rows.table, node.function, run->as_text(), e.span, rows);
    mention(place, result);
    return result;
  }
  if (node.function == plan::kEvaluation)
    throw Error(ErrorCode::kType, "a count is missing here, as in evaluation(\"run\").fp", e.span,
                text_of(e) + ".fp");
  if (is_pairwise(node)) return pairwise_number(node, e, rows);
  if (node.function == "similarity") return similarity(node, e, rows);
  const auto size = static_cast<uint32_t>(node.function.size());
  unknown("function", node.function, {e.span.begin, e.span.begin + size},
          {"count", "sum", "avg", "min", "max", "bucket", "overlap", "overlaps", "inside",
           "distance", "similarity"},
          "");
}

bool has_aggregate(const grammar::Expression& e) {
  if (const auto* node = std::get_if<grammar::Call>(&e.node)) {
    if (is_aggregate(node->function)) return true;
    return std::any_of(node->arguments.begin(), node->arguments.end(),
                       [](const auto& argument) { return has_aggregate(*argument); });
  }
  if (const auto* node = std::get_if<grammar::Arithmetic>(&e.node))
    return has_aggregate(*node->left) || has_aggregate(*node->right);
  if (const auto* node = std::get_if<grammar::Negate>(&e.node))
    return has_aggregate(*node->operand);
  return false;
}

}  // namespace cupel::bind
