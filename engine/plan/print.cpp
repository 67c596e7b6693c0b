#include <string>

#include "engine/plan/operators.hpp"

/// Conditions and expressions in the words of the language; what they print can be parsed again.
namespace cupel::plan {
namespace {

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string print_value(const Value& value) {
  if (value.is_missing()) return "missing";
  if (value.is_text()) return quote(value.as_text());
  return to_text(value);
}

std::string_view symbol(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return " = ";
    case CompareOp::kLess: return " < ";
    case CompareOp::kLessEqual: return " <= ";
    case CompareOp::kGreater: return " > ";
    case CompareOp::kGreaterEqual: return " >= ";
  }
  return " ? ";
}

/// How tightly something binds; an operand that binds less tightly than its place is bracketed.
enum Level { kOr, kAnd, kNot, kTest, kSum, kProduct, kUnary, kPrimary };

Level level_of(ArithmeticOp op) {
  return op == ArithmeticOp::kAdd || op == ArithmeticOp::kSubtract ? kSum : kProduct;
}

/// Prints with `prefix_` before every field: "item." where the fields are those of an object's
/// item.
class Printer {
 public:
  explicit Printer(const Plan& plan, std::string prefix = {})
      : plan_(plan), prefix_(std::move(prefix)) {}

  std::string expression(const Expression& e, Level place) const {
    const auto [text, level] = std::visit([&](const auto& node) { return print(node); }, e.node);
    return level < place ? "(" + text + ")" : text;
  }
  std::string condition(const Condition& c, Level place) const {
    const auto [text, level] = std::visit([&](const auto& node) { return print(node); }, c.node);
    return level < place ? "(" + text + ")" : text;
  }

 private:
  using Printed = std::pair<std::string, Level>;

  Printer item() const { return Printer(plan_, "item."); }

  Printed print(const Constant& node) const { return {print_value(node.value), kPrimary}; }
  Printed print(const Field& node) const { return {prefix_ + node.name, kPrimary}; }
  Printed print(const Count& node) const { return {prefix_ + node.name, kPrimary}; }
  Printed print(const Slot& node) const { return {slot(node.index), kPrimary}; }
  Printed print(const OverObjects& node) const {
    return {prefix_ + over(plan_.collections[node.collection]), kPrimary};
  }
  Printed print(const OfItem& node) const {
    return {item().expression(*node.expression, kUnary), kUnary};
  }
  Printed print(const Pairwise& node) const {
    const bool distance = node.function == Pairwise::Function::kDistance;
    return {pairwise(distance ? "distance" : "overlap", node), kPrimary};
  }
  /// The embedding in it says whose vectors are meant, so the item's needs no prefix.
  Printed print(const Similarity& node) const { return {plan_.probes[node.probe].text, kPrimary}; }
  Printed print(const Arithmetic& node) const {
    const Level level = level_of(node.op);
    return {expression(*node.left, level) + std::string(symbol(node.op)) +
                expression(*node.right, static_cast<Level>(level + 1)),
            level};
  }
  Printed print(const Negate& node) const {
    return {"-" + expression(*node.operand, kPrimary), kUnary};
  }
  Printed print(const Bucket& node) const {
    return {"bucket(" + expression(*node.operand, kSum) + ", " + format_number(node.width) + ")",
            kPrimary};
  }

  Printed print(const Always& node) const { return {node.value ? "true" : "false", kPrimary}; }
  Printed print(const CompareConstant& node) const {
    // The share has no name of its own in the language: inside() is the condition on it.
    if (const auto* pair = std::get_if<Pairwise>(&node.expression->node);
        pair != nullptr && pair->function == Pairwise::Function::kInside)
      return {pairwise("inside", *pair, ", " + print_value(node.constant)), kPrimary};
    return {expression(*node.expression, kSum) + std::string(symbol(node.op)) +
                print_value(node.constant),
            kTest};
  }
  Printed print(const CompareExpressions& node) const {
    return {
        expression(*node.left, kSum) + std::string(symbol(node.op)) + expression(*node.right, kSum),
        kTest};
  }
  Printed print(const InSet& node) const { return {in_set(node, false), kTest}; }
  Printed print(const Pattern& node) const { return {pattern(node, false), kTest}; }
  Printed print(const IsMissing& node) const {
    return {expression(*node.expression, kSum) + " IS MISSING", kTest};
  }
  Printed print(const InSlice& node) const {
    return {prefix_ + "slice = " + quote(node.name), kTest};
  }
  Printed print(const AnyObject& node) const {
    return {prefix_ + plan_.collections[node.collection].text, kPrimary};
  }
  Printed print(const OnItem& node) const {
    const Level level =
        std::visit([&](const auto& n) { return print(n).second; }, node.condition->node);
    return {item().condition(*node.condition, kOr), level};
  }
  Printed print(const And& node) const { return {chain(node.operands, " AND ", kNot), kAnd}; }
  Printed print(const Or& node) const { return {chain(node.operands, " OR ", kAnd), kOr}; }
  /// A negated test reads as the language writes it: `!=`, NOT IN, IS NOT MISSING.
  Printed print(const Not& node) const {
    const auto& inner = node.operand->node;
    if (const auto* compare = std::get_if<CompareConstant>(&inner);
        compare != nullptr && compare->op == CompareOp::kEqual)
      return {expression(*compare->expression, kSum) + " != " + print_value(compare->constant),
              kTest};
    if (const auto* compare = std::get_if<CompareExpressions>(&inner);
        compare != nullptr && compare->op == CompareOp::kEqual)
      return {expression(*compare->left, kSum) + " != " + expression(*compare->right, kSum), kTest};
    if (const auto* set = std::get_if<InSet>(&inner)) return {in_set(*set, true), kTest};
    if (const auto* match = std::get_if<Pattern>(&inner);
        match != nullptr && match->kind != PatternKind::kRegex)
      return {pattern(*match, true), kTest};
    if (const auto* missing = std::get_if<IsMissing>(&inner))
      return {expression(*missing->expression, kSum) + " IS NOT MISSING", kTest};
    if (const auto* slice = std::get_if<InSlice>(&inner))
      return {prefix_ + "slice != " + quote(slice->name), kTest};
    if (const auto* on_item = std::get_if<OnItem>(&inner))
      return item().print(Not{on_item->condition});
    return {"NOT " + condition(*node.operand, kPrimary), kNot};
  }

