#include <fmt/format.h>

#include <charconv>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"

namespace cupel::grammar {
namespace {

using Parser = generated::QueryParser;

std::optional<int64_t> read_int(std::string_view digits, bool negative) {
  const std::string text = (negative ? "-" : "") + std::string(digits);
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<double> read_double(std::string_view digits, bool negative) {
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc()) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace

Value Builder::number(const Token& token, bool negative) const {
  const std::string_view digits = scan_.text.substr(token.begin, token.end - token.begin);
  const char* sign = negative ? "-" : "";
  if (token.type == Parser::INTEGER) {
    if (const auto value = read_int(digits, negative)) return *value;
    throw Error(ErrorCode::kSyntax,
                fmt::format("the number {}{} does not fit 64 bits; write it with a decimal point",
                            sign, digits),
                token.span(), fmt::format("{}.0", digits));
  }
  if (const auto value = read_double(digits, negative)) return *value;
  throw Error(
      ErrorCode::kSyntax,
      fmt::format("the number {}{} lies outside the range of a 64-bit decimal", sign, digits),
      token.span());
}

uint64_t Builder::whole_number(antlr4::tree::TerminalNode* node) const {
  const std::string_view digits = word(node);
  uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc()) return value;
  throw Error(ErrorCode::kSyntax, fmt::format("the number {} does not fit 64 bits", digits),
              token(node).span());
}

ExpressionPtr Builder::literal(antlr4::tree::TerminalNode* node, bool negative) {
  const Token& t = token(node);
  Literal result;
  switch (t.type) {
    case Parser::K_TRUE:
    case Parser::K_FALSE: result.value = Value(t.type == Parser::K_TRUE); break;
    case Parser::TEXT: result.value = unquoted(node); break;
    case Parser::DATE:
      result.date = true;
      result.text = word(node);
      // The scanner has let through only dates that exist.
      result.value = parse_timestamp(result.text).value();
      break;
    default: result.value = number(t, negative);
  }
  return make(std::move(result), t.span());
}

ExpressionPtr Builder::constant(Parser::ConstantContext* tree) {
  if (tree->parameter() != nullptr) return parameter(tree->parameter());
  if (tree->name() != nullptr) {
    Literal bare;
    bare.value = name(tree->name());
    bare.bare = true;
    return make(std::move(bare), span(tree));
  }
  const bool negative = tree->MINUS() != nullptr;
  auto* last = dynamic_cast<antlr4::tree::TerminalNode*>(tree->children.back());
  ExpressionPtr result = literal(last, negative);
  result->span = span(tree);
  return result;
}

ExpressionPtr Builder::parameter(Parser::ParameterContext* tree) {
  Parameter result;
  if (tree->PARAMETER() != nullptr) {
    result.name = word(tree->PARAMETER()).substr(1);
  } else {
    result.index = questions_++;
  }
  return make(std::move(result), span(tree));
}

}  // namespace cupel::grammar
