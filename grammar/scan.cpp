#include "grammar/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "QueryLexer.h"
#include "antlr4-runtime.h"
#include "cupel/value.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

using Lexer = generated::QueryLexer;

constexpr std::string_view kByteOrderMark = "\uFEFF";

/// The byte at which each code point of a text begins, and at last the end of the text.
std::vector<uint32_t> code_point_offsets(std::string_view text) {
  std::vector<uint32_t> offsets;
  offsets.reserve(text.size() + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      offsets.push_back(static_cast<uint32_t>(i));
    }
  }
  offsets.push_back(static_cast<uint32_t>(text.size()));
  return offsets;
}

/// Keywords by their upper-case spelling; words of the language that have no token type (they
/// belong to statements that the parser does not know) are plain words.
const std::unordered_map<std::string, size_t>& keyword_types(Lexer& lexer) {
  static const auto types = [&lexer] {
    std::unordered_map<std::string, size_t> map;
    for (const std::string& word : keywords()) {
      const size_t type = lexer.getTokenType("K_" + word);
      if (type != antlr4::Token::INVALID_TYPE) map.emplace(word, type);
    }
    return map;
  }();
  return types;
}

bool is_quotable(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Turns raw tokens into ours, one by one, and refuses the mistakes that lie in a single word.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Scan run() {
    check_bytes(text_);
    const size_t skipped = text_.substr(0, 3) == kByteOrderMark ? kByteOrderMark.size() : 0;
    if (text_.substr(skipped, 3) == kByteOrderMark) unknown_character(skipped);
    offsets_ = code_point_offsets(text_.substr(skipped));
    for (uint32_t& offset : offsets_) offset += static_cast<uint32_t>(skipped);

    antlr4::ANTLRInputStream input(std::string(text_.substr(skipped)));
    Lexer lexer(&input);
    lexer.removeErrorListeners();
    const auto& types = keyword_types(lexer);
    scan_.text = text_;
    for (;;) {
      const std::unique_ptr<antlr4::Token> raw = lexer.nextToken();
      if (raw->getType() == antlr4::Token::EOF) break;
      if (raw->getChannel() != antlr4::Token::DEFAULT_CHANNEL) continue;
      add({raw->getType(), offsets_[raw->getStartIndex()], offsets_[raw->getStopIndex() + 1]},
          types);
    }
    const auto end = static_cast<uint32_t>(text_.size());
    scan_.tokens.push_back({antlr4::Token::EOF, end, end});
    return std::move(scan_);
  }

 private:
  void add(Token token, const std::unordered_map<std::string, size_t>& types) {
    if (scan_.tokens.size() >= kMaxTokens) {
      throw Error(ErrorCode::kLimit,
                  fmt::format("the statement has more than {} words and signs", kMaxTokens),
                  token.span());
    }
    if (token.type == Lexer::WORD && previous() != Lexer::DOT) {
      const auto keyword = types.find(upper(word(token)));
      if (keyword != types.end()) token.type = keyword->second;
    }
    check(token);
    scan_.tokens.push_back(token);
  }

  void check(const Token& token) const {
    switch (token.type) {
      case Lexer::OPEN_QUOTE:
        throw Error(ErrorCode::kSyntax,
                    fmt::format("the text that begins with this {} is never closed", word(token)),
                    token.span());
      case Lexer::OPEN_COMMENT:
        throw Error(ErrorCode::kSyntax,
                    "the comment that begins with this /* is never closed by */", token.span());
      case Lexer::FOREIGN: foreign(token);
      case Lexer::OTHER: unknown_character(token.begin);
      case Lexer::DATE: check_date(token); break;
      default: break;
    }
    check_neighbours(token);
  }

  /// A number glued to a word or to another number is one malformed thing, not two.
  void check_neighbours(const Token& token) const {
    if (scan_.tokens.empty() || scan_.tokens.back().end != token.begin) return;
    const Token& last = scan_.tokens.back();
    const bool number = token.type == Lexer::INTEGER || token.type == Lexer::DECIMAL;
    const bool after_number =
        last.type == Lexer::INTEGER || last.type == Lexer::DECIMAL || last.type == Lexer::DATE;
    const bool is_word = token.type == Lexer::WORD || token.type < Lexer::DATE;
    const bool name_before = last.type == Lexer::WORD || last.type == Lexer::TEXT ||
                             last.type == Lexer::RPAREN || last.type == Lexer::RBRACKET ||
                             last.type < Lexer::DATE;
    if (number && word(token).front() == '.' && name_before) digits_as_name(token.begin + 1);
    if (!after_number || !(is_word || number || token.type == Lexer::DATE)) return;
    const Span span{last.begin, quotable_end(token.begin)};
    const std::string written(text_.substr(span.begin, span.end - span.begin));
    throw Error(ErrorCode::kSyntax,
                fmt::format("'{}' is neither a number nor a name; text stands in quotes", written),
                span, quote_text(written));
  }

  [[noreturn]] void digits_as_name(uint32_t begin) const {
    const Span span{begin, quotable_end(begin)};
    const std::string name(text_.substr(span.begin, span.end - span.begin));
    throw Error(
        ErrorCode::kSyntax,
        fmt::format("a name that begins with a digit stands in quotes: {}", quote_text(name)), span,
        quote_text(name));
  }

  void check_date(const Token& token) const {
    if (parse_timestamp(word(token))) return;
    throw Error(ErrorCode::kSyntax,
                fmt::format("there is no date {}; dates are written year-month-day", word(token)),
                token.span());
  }

  [[noreturn]] void foreign(const Token& token) const {
    const std::string_view sign = word(token);
    std::string_view ours = "NOT";
    Span span = token.span();
    if (sign == "=>") ours = ">=";
    if (sign == "=<") ours = "<=";
    if (sign.front() == '&') ours = "AND";
    if (sign.front() == '|') ours = "OR";
    if (sign == "!") {
      const size_t next = text_.find_first_not_of(" \t\r\n", span.end);
      if (next != std::string_view::npos && text_[next] == '=') {
        ours = "!=";
        span.end = static_cast<uint32_t>(next + 1);
      }
    }
    throw Error(ErrorCode::kSyntax,
                fmt::format("'{}' is not an operator here; write {}",
                            text_.substr(span.begin, span.end - span.begin), ours),
                span, std::string(ours));
  }

  [[noreturn]] void unknown_character(size_t at) const {
    size_t begin = at;
    while (begin > 0 && is_quotable(text_[begin - 1])) --begin;
    uint32_t end = quotable_end(at);
    if (static_cast<unsigned char>(text_[at]) < 0x80) {
      const auto place = static_cast<uint32_t>(at);
      throw Error(
          ErrorCode::kSyntax,
          fmt::format("the character '{}' has no meaning here; text stands in quotes", text_[at]),
          Span{place, place + 1});
    }
    const std::string written(text_.substr(begin, end - begin));
    throw Error(
        ErrorCode::kSyntax,
        fmt::format("'{}' holds letters or signs beyond A to Z, 0 to 9 and _, so it stands in "
                    "quotes",
                    written),
        Span{static_cast<uint32_t>(begin), end}, quote_text(written));
  }

  uint32_t quotable_end(size_t at) const {
    while (at < text_.size() && is_quotable(text_[at])) ++at;
    return static_cast<uint32_t>(at);
  }

  static std::string upper(std::string_view word) {
    std::string result(word);
    for (char& c : result) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
  }

  size_t previous() const { return scan_.tokens.empty() ? 0 : scan_.tokens.back().type; }
  std::string_view word(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  std::string_view text_;
  std::vector<uint32_t> offsets_;
  Scan scan_;
};

}  // namespace

Scan scan(std::string_view text) { return Scanner(text).run(); }

}  // namespace cupel::grammar
