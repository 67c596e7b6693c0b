#include <fmt/format.h>

#include <algorithm>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

std::string lower(std::string_view word) {
  std::string result(word);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// The word or text of an expression that is nothing else, as `predictions(run_a)` needs it.
std::optional<std::string> single_name(const Expression& expression) {
  if (const auto* path = std::get_if<Path>(&expression.node)) {
    const Segment& only = path->segments.front();
    const bool plain = path->segments.size() == 1 && !only.argument && !only.filter &&
                       !path->call_argument && !expression.parenthesised;
    return plain ? std::optional(only.name) : std::nullopt;
  }
  const auto* literal = std::get_if<Literal>(&expression.node);
  const bool text = literal != nullptr && literal->value.is_text() && !expression.parenthesised;
  return text ? std::optional(literal->value.as_text()) : std::nullopt;
}

}  // namespace

ExpressionPtr Builder::reference(Parser::ReferenceContext* tree, Place place) {
  auto* first = tree->head();
  if (tree->step().empty() && first->filter() == nullptr) {
    if (first->TEXT() != nullptr) return literal(first->TEXT(), false);
    if (first->arguments() != nullptr && name(first->name()) != "predictions") return call(first);
    if (first->arguments() == nullptr && place == Place::kValue) {
      Literal bare;
      bare.value = name(first->name());
      bare.bare = true;
      return make(std::move(bare), span(tree));
    }
  }
  return make(path(tree), span(tree));
}

ExpressionPtr Builder::call(Parser::HeadContext* tree) {
  Call result;
  result.function = lower(name(tree->name()));
  for (auto* argument : tree->arguments()->argument()) {
    if (argument->STAR() != nullptr) {
      throw Error(ErrorCode::kSyntax,
                  fmt::format("'*' is not an argument; write {}()", result.function), span(tree),
                  fmt::format("{}()", result.function));
    }
    // `count(label = car)` counts rows; in every other function `name = value` names an argument.
    auto named = result.function == "count" ? std::nullopt : named_argument(argument);
    if (named) {
      result.named.push_back(std::move(*named));
    } else if (result.named.empty()) {
      result.arguments.push_back(condition(argument->condition(), Place::kField));
    } else {
      throw Error(ErrorCode::kSyntax, "an argument with a name stands after all those without",
                  span(argument));
    }
  }
  return make(std::move(result), span(tree));
}

std::optional<NamedArgument> Builder::named_argument(Parser::ArgumentContext* tree) {
  auto* condition = tree->condition();
  if (condition->conjunction().size() != 1) return std::nullopt;
  auto* conjunction = condition->conjunction(0);
  auto* predicate = conjunction->negation(0)->predicate();
  if (conjunction->negation().size() != 1 || predicate == nullptr) return std::nullopt;
  auto* tail = dynamic_cast<Parser::ComparisonContext*>(predicate->predicateTail());
  if (tail == nullptr || tail->compareOperator()->EQUAL() == nullptr) return std::nullopt;
  auto* left = predicate->sum();
  auto* next = left->getStart();
  const bool one_word = next == left->getStop() && next->getType() != Parser::TEXT &&
                        (next->getType() == Parser::WORD || next->getType() < Parser::DATE);
  if (!one_word) return std::nullopt;
  const Token& t = token(next);
  if (t.type == Parser::K_TRUE || t.type == Parser::K_FALSE) return std::nullopt;
  return NamedArgument{std::string(scan_.text.substr(t.begin, t.end - t.begin)),
                       sum(tail->sum(), Place::kValue)};
}

Path Builder::path(Parser::ReferenceContext* tree) {
  Path result;
  result.segments.push_back(head(tree->head()));
  const auto steps = tree->step();
  for (size_t i = 0; i < steps.size(); ++i) step(steps[i], i + 1 == steps.size(), result);
  return result;
}

Segment Builder::head(Parser::HeadContext* tree) {
  Segment segment;
  if (tree->TEXT() != nullptr) {
    segment.name = unquoted(tree->TEXT());
    segment.quoted = true;
    segment.span = token(tree->TEXT()).span();
  } else {
    segment.name = name(tree->name());
    segment.span = span(tree->name());
    if (tree->arguments() != nullptr)
      segment.argument = run_argument(segment.name, tree->arguments());
  }
  if (tree->filter() != nullptr) segment.filter = filter(tree->filter());
  return segment;
}

