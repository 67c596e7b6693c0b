#include "engine/exec/condition_pattern.hpp"

#include <re2/re2.h>

#include "cupel/error.hpp"

namespace cupel::exec {
namespace {

/// One character of a LIKE pattern after its escapes are read.
struct LikeCharacter {
  enum class Kind { kLiteral, kOne, kAny };
  Kind kind = Kind::kLiteral;
  char byte = 0;
};

std::vector<LikeCharacter> read_like(std::string_view pattern) {
  std::vector<LikeCharacter> out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    char byte = pattern[i];
    if (byte == '%') {
      out.push_back({LikeCharacter::Kind::kAny, byte});
    } else if (byte == '_') {
      out.push_back({LikeCharacter::Kind::kOne, byte});
    } else {
      if (byte == '\\' && i + 1 < pattern.size()) byte = pattern[++i];
      out.push_back({LikeCharacter::Kind::kLiteral, byte});
    }
  }
  return out;
}

/// The texts between `%`; nothing where `_` occurs.
std::vector<std::string> like_pieces(const std::vector<LikeCharacter>& like) {
  std::vector<std::string> pieces(1);
  for (const LikeCharacter& character : like) {
    if (character.kind == LikeCharacter::Kind::kOne) return {};
    if (character.kind == LikeCharacter::Kind::kAny) {
      pieces.emplace_back();
    } else {
      pieces.back().push_back(character.byte);
    }
  }
  return pieces;
}

std::string like_expression(const std::vector<LikeCharacter>& like, bool ignore_case) {
  std::string out = ignore_case ? "(?si)\\A" : "(?s)\\A";
  std::string literal;
  const auto end_literal = [&] {
    out += RE2::QuoteMeta(literal);
    literal.clear();
  };
  for (const LikeCharacter& character : like) {
    if (character.kind == LikeCharacter::Kind::kLiteral) {
      literal.push_back(character.byte);
      continue;
    }
    end_literal();
    out += character.kind == LikeCharacter::Kind::kAny ? ".*" : ".";
  }
  end_literal();
  return out + "\\z";
}

}  // namespace

struct TextPattern::Expression {
  explicit Expression(const std::string& text) : re2(text, RE2::Quiet) {
    if (!re2.ok())
      throw Error(ErrorCode::kSyntax, "the pattern is no regular expression: " + re2.error());
  }
  RE2 re2;
};

TextPattern::TextPattern(plan::PatternKind kind, const std::string& pattern) {
  if (kind == plan::PatternKind::kRegex) {
    expression_ = std::make_unique<const Expression>(pattern);
    return;
  }
  const std::vector<LikeCharacter> like = read_like(pattern);
  const bool ignore_case = kind == plan::PatternKind::kIlike;
  if (!ignore_case) pieces_ = like_pieces(like);
  if (pieces_.empty())
    expression_ = std::make_unique<const Expression>(like_expression(like, ignore_case));
}

TextPattern::~TextPattern() = default;

bool TextPattern::matches_pieces(std::string_view text) const {
  if (pieces_.size() == 1) return text == pieces_.front();
  if (!text.starts_with(pieces_.front())) return false;
  text.remove_prefix(pieces_.front().size());
  if (!text.ends_with(pieces_.back())) return false;
  text.remove_suffix(pieces_.back().size());
  for (size_t i = 1; i + 1 < pieces_.size(); ++i) {
    const size_t at = text.find(pieces_[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces_[i].size());
  }
  return true;
}

std::string_view TextPattern::prefix() const {
  return pieces_.empty() ? std::string_view() : std::string_view(pieces_.front());
}

bool TextPattern::matches(std::string_view text) const {
  if (!pieces_.empty()) return matches_pieces(text);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_->re2);
}

}  // namespace cupel::exec
