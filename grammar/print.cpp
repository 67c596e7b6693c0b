#include "grammar/print.hpp"

#include <string_view>

#include "grammar/print_expression.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

/// How tightly a node binds; a child looser than its place demands goes in parentheses.
enum Level { kOr = 1, kAnd, kNot, kPredicate, kSum, kProduct, kUnary, kPrimary };

enum class Side { kField, kValue };

bool is_negative_number(const Literal& literal) {
  const Value& value = literal.value;
  return (value.is_int() && value.as_int() < 0) ||
         (value.is_double() && format_number(value.as_double()).front() == '-');
}

struct LevelOf {
  Level operator()(const Or&) { return kOr; }
  Level operator()(const And&) { return kAnd; }
  Level operator()(const Not&) { return kNot; }
  Level operator()(const Arithmetic& node) {
    const bool additive = node.op == ArithmeticOp::kAdd || node.op == ArithmeticOp::kSubtract;
    return additive ? kSum : kProduct;
  }
  Level operator()(const Negate&) { return kUnary; }
  Level operator()(const Literal& node) { return is_negative_number(node) ? kUnary : kPrimary; }
  Level operator()(const Compare&) { return kPredicate; }
  Level operator()(const In&) { return kPredicate; }
  Level operator()(const Between&) { return kPredicate; }
  Level operator()(const Match&) { return kPredicate; }
  Level operator()(const IsMissing&) { return kPredicate; }
  Level operator()(const Parameter&) { return kPrimary; }
  Level operator()(const Path&) { return kPrimary; }
  Level operator()(const Call&) { return kPrimary; }
  Level operator()(const Star&) { return kPrimary; }
  Level operator()(const Subquery&) { return kPrimary; }
};

std::string_view sign(ArithmeticOp op) {
  static constexpr std::string_view kSigns[] = {" + ", " - ", " * ", " / ", " % "};
  return kSigns[static_cast<size_t>(op)];
}

