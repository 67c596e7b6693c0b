#include <re2/re2.h>

#include "engine/bind/binder.hpp"

namespace cupel::bind {
namespace {

/// RE2's reason, in words that need no knowledge of RE2.
std::string reason(const re2::RE2& regex) {
  const std::string part = regex.error_arg().empty() ? "" : " '" + regex.error_arg() + "'";
  switch (regex.error_code()) {
    case re2::RE2::ErrorBadEscape: return "it has an unknown escape" + part;
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange: return "it has an impossible set of characters" + part;
    case re2::RE2::ErrorMissingBracket: return "a ']' is missing" + part;
    case re2::RE2::ErrorMissingParen:
    case re2::RE2::ErrorUnexpectedParen: return "its parentheses do not match";
    case re2::RE2::ErrorTrailingBackslash: return "it ends with a backslash; write two to mean one";
    case re2::RE2::ErrorRepeatArgument: return "there is nothing to repeat before" + part;
    case re2::RE2::ErrorRepeatSize: return "it repeats too often" + part;
    case re2::RE2::ErrorRepeatOp: return "it repeats a repetition" + part;
    case re2::RE2::ErrorBadPerlOp:
    case re2::RE2::ErrorBadNamedCapture: return "it uses" + part + ", which RE2 does not have";
    case re2::RE2::ErrorBadUTF8: return "it is not UTF-8";
    case re2::RE2::ErrorPatternTooLarge: return "it is too large when compiled";
    default: return "it is not a regular expression of RE2";
  }
}

void check_like(const std::string& pattern, Span span) {
  bool escaped = false;
  for (const char c : pattern) escaped = !escaped && c == '\\';
  if (escaped)
    throw Error(ErrorCode::kSyntax,
                "the pattern ends with '\\', which escapes nothing; write '\\\\' for a backslash",
                span);
}

}  // namespace

void check_pattern(grammar::MatchKind kind, const std::string& pattern, Span span) {
  if (pattern.size() > kMaxPatternBytes)
    throw Error(ErrorCode::kLimit, "a pattern is at most 1,000 bytes long", span);
  if (kind != grammar::MatchKind::kRegex) {
    check_like(pattern, span);
    return;
  }
  re2::RE2::Options options(re2::RE2::Quiet);
  const re2::RE2 regex(pattern, options);
  if (!regex.ok())
    throw Error(ErrorCode::kSyntax, "the regular expression cannot be used: " + reason(regex),
                span);
}

}  // namespace cupel::bind
