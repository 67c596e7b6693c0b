#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// `overlap`, `overlaps`, `inside`, `distance`: an object's box beside those of the other objects
/// of its item.
namespace cupel::bind {
namespace {

using Function = plan::Pairwise::Function;
using Labels = plan::Pairwise::Labels;

struct Kind {
  const char* name;
  Function function;
  bool condition;
};
constexpr Kind kKinds[] = {{"overlap", Function::kOverlap, false},
                           {"overlaps", Function::kOverlap, true},
                           {"inside", Function::kInside, true},
                           {"distance", Function::kDistance, false}};

const Kind* kind_of(const std::string& function) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const Kind& kind) { return function == kind.name; });
  return found == std::end(kKinds) ? nullptr : found;
}

/// One call, argument by argument.
class PairwiseCall {
 public:
  PairwiseCall(Binder& binder, const grammar::Call& call, const grammar::Expression& e,
               const Rows& rows)
      : binder_(binder), call_(call), e_(e), rows_(rows), kind_(*kind_of(call.function)) {}

  /// The number that the call is, or of which it is a condition.
  ExpressionPtr number() {
    check_place();
    binder_.count_term(e_.span);
    if (call_.arguments.empty() || call_.arguments.size() > (kind_.condition ? 2 : 1))
      wrong_arguments();
    const ObjectSet others = this->others(*call_.arguments[0]);
    const Labels labels = this->labels();
    ExpressionPtr label;
    if (labels != Labels::kAny) label = binder_.field(others.table, "label");
    const uint32_t boxes = binder_.add_collection(
        others, others.where, plan::Collection::Function::kBoxes, std::move(label));
    return plan::make_expression(plan::Pairwise{kind_.function, boxes, labels}, Type::kFloat64);
  }

  ConditionPtr condition(ExpressionPtr number) {
    plan::CompareOp op = plan::CompareOp::kGreaterEqual;
    Value bound = 1.0;
    if (call_.arguments.size() == 2) {
      bound = share(*call_.arguments[1]);
    } else if (kind_.function == Function::kOverlap) {
      op = plan::CompareOp::kGreater;
      bound = 0.0;
    }
    return plan::make_condition(plan::CompareConstant{std::move(number), op, std::move(bound)});
  }

 private:
  std::string name() const { return kind_.name; }

  void check_place() const {
    const std::string text = grammar::print(e_);
    if (rows_.groups != nullptr) {
      const std::string instead = (kind_.condition ? "count(" : "max(") + text + ")";
      throw Error(ErrorCode::kType,
                  "'" + text + "' differs within a group; aggregate it, as in " + instead, e_.span,
                  instead);
    }
    if (!rows_.items()) return;
    std::string instead = "annotations[" + text + "]";
    if (!kind_.condition)
      instead = (kind_.function == Function::kDistance ? "annotations.min(" : "annotations.max(") +
                text + ")";
    throw Error(ErrorCode::kType,
                name() + " compares one object with the others of its item; write " + instead +
                    ", or query FROM annotations",
                e_.span, instead);
  }

  [[noreturn]] void wrong_arguments() const {
    std::string message = name() + " takes annotations or predictions";
    if (kind_.condition)
      message += std::string(" and, if wanted, a ") +
                 (kind_.function == Function::kInside ? "share" : "threshold");
    message += ", as in " + name() + "(annotations[label = car]";
    throw Error(ErrorCode::kType, message + (kind_.condition ? ", 0.5)" : ")"), e_.span);
  }

  /// `annotations.car` says what `annotations[label = car]` says, and is not taken for it: after a
  /// dot stand counts and fields.
  [[noreturn]] void no_path(const grammar::Path& path, Span span) const {
    const grammar::Segment& head = path.segments[0];
    const grammar::Segment& label = path.segments[1];
    std::string instead;
    if (!head.filter && path.segments.size() == 2 && !path.call_argument &&
        (label.quoted || !is_reserved_after_collection(label.name)))
      instead = head.name + (head.argument ? "(" + grammar::quote_text(*head.argument) + ")" : "") +
                "[label = " + dotted_name(label.name) + "]";
    throw Error(ErrorCode::kType,
                name() + " takes annotations or predictions, narrowed by a condition in [ ] only",
                span, instead);
  }

