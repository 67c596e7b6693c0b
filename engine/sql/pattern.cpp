#include <algorithm>

#include "cupel/error.hpp"
#include "engine/sql/compare.hpp"
#include "engine/sql/literal.hpp"

/// Texts that match.
namespace cupel::sql {
namespace {

/// A LIKE pattern for a regular expression of characters that mean themselves, with `^` and `$`
/// at its ends; nothing for all others.
std::optional<std::string> like_of(std::string_view regex) {
  constexpr std::string_view kMeaning = "\\.+*?()|[]{}^$";
  const bool from_start = regex.starts_with('^');
  if (from_start) regex.remove_prefix(1);
  std::string like = from_start ? "" : "%";
  for (size_t i = 0; i < regex.size(); ++i) {
    char c = regex[i];
    if (c == '$' && i + 1 == regex.size()) return like;
    if (c == '\\' && i + 1 < regex.size() && kMeaning.find(regex[i + 1]) != kMeaning.npos) {
      c = regex[++i];
    } else if (kMeaning.find(c) != kMeaning.npos) {
      return std::nullopt;
    }
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c;
  }
  return like + "%";
}

}  // namespace

Term matches(const Typed& value, plan::PatternKind kind, const std::string& pattern) {
  const auto& text = value.get(Type::kText);
  if (!text) return always(false);
  std::string like = pattern;
  if (kind == plan::PatternKind::kRegex) {
    const auto same = like_of(pattern);
    if (!same)
      throw Error(ErrorCode::kUnsupported,
                  "the regular expression " + text_literal(pattern) +
                      " has no SQL, for databases differ in theirs; use LIKE where it says enough");
    like = *same;
  }
  Term out{.text = text->in(Binding::kSum) +
                   (kind == plan::PatternKind::kIlike ? " ILIKE " : " LIKE ") + text_literal(like),
           .binding = Binding::kTest,
           .nullable = text->nullable};
  if (like.find('\\') != std::string::npos) out.text += " ESCAPE '\\'";
  return out;
}

}  // namespace cupel::sql
