#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/plan.hpp"

namespace cupel::exec {

/// LIKE, ILIKE or a regular expression, ready to match. Immutable; any thread.
class TextPattern {
 public:
  /// Throws kSyntax when the regular expression is none.
  TextPattern(plan::PatternKind kind, const std::string& pattern);
  ~TextPattern();
  TextPattern(const TextPattern&) = delete;
  TextPattern& operator=(const TextPattern&) = delete;

  bool matches(std::string_view text) const;
  /// What every text that matches begins with; may be empty.
  std::string_view prefix() const;
  /// Whether every text that begins so matches.
  bool is_prefix() const { return pieces_.size() == 2 && pieces_.back().empty(); }

 private:
  bool matches_pieces(std::string_view text) const;

  struct Expression;
  /// LIKE with no other wildcard than `%`: the texts between them, of which the first stands at
  /// the beginning and the last at the end. Empty: `expression_` decides.
  std::vector<std::string> pieces_;
  std::unique_ptr<const Expression> expression_;
};

}  // namespace cupel::exec
