#include "grammar/ast.hpp"

#include <algorithm>
#include <utility>

namespace cupel::grammar {
namespace {

/// Calls `visit` with every direct child pointer of `expression`, null ones left out, in the order
/// of the text.
template <typename Visit>
class Children {
 public:
  explicit Children(Visit& visit) : visit_(visit) {}

  void operator()(Literal&) {}
  void operator()(Parameter&) {}
  void operator()(Star&) {}
  void operator()(Subquery&) {}
  void operator()(Path& path) {
    for (Segment& segment : path.segments) {
      if (segment.filter) one(*segment.filter);
    }
    if (path.call_argument) one(*path.call_argument);
  }
  void operator()(Call& call) {
    all(call.arguments);
    for (NamedArgument& argument : call.named) one(argument.value);
  }
  void operator()(Arithmetic& node) { one(node.left), one(node.right); }
  void operator()(Negate& node) { one(node.operand); }
  void operator()(Compare& node) { one(node.left), one(node.right); }
  void operator()(In& node) { one(node.operand), all(node.values); }
  void operator()(Between& node) { one(node.operand), one(node.low), one(node.high); }
  void operator()(Match& node) { one(node.operand), one(node.pattern); }
  void operator()(IsMissing& node) { one(node.operand); }
  void operator()(Not& node) { one(node.operand); }
  void operator()(And& node) { all(node.operands); }
  void operator()(Or& node) { all(node.operands); }

 private:
  void one(ExpressionPtr& child) {
    if (child) visit_(child);
  }
  void all(std::vector<ExpressionPtr>& children) {
    for (ExpressionPtr& child : children) one(child);
  }

  Visit& visit_;
};

template <typename Visit>
void for_each_child(Expression& expression, Visit visit) {
  std::visit(Children<Visit>(visit), expression.node);
}

bool is_leaf(const Expression& expression) {
  return std::holds_alternative<Literal>(expression.node) ||
         std::holds_alternative<Parameter>(expression.node) ||
         std::holds_alternative<Star>(expression.node) ||
         std::holds_alternative<Subquery>(expression.node);
}

/// Moves the children of `expression` that could have children of their own into `pending`.
void take_children(Expression& expression, std::vector<ExpressionPtr>& pending) {
  for_each_child(expression, [&](ExpressionPtr& child) {
    if (!is_leaf(*child)) pending.push_back(std::move(child));
  });
}

ExpressionPtr clone_ptr(const ExpressionPtr& child) { return child ? clone(*child) : nullptr; }

std::vector<ExpressionPtr> clone_all(const std::vector<ExpressionPtr>& children) {
  std::vector<ExpressionPtr> copies;
  copies.reserve(children.size());
  for (const ExpressionPtr& child : children) copies.push_back(clone_ptr(child));
  return copies;
}

struct Cloner {
  Literal operator()(const Literal& node) { return node; }
  Parameter operator()(const Parameter& node) { return node; }
  Star operator()(const Star& node) { return node; }
  Subquery operator()(const Subquery& node) { return node; }
  Path operator()(const Path& path) {
    Path copy;
    copy.segments.reserve(path.segments.size());
    for (const Segment& segment : path.segments) {
      Segment s{segment.name, segment.quoted, segment.argument, std::nullopt, segment.span};
      if (segment.filter) s.filter = clone_ptr(*segment.filter);
      copy.segments.push_back(std::move(s));
    }
    if (path.call_argument) copy.call_argument = clone_ptr(*path.call_argument);
    return copy;
  }
  Call operator()(const Call& call) {
    Call copy{call.function, clone_all(call.arguments), {}};
    for (const NamedArgument& argument : call.named) {
      copy.named.push_back({argument.name, clone_ptr(argument.value)});
    }
    return copy;
  }
  Arithmetic operator()(const Arithmetic& n) {
    return {n.op, clone_ptr(n.left), clone_ptr(n.right)};
  }
  Negate operator()(const Negate& n) { return {clone_ptr(n.operand)}; }
  Compare operator()(const Compare& n) { return {n.op, clone_ptr(n.left), clone_ptr(n.right)}; }
  In operator()(const In& n) { return {clone_ptr(n.operand), clone_all(n.values), n.negated}; }
  Between operator()(const Between& n) {
    return {clone_ptr(n.operand), clone_ptr(n.low), clone_ptr(n.high), n.negated};
  }
  Match operator()(const Match& n) {
    return {n.kind, clone_ptr(n.operand), clone_ptr(n.pattern), n.negated};
  }
  IsMissing operator()(const IsMissing& n) { return {clone_ptr(n.operand), n.negated}; }
  Not operator()(const Not& n) { return {clone_ptr(n.operand)}; }
  And operator()(const And& n) { return {clone_all(n.operands)}; }
  Or operator()(const Or& n) { return {clone_all(n.operands)}; }
};

bool same(const ExpressionPtr& a, const ExpressionPtr& b) {
  return a && b ? equal(*a, *b) : !a && !b;
}

bool same(const std::optional<ExpressionPtr>& a, const std::optional<ExpressionPtr>& b) {
  return a && b ? same(*a, *b) : !a && !b;
}

bool same(const std::vector<ExpressionPtr>& a, const std::vector<ExpressionPtr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return same(x, y); });
}

