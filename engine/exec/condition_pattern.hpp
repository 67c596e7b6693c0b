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

 private:
  bool matches_pieces(std::string_view text) const;

  struct Expression;
  /// LIKE with no other wildcard than `%`: the texts between them, of which the first stands at
  /// the beginning and the last at the end. Empty: `expression_` decides.
  std::vector<std::string> pieces_;
  std::unique_ptr<const Expression> expression_;
};

}  // namespace cupel::exec