std::string_view sign(CompareOp op) {
  static constexpr std::string_view kSigns[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
  return kSigns[static_cast<size_t>(op)];
}

/// A double must be read as a double again, so an integral one keeps a point.
std::string print_double(double number) {
  std::string text = format_number(number);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void expression(const Expression& e, Level at_least, Side side) {
    const bool brackets = e.parenthesised || std::visit(LevelOf{}, e.node) < at_least;
    if (brackets) out_ += '(';
    side_ = side;
    std::visit(*this, e.node);
    if (brackets) out_ += ')';
  }

  void path(const Path& path) {
    bool first = true;
    for (const Segment& segment : path.segments) {
      const bool bare =
          !segment.quoted && is_word(segment.name) && !(first && is_reserved(segment.name));
      if (!first) out_ += '.';
      out_ += bare ? segment.name : quote_text(segment.name);
      if (segment.argument) out_ += '(' + quote_text(*segment.argument) + ')';
      if (&segment == &path.segments.back() && path.call_argument) {
        out_ += '(';
        expression(**path.call_argument, kOr, Side::kField);
        out_ += ')';
      }
      if (segment.filter) {
        out_ += '[';
        expression(**segment.filter, kOr, Side::kField);
        out_ += ']';
      }
      first = false;
    }
  }

  void operator()(const Literal& node) {
    const Value& value = node.value;
    if (node.date) {
      out_ += node.text.empty() ? format_timestamp(value.as_timestamp()) : node.text;
    } else if (value.is_text()) {
      const bool bare = node.bare && side_ == Side::kValue && is_word(value.as_text()) &&
                        !is_reserved(value.as_text());
      out_ += bare ? value.as_text() : quote_text(value.as_text());
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_double()) {
      out_ += print_double(value.as_double());
    } else {
      out_ += to_text(value);
    }
  }
  void operator()(const Parameter& node) { out_ += node.name.empty() ? "?" : "$" + node.name; }
  void operator()(const Star&) { out_ += '*'; }
  void operator()(const Subquery& node) { out_ += '(' + grammar::print(*node.query) + ')'; }
  void operator()(const Path& node) { path(node); }
  void operator()(const Call& node) {
    out_ += node.function + '(';
    std::string_view comma;
    for (const ExpressionPtr& argument : node.arguments) {
      out_ += comma;
      expression(*argument, kOr, Side::kField);
      comma = ", ";
    }
    for (const NamedArgument& argument : node.named) {
      out_ += comma;
      out_ += argument.name + " = ";
      expression(*argument.value, kSum, Side::kValue);
      comma = ", ";
    }
    out_ += ')';
  }
  void operator()(const Arithmetic& node) {
    const bool additive = LevelOf{}(node) == kSum;
    const Side side = side_;
    expression(*node.left, additive ? kSum : kProduct, side);
    out_ += sign(node.op);
    expression(*node.right, additive ? kProduct : kUnary, side);
  }
  void operator()(const Negate& node) {
    // `--` would begin a comment, and `-1` would be read as one number.
    const auto* literal = std::get_if<Literal>(&node.operand->node);
    const bool number =
        literal != nullptr && literal->value.is_number() && !is_negative_number(*literal);
    const bool minus = std::holds_alternative<Negate>(node.operand->node) ||
                       (literal != nullptr && is_negative_number(*literal));
    out_ += minus && !node.operand->parenthesised ? "- " : "-";
    const bool brackets = number && !node.operand->parenthesised;
    if (brackets) out_ += '(';
    expression(*node.operand, kUnary, side_);
    if (brackets) out_ += ')';
  }
  void operator()(const Compare& node) {
    expression(*node.left, kSum, Side::kField);
    out_ += sign(node.op);
    expression(*node.right, kSum, Side::kValue);
  }
  void operator()(const In& node) {
    expression(*node.operand, kSum, Side::kField);
    out_ += node.negated ? " NOT IN (" : " IN (";
    std::string_view comma;
    for (const ExpressionPtr& value : node.values) {
      out_ += comma;
      expression(*value, kSum, Side::kValue);
      comma = ", ";
    }
    out_ += ')';
  }
  void operator()(const Between& node) {
    expression(*node.operand, kSum, Side::kField);
    out_ += node.negated ? " NOT BETWEEN " : " BETWEEN ";
    expression(*node.low, kSum, Side::kValue);
    out_ += " AND ";
    expression(*node.high, kSum, Side::kValue);
  }
  void operator()(const Match& node) {
    expression(*node.operand, kSum, Side::kField);
    if (node.negated) out_ += " NOT";
    out_ += node.kind == MatchKind::kLike    ? " LIKE "
            : node.kind == MatchKind::kIlike ? " ILIKE "
                                             : " ~ ";
    expression(*node.pattern, kSum, Side::kValue);
  }
  void operator()(const IsMissing& node) {
    expression(*node.operand, kSum, Side::kField);
    out_ += node.negated ? " IS NOT MISSING" : " IS MISSING";
  }
  void operator()(const Not& node) {
    out_ += "NOT ";
    expression(*node.operand, kNot, Side::kField);
  }
  void operator()(const And& node) { chain(node.operands, " AND ", kNot); }
  void operator()(const Or& node) { chain(node.operands, " OR ", kAnd); }

 private:
  void chain(const std::vector<ExpressionPtr>& operands, std::string_view word, Level level) {
    for (const ExpressionPtr& operand : operands) {
      if (operand != operands.front()) out_ += word;
      expression(*operand, level, Side::kField);
    }
  }

  std::string out_;
  Side side_ = Side::kField;
};

}  // namespace

std::string print(const Expression& expression) {
  Printer printer;
  printer.expression(expression, kOr, Side::kField);
  return printer.take();
}

std::string print_value(const Expression& expression) {
  Printer printer;
  printer.expression(expression, kSum, Side::kValue);
  return printer.take();
}

std::string print(const Path& path) {
  Printer printer;
  printer.path(path);
  return printer.take();
}

std::string print_name(std::string_view name) {
  return is_word(name) && !is_reserved(name) ? std::string(name) : quote_text(name);
}

std::string quote_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result += '"';
}

}  // namespace cupel::grammar
