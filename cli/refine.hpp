#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// Who is asked, and how.
struct Dialogue {
  std::function<std::optional<std::string>()> read;  ///< a line; nothing at the end of input
  std::function<void(const std::string&)> say;       ///< text for people, ready for a terminal
};

/// `.refine NAME [N]`: asks about the N rows (12) that would teach the autotag most, y (it is one),
/// n (it is not), s (skip) or q (stop), and learns from the answers: all of them at once, so that
/// one who stops half-way loses nothing. The end of input is q. `arguments`: what follows
/// `.refine`. Returns what REFINE AUTOTAG says; the errors are those of the statements, and
/// kSyntax.
Result<std::string> refine(Session& session, std::string_view arguments, const Dialogue& dialogue);

}  // namespace cupel::cli
