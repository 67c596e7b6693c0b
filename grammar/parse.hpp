#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/ast.hpp"

namespace cupel::grammar {

/// The limits of a statement's text (LANGUAGE.md 2.8), checked before the parser runs.
inline constexpr size_t kMaxStatementBytes = 1 << 20;
inline constexpr uint32_t kMaxNesting = 200;
inline constexpr uint32_t kMaxTokens = 250'000;  // an IN of 100,000 values is two a value
/// How deep a parsed tree may be: nesting within its limit fits always, so what is refused is one
/// chain of a thousand `+`. Whatever walks a tree may recurse; 512 KB of stack are enough to parse.
inline constexpr uint32_t kMaxTreeDepth = 1200;

/// Parses one statement (a trailing `;` is allowed). Throws Error: kSyntax with span and, where a
/// near word exists, a suggestion; kLimit past a limit. Thread-safe (one parse at a time in a
/// process).
Statement parse(std::string_view text);

/// Parses a query alone (a live slice's stored text).
Query parse_query(std::string_view text);

/// One statement of a script: where its text lies, without the `;`, blanks and comments around it.
struct ScriptPart {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t line = 1;     ///< line of `begin` in the script, from 1
  bool complete = true;  ///< false for a last part without `;` (strings, brackets may be open)
  /// What is still open at the end of an incomplete part: "", "'", "\"", "(", "[", "/*".
  std::string open;
  uint32_t open_at = 0;  ///< of an open text or comment: where it begins,
  uint32_t inside = 0;   ///< and where its first character is
};

/// Cuts a script at `;`, respecting strings and comments. Empty statements vanish. Never throws.
std::vector<ScriptPart> split_script(std::string_view script);

}  // namespace cupel::grammar