struct Equal {
  bool operator()(const Literal& a, const Literal& b) {
    return a.value == b.value && a.bare == b.bare && a.date == b.date && a.text == b.text;
  }
  bool operator()(const Parameter& a, const Parameter& b) {
    return a.name == b.name && a.index == b.index;
  }
  bool operator()(const Star&, const Star&) { return true; }
  bool operator()(const Subquery& a, const Subquery& b) { return equal(*a.query, *b.query); }
  bool operator()(const Path& a, const Path& b) {
    const auto same_segment = [](const Segment& x, const Segment& y) {
      return x.name == y.name && x.quoted == y.quoted && x.argument == y.argument &&
             same(x.filter, y.filter);
    };
    return std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                      same_segment) &&
           same(a.call_argument, b.call_argument);
  }
  bool operator()(const Call& a, const Call& b) {
    const auto same_named = [](const NamedArgument& x, const NamedArgument& y) {
      return x.name == y.name && same(x.value, y.value);
    };
    return a.function == b.function && same(a.arguments, b.arguments) &&
           std::equal(a.named.begin(), a.named.end(), b.named.begin(), b.named.end(), same_named);
  }
  bool operator()(const Arithmetic& a, const Arithmetic& b) {
    return a.op == b.op && same(a.left, b.left) && same(a.right, b.right);
  }
  bool operator()(const Negate& a, const Negate& b) { return same(a.operand, b.operand); }
  bool operator()(const Compare& a, const Compare& b) {
    return a.op == b.op && same(a.left, b.left) && same(a.right, b.right);
  }
  bool operator()(const In& a, const In& b) {
    return a.negated == b.negated && same(a.operand, b.operand) && same(a.values, b.values);
  }
  bool operator()(const Between& a, const Between& b) {
    return a.negated == b.negated && same(a.operand, b.operand) && same(a.low, b.low) &&
           same(a.high, b.high);
  }
  bool operator()(const Match& a, const Match& b) {
    return a.kind == b.kind && a.negated == b.negated && same(a.operand, b.operand) &&
           same(a.pattern, b.pattern);
  }
  bool operator()(const IsMissing& a, const IsMissing& b) {
    return a.negated == b.negated && same(a.operand, b.operand);
  }
  bool operator()(const Not& a, const Not& b) { return same(a.operand, b.operand); }
  bool operator()(const And& a, const And& b) { return same(a.operands, b.operands); }
  bool operator()(const Or& a, const Or& b) { return same(a.operands, b.operands); }
  template <typename A, typename B>
  bool operator()(const A&, const B&) {
    return false;
  }
};

}  // namespace

Expression::Expression() = default;
Expression::Expression(Expression&&) noexcept = default;

Expression& Expression::operator=(Expression&& other) noexcept {
  // The old children may own `other`: they go last, when nothing is read from it any more.
  const auto old = std::exchange(node, std::move(other.node));
  span = other.span;
  parenthesised = other.parenthesised;
  return *this;
}

Expression::~Expression() {
  std::vector<ExpressionPtr> pending;
  take_children(*this, pending);
  while (!pending.empty()) {
    const ExpressionPtr next = std::move(pending.back());
    pending.pop_back();
    take_children(*next, pending);
  }
}

ExpressionPtr clone(const Expression& expression) {
  auto copy = std::make_unique<Expression>();
  std::visit([&](const auto& node) { copy->node = Cloner{}(node); }, expression.node);
  copy->span = expression.span;
  copy->parenthesised = expression.parenthesised;
  return copy;
}

bool equal(const Expression& a, const Expression& b) {
  return a.parenthesised == b.parenthesised && std::visit(Equal{}, a.node, b.node);
}

uint32_t depth(const Expression& expression) {
  struct Entry {
    const Expression* expression;
    uint32_t level;
  };
  uint32_t deepest = 0;
  std::vector<Entry> pending{{&expression, 1}};
  while (!pending.empty()) {
    const Entry entry = pending.back();
    pending.pop_back();
    deepest = std::max(deepest, entry.level);
    // for_each_child hands out mutable pointers; nothing is changed through them here.
    for_each_child(const_cast<Expression&>(*entry.expression), [&](ExpressionPtr& child) {
      pending.push_back({child.get(), entry.level + 1});
    });
  }
  return deepest;
}

void walk(Expression& expression, const std::function<bool(Expression&)>& visit) {
  if (!visit(expression)) return;
  for_each_child(expression, [&](ExpressionPtr& child) { walk(*child, visit); });
}

void walk(const Expression& expression, const std::function<bool(const Expression&)>& visit) {
  // for_each_child hands out mutable pointers; nothing is changed through them here.
  walk(const_cast<Expression&>(expression), [&](Expression& part) { return visit(part); });
}

}  // namespace cupel::grammar
