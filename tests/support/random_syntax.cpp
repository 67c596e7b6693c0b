#include <cmath>

#include "grammar/words.hpp"
#include "tests/support/random_query.hpp"
#include "tests/support/random_tree.hpp"

namespace cupel::testing {

using namespace grammar;

std::string RandomSyntax::word() {
  static const std::vector<std::string> kWords = {
      "label",    "area",    "count",  "metadata", "annotations", "items", "set",
      "live",     "slice",   "run",    "x",        "_y",          "Z9",    "update",
      "position", "missing", "sample", "to",       "format"};
  return kWords[below(kWords.size())];
}

std::string RandomSyntax::any_text() {
  static const std::vector<std::string> kTexts = {"traffic light",
                                                  "a\"b",
                                                  "it's",
                                                  "“quoted”",
                                                  "2021",
                                                  "verkehrsschild é",
                                                  "order",
                                                  "AND",
                                                  "-",
                                                  "a;b",
                                                  "--",
                                                  "/*",
                                                  "’",
                                                  "car",
                                                  "",
                                                  "🚗",
                                                  "two\nlines",
                                                  "a\"\"b"};
  return kTexts[below(kTexts.size())];
}

std::string RandomSyntax::word_or_text() {
  if (chance(60)) return word();
  std::string text = any_text();
  return text.empty() ? "empty" : text;
}

ExpressionPtr RandomSyntax::condition(int depth) {
  if (depth <= 0) return predicate(0);
  switch (below(5)) {
    case 0: return not_tree(condition(depth - 1));
    case 1:
    case 2: {
      std::vector<ExpressionPtr> operands;
      const bool all = chance(50);
      for (size_t i = 2 + below(3); i > 0; --i) operands.push_back(condition(depth - 1));
      return all ? and_tree(std::move(operands)) : or_tree(std::move(operands));
    }
    default: {
      ExpressionPtr result = predicate(depth);
      if (chance(15)) result->parenthesised = true;
      return result;
    }
  }
}

ExpressionPtr RandomSyntax::predicate(int depth) {
  ExpressionPtr left = fit(sum(depth, false), Binding::kSum);
  const bool negated = chance(30);
  switch (below(8)) {
    case 0: {
      In in{std::move(left), {}, negated};
      for (size_t i = 1 + below(3); i > 0; --i) {
        in.values.push_back(chance(10) ? parameter() : literal(true));
      }
      return tree(std::move(in));
    }
    case 1: {
      ExpressionPtr low = fit(sum(depth - 1, true), Binding::kSum);
      ExpressionPtr high = fit(sum(depth - 1, true), Binding::kSum);
      return tree(Between{std::move(left), std::move(low), std::move(high), negated});
    }
    case 2: {
      const auto kind = static_cast<MatchKind>(below(3));
      return tree(Match{kind, std::move(left), fit(sum(0, true), Binding::kSum),
                        negated && kind != MatchKind::kRegex});
    }
    case 3: return tree(IsMissing{std::move(left), negated});
    case 4: return left;
    default:
      return compare_tree(static_cast<CompareOp>(below(6)), std::move(left), sum(depth - 1, true));
  }
}

ExpressionPtr RandomSyntax::sum(int depth, bool value) {
  if (depth <= 0 || chance(50)) return primary(depth, value);
  if (chance(20)) {
    ExpressionPtr operand = fit(sum(depth - 1, value), Binding::kUnary);
    // The parser reads a minus before a number as part of it.
    const auto* literal = std::get_if<Literal>(&operand->node);
    const bool positive = literal != nullptr && binding_of(*operand) == Binding::kPrimary;
    if (positive && literal->value.is_number()) operand->parenthesised = true;
    return tree(Negate{std::move(operand)});
  }
  ExpressionPtr left = sum(depth - 1, value);
  ExpressionPtr right = sum(depth - 1, value);
  return arithmetic_tree(static_cast<ArithmeticOp>(below(5)), std::move(left), std::move(right));
}

ExpressionPtr RandomSyntax::primary(int depth, bool value) {
  if (in_assertion_ && chance(20)) return subquery();
  if (chance(8)) return parameter();
  if (value ? chance(70) : chance(25)) return literal(value);
  if (!value && chance(15)) return call(depth);
  if (value) {
    // A single word on this side would be a text: a field has a dot or a filter.
    Path dotted = path(depth);
    if (dotted.segments.size() == 1)
      dotted.segments.insert(dotted.segments.begin(), Segment{"item"});
    return tree(std::move(dotted));
  }
  return tree(path(depth));
}

ExpressionPtr RandomSyntax::literal(bool value) {
  switch (below(6)) {
    case 0: return constant_tree(static_cast<int64_t>(random_()));
    case 1: {
      const double number =
          std::ldexp(static_cast<double>(random_()), static_cast<int>(below(400)) - 200);
      return constant_tree(chance(20) ? -number : number);
    }
    case 2: return constant_tree(chance(50));
    case 3: {
      Literal date;
      date.date = true;
      date.text = chance(50) ? "2021-06-01" : "2021-06-01T12:30:05.25+02:00";
      date.value = parse_timestamp(date.text).value();
      return tree(std::move(date));
    }
    case 4: return constant_tree(word(), value);
    default: return constant_tree(any_text());
  }
}

ExpressionPtr RandomSyntax::parameter() {
  if (chance(50)) return tree(Parameter{word(), 0});
  return tree(Parameter{"", questions_++});
}

ExpressionPtr RandomSyntax::call(int depth) {
  static const std::vector<std::string> kNames = {"count", "sum", "bucket", "similarity", "f"};
  Call result{kNames[below(kNames.size())], {}, {}};
  for (size_t i = below(3); i > 0; --i) {
    // Elsewhere `word = value` would be a named argument.
    const bool any = result.function == "count";
    result.arguments.push_back(any ? condition(depth - 1) : sum(depth - 1, false));
  }
  if (result.function != "count" && chance(30)) {
    result.named.push_back({word(), fit(sum(depth - 1, true), Binding::kSum)});
  }
  return tree(std::move(result));
}

Path RandomSyntax::path(int depth) {
  Path result;
  for (size_t i = 1 + below(3); i > 0; --i) {
    Segment segment;
    segment.name = word();
    if (!result.segments.empty() && chance(30)) segment.name = chance(50) ? "order" : any_text();
    segment.quoted = !is_word(segment.name) || chance(10);
    if (depth > 0 && chance(15)) segment.filter = condition(depth - 2);
    result.segments.push_back(std::move(segment));
  }
  // A quoted name alone would be a text.
  if (result.segments.size() == 1) result.segments[0].quoted = false;
  if (chance(10)) {
    Segment run{"predictions"};
    run.argument = any_text();
    result.segments.insert(result.segments.begin(), std::move(run));
  }
  Segment& last = result.segments.back();
  if (result.segments.size() > 1 && !last.filter && !last.argument && depth > 0 && chance(15)) {
    ExpressionPtr argument = sum(depth - 1, false);
    const auto* literal = std::get_if<Literal>(&argument->node);
    // A text alone would be the name of a run.
    if (literal != nullptr && literal->value.is_text()) argument->parenthesised = true;
    result.call_argument = std::move(argument);
  }
  return result;
}

Source RandomSyntax::source() {
  Source result;
  result.kind = static_cast<SourceKind>(below(4));
  if (result.kind == SourceKind::kPredictions && chance(50)) result.run = word_or_text();
  return result;
}

Query RandomSyntax::query() {
  Query result;
  const size_t entries = chance(40) ? 1 + below(3) : 0;
  if (entries == 1 && chance(20)) {
    result.select.push_back({tree(Star{}), std::nullopt});
  } else {
    for (size_t i = 0; i < entries; ++i) {
      SelectEntry entry{condition(1), std::nullopt};
      if (chance(30)) entry.alias = word_or_text();
      result.select.push_back(std::move(entry));
    }
  }
  if (chance(40)) result.source = source();
  if (chance(70)) result.where = condition(3);
  if (chance(20)) {
    for (size_t i = 1 + below(2); i > 0; --i) result.group_by.push_back(sum(1, false));
  }
  if (chance(20)) result.having = condition(1);
  if (chance(30)) {
    for (size_t i = 1 + below(2); i > 0; --i)
      result.order_by.push_back({sum(1, false), chance(50)});
  }
  if (chance(10)) {
    result.sample = Sample{below(1000), std::nullopt};
    if (chance(50)) result.sample->seed = random_();
  }
  const bool empty = result.select.empty() && !result.source && !result.where &&
                     result.group_by.empty() && !result.having && result.order_by.empty() &&
                     !result.sample;
  if (empty || chance(30)) {
    result.limit = below(1000);
    result.exact = chance(20);
    if (chance(50)) result.offset = below(1000);
  }
  return result;
}

std::optional<FormatChoice> RandomSyntax::maybe_format() {
  if (chance(50)) return std::nullopt;
  FormatChoice result{name(), {}};
  for (size_t i = below(3); i > 0; --i) result.settings.push_back({name(), {any_text(), {}}});
  return result;
}

Import RandomSyntax::import_data() {
  Import result;
  result.what = static_cast<ImportWhat>(below(3));
  result.file = any_text();
  if (result.what == ImportWhat::kPredictions) result.run = name();
  result.format = maybe_format();
  result.update = chance(50);
  result.skip_errors = chance(50);
  return result;
}

Update RandomSyntax::update() {
  Update result;
  result.source = source();
  for (size_t i = 1 + below(3); i > 0; --i) {
    Assignment assignment;
    assignment.path = path(0);
    if (chance(70)) assignment.value = fit(sum(2, true), Binding::kSum);
    const auto* literal =
        assignment.value ? std::get_if<Literal>(&assignment.value->node) : nullptr;
    // `SET x = missing` removes the value.
    if (literal != nullptr && literal->bare && literal->value.as_text() == "missing") {
      assignment.value = nullptr;
    }
    result.assignments.push_back(std::move(assignment));
  }
  if (chance(70)) result.where = condition(2);
  return result;
}

Statement RandomSyntax::statement() {
  questions_ = 0;
  Statement result;
  const size_t kind = below(30);
  if (kind < 8) {
    slice_statement(kind, result);
  } else if (kind < 15) {
    data_statement(kind, result);
  } else if (kind < 19) {
    labels_statement(result);
  } else if (kind < 21) {
    evaluation_statement(result);
  } else if (kind < 23) {
    insights_statement(result);
  } else if (kind < 26) {
    vectors_statement(result);
  } else {
    result.node = query();
  }
  result.positional_parameters = questions_;
  return result;
}

void RandomSyntax::slice_statement(size_t kind, Statement& result) {
  CreateSlice create;
  create.name = name();
  switch (kind) {
    case 0:
      create.live = chance(50);
      create.query = query();
      result.node = std::move(create);
      break;
    case 1:
      for (size_t i = 1 + below(3); i > 0; --i) create.references.push_back(name());
      result.node = std::move(create);
      break;
    case 2: result.node = InsertIntoSlice{name(), query()}; break;
    case 3: result.node = DeleteFromSlice{name(), query()}; break;
    case 4: result.node = RenameSlice{name(), name()}; break;
    case 5: result.node = DropSlice{name()}; break;
    case 6: result.node = DescribeSlice{name()}; break;
    default: result.node = Explain{static_cast<ExplainAs>(below(3)), query()};
  }
}

void RandomSyntax::data_statement(size_t kind, Statement& result) {
  switch (kind) {
    case 8: {
      Show show{static_cast<ShowWhat>(below(8)), std::nullopt};
      const bool of = show.what == ShowWhat::kLabels || show.what == ShowWhat::kFields;
      if (of && chance(50)) show.source = source();
      result.node = std::move(show);
      break;
    }
    case 9: result.node = import_data(); break;
    case 10: {
      if (chance(30)) {
        Report node{query(), any_text(), {}, std::nullopt};
        if (chance(50)) node.images = Name{any_text(), {}};
        result.node = std::move(node);
        break;
      }
      result.node = Export{query(), any_text(), {}, maybe_format()};
      break;
    }
    case 11: result.node = update(); break;
    case 12: {
      Delete node;
      node.source = source();
      if (chance(70)) node.where = condition(2);
      result.node = std::move(node);
      break;
    }
    case 13: result.node = UseRun{name()}; break;
    default:
      if (chance(33)) {
        result.node = Begin{};
      } else if (chance(50)) {
        result.node = Commit{};
      } else {
        result.node = Rollback{};
      }
  }
}

}  // namespace cupel::testing