  std::string in_set(const InSet& node, bool negated) const {
    std::string text = expression(*node.expression, kSum) + (negated ? " NOT IN (" : " IN (");
    constexpr size_t kShown = 20;
    for (size_t i = 0; i < node.values.size() && i < kShown; ++i)
      text += (i == 0 ? "" : ", ") + print_value(node.values[i]);
    if (node.values.size() > kShown)
      text += ", … " + std::to_string(node.values.size() - kShown) + " more";
    return text + ")";
  }
  std::string pattern(const Pattern& node, bool negated) const {
    std::string text = expression(*node.expression, kSum) + (negated ? " NOT" : "");
    switch (node.kind) {
      case PatternKind::kLike: text += " LIKE "; break;
      case PatternKind::kIlike: text += " ILIKE "; break;
      case PatternKind::kRegex: text += " ~ "; break;
    }
    return text + quote(node.pattern);
  }
  std::string chain(const std::vector<ConditionPtr>& operands, std::string_view word,
                    Level place) const {
    std::string text;
    for (const ConditionPtr& operand : operands) {
      if (!text.empty()) text += word;
      text += condition(*operand, place);
    }
    return text;
  }
  std::string over(const Collection& collection) const {
    const auto argument = [&](const char* function) {
      return collection.text + "." + function + "(" +
             Printer(plan_).expression(*collection.argument, kOr) + ")";
    };
    switch (collection.function) {
      case Collection::Function::kAny: return collection.text;
      case Collection::Function::kCount: return collection.text + ".count";
      case Collection::Function::kMin: return argument("min");
      case Collection::Function::kMax: return argument("max");
      case Collection::Function::kAvg: return argument("avg");
      case Collection::Function::kSum: return argument("sum");
      case Collection::Function::kFirst:
      case Collection::Function::kBoxes: return collection.text;
    }
    return collection.text;
  }
  std::string pairwise(const char* function, const Pairwise& node,
                       const std::string& constant = {}) const {
    std::string text = function + ("(" + plan_.collections[node.collection].text) + constant;
    if (node.labels == Pairwise::Labels::kSame) text += ", label = same";
    if (node.labels == Pairwise::Labels::kOther) text += ", label = other";
    return text + ")";
  }
  /// What a slot holds: the key, or the aggregate, as bound for the first arm.
  std::string slot(uint32_t index) const {
    const Arm& arm = plan_.arms.front();
    if (index < arm.keys.size()) return expression(*arm.keys[index], kOr);
    const size_t aggregate = index - arm.keys.size();
    std::string inner;
    if (arm.arguments[aggregate] != nullptr)
      inner = expression(*arm.arguments[aggregate], kOr);
    else if (arm.filters[aggregate] != nullptr)
      inner = condition(*arm.filters[aggregate], kOr);
    static constexpr const char* kNames[] = {"count", "sum", "avg", "min", "max"};
    return kNames[static_cast<size_t>(plan_.aggregates[aggregate])] + ("(" + inner + ")");
  }

  const Plan& plan_;
  std::string prefix_;
};

}  // namespace

std::string print(const Condition& condition, const Plan& plan) {
  return Printer(plan).condition(condition, kOr);
}

std::string print(const Expression& expression, const Plan& plan) {
  return Printer(plan).expression(expression, kSum);
}

}  // namespace cupel::plan