void Builder::step(Parser::StepContext* tree, bool last, Path& path) {
  Segment segment;
  segment.quoted = tree->TEXT() != nullptr;
  auto* word_node = segment.quoted ? tree->TEXT() : tree->WORD();
  segment.name = segment.quoted ? unquoted(word_node) : std::string(word(word_node));
  segment.span = token(word_node).span();
  if (auto* arguments = tree->arguments()) {
    if (arguments->argument().empty()) {
      throw Error(ErrorCode::kSyntax,
                  fmt::format("'{}' takes no parentheses after a dot", segment.name),
                  Span{segment.span.begin, span(arguments).end}, print_name(segment.name));
    }
    auto* only = arguments->argument(0);
    const bool text =
        only->getStart() == only->getStop() && only->getStart()->getType() == Parser::TEXT;
    if (text || !last || tree->filter() != nullptr || arguments->argument().size() != 1 ||
        only->STAR() != nullptr) {
      segment.argument = run_argument(segment.name, arguments);
    } else {
      path.call_argument = condition(only->condition(), Place::kField);
    }
  }
  if (tree->filter() != nullptr) segment.filter = filter(tree->filter());
  path.segments.push_back(std::move(segment));
}

std::string Builder::run_argument(const std::string& function, Parser::ArgumentsContext* tree) {
  if (tree->argument().size() == 1 && tree->argument(0)->condition() != nullptr) {
    const ExpressionPtr only = condition(tree->argument(0)->condition(), Place::kField);
    if (auto name = single_name(*only)) return std::move(*name);
  }
  throw Error(ErrorCode::kSyntax,
              fmt::format("'{0}' takes one name here, as in {0}(\"first run\")", function),
              span(tree));
}

ExpressionPtr Builder::filter(Parser::FilterContext* tree) {
  return condition(tree->condition(), Place::kField);
}

std::string Builder::name(Parser::NameContext* tree) const {
  const Token& t = token(tree->getStart());
  return std::string(scan_.text.substr(t.begin, t.end - t.begin));
}

std::string Builder::text_of(Parser::NameOrTextContext* tree) const {
  return tree->TEXT() != nullptr ? unquoted(tree->TEXT()) : name(tree->name());
}

Name Builder::name_or_text(Parser::NameOrTextContext* tree) const {
  Name result{text_of(tree), span(tree)};
  if (result.text.empty()) throw Error(ErrorCode::kSyntax, "a name must not be empty", result.span);
  return result;
}

std::string Builder::unquoted(antlr4::tree::TerminalNode* node) const {
  const std::string_view whole = word(node);
  const bool straight = whole.front() == '"' || whole.front() == '\'';
  const bool straight_end = whole.back() == '"' || whole.back() == '\'';
  std::string_view inner = whole.substr(straight ? 1 : 3);
  inner.remove_suffix(straight_end ? 1 : 3);
  const bool single =
      whole.front() == '\'' || whole.substr(0, 3) == "\u2018" || whole.substr(0, 3) == "\u2019";
  static constexpr std::string_view kDouble[] = {"\"", "\u201C", "\u201D", "\u201E"};
  static constexpr std::string_view kSingle[] = {"'", "\u2018", "\u2019"};
  std::string result;
  for (size_t at = 0; at < inner.size();) {
    const auto doubled = [&](std::string_view quote) {
      const bool counts = !straight || quote == whole.substr(0, 1);
      return counts && inner.substr(at, quote.size()) == quote &&
             inner.substr(at + quote.size(), quote.size()) == quote;
    };
    const auto* found = single ? std::find_if(std::begin(kSingle), std::end(kSingle), doubled)
                               : std::find_if(std::begin(kDouble), std::end(kDouble), doubled);
    const bool hit = found != (single ? std::end(kSingle) : std::end(kDouble));
    const size_t size = hit ? found->size() : 1;
    result += inner.substr(at, size);
    at += hit ? 2 * size : 1;
  }
  return result;
}

const Token& Builder::token(antlr4::Token* raw) const { return scan_.tokens[raw->getTokenIndex()]; }

const Token& Builder::token(antlr4::tree::TerminalNode* node) const {
  return token(node->getSymbol());
}

std::string_view Builder::word(antlr4::tree::TerminalNode* node) const {
  const Token& t = token(node);
  return scan_.text.substr(t.begin, t.end - t.begin);
}

Span Builder::span(antlr4::ParserRuleContext* tree) const {
  return {token(tree->getStart()).begin, token(tree->getStop()).end};
}

}  // namespace cupel::grammar