  ObjectSet others(const grammar::Expression& argument) const {
    const auto* path = std::get_if<grammar::Path>(&argument.node);
    if (path == nullptr) wrong_arguments();
    const grammar::Segment& head = path->segments.front();
    const bool annotations = is_word(head, "annotations");
    if (!annotations && !is_word(head, "predictions")) wrong_arguments();
    if (path->segments.size() > 1) no_path(*path, argument.span);
    if (annotations && head.argument)
      throw Error(ErrorCode::kType, "annotations have no runs", head.span, "annotations");
    ObjectSet others;
    others.table =
        annotations ? storage::kAnnotations : binder_.run_table(head.argument, head.span);
    others.text = binder_.source_text(others.table);
    const Rows rows{.table = others.table, .top = false, .filter = true};
    if (head.filter) others.where = binder_.condition(**head.filter, rows);
    return others;
  }

  Labels labels() const {
    if (call_.named.empty()) return Labels::kAny;
    const grammar::NamedArgument& last = call_.named.back();
    if (call_.named.size() > 1 || last.name != "label")
      throw Error(ErrorCode::kType,
                  name() + " has one argument with a name: label = same, or label = other",
                  e_.span);
    const std::optional<Value> value = binder_.constant(*last.value);
    if (value && *value == Value("same")) return Labels::kSame;
    if (value && *value == Value("other")) return Labels::kOther;
    throw Error(ErrorCode::kType,
                "label is same or other here; a condition on labels stands in [ ], as in "
                "annotations[label = car]",
                last.value->span);
  }

  double share(const grammar::Expression& argument) const {
    const std::optional<Value> value = binder_.constant(argument);
    const bool fits =
        value && value->is_number() && value->as_double() >= 0 && value->as_double() <= 1;
    if (fits) return value->as_double();
    throw Error(ErrorCode::kType,
                kind_.function == Function::kInside
                    ? "the share of inside is a number from 0 to 1"
                    : "the threshold of overlaps is a number from 0 to 1",
                argument.span);
  }

  Binder& binder_;
  const grammar::Call& call_;
  const grammar::Expression& e_;
  const Rows& rows_;
  const Kind& kind_;
};

}  // namespace

bool is_pairwise(const grammar::Call& call) { return kind_of(call.function) != nullptr; }

bool is_pairwise_condition(const grammar::Expression& e) {
  const auto* call = std::get_if<grammar::Call>(&e.node);
  const Kind* kind = call == nullptr ? nullptr : kind_of(call->function);
  return kind != nullptr && kind->condition;
}

ExpressionPtr Binder::pairwise_number(const grammar::Call& call, const grammar::Expression& e,
                                      const Rows& rows) {
  if (is_pairwise_condition(e)) {
    const bool overlaps = kind_of(call.function)->function == Function::kOverlap;
    throw Error(ErrorCode::kType,
                "'" + text_of(e) + "' is a condition" +
                    (overlaps ? "; overlap(…) is the number" : ", and a value is wanted here"),
                e.span);
  }
  const size_t place = reserve_mention(rows);
  ExpressionPtr number = PairwiseCall(*this, call, e, rows).number();
  mention(place, number);
  return number;
}

/// `overlaps` speaks of the number that it compares; the share of `inside` has no name to be shown
/// under.
ConditionPtr Binder::pairwise_condition(const grammar::Expression& e, const Rows& rows) {
  const auto& call = std::get<grammar::Call>(e.node);
  PairwiseCall bound(*this, call, e, rows);
  const size_t place = reserve_mention(rows);
  ExpressionPtr number = bound.number();
  if (kind_of(call.function)->function == Function::kOverlap) mention(place, number);
  return bound.condition(std::move(number));
}

}  // namespace cupel::bind
