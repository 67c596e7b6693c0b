#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::cli {

/// A command of the shell: a line that begins with a point. The help, the man page and the
/// completion are made of this table.
enum class Takes { kNothing, kFile, kDatabase, kFormat, kSwitch, kTopic, kTag };
struct Command {
  std::string_view name;       ///< ".mode"
  std::string_view arguments;  ///< "FORMAT"; in brackets what may be left out
  std::string_view summary;    ///< half a sentence
  Takes takes = Takes::kNothing;  ///< what its first argument is, for completion
};
std::span<const Command> commands();

/// A line cut into words; a word in single or double quotes may hold blanks.
std::vector<std::string> words_of(std::string_view line);

/// What `.help` tells of besides commands.
std::vector<std::string> topics();

/// What `.help` says: without a topic all commands, of a command what it does, of a statement's
/// first words an example. Empty for a topic that is unknown.
std::string help_text(std::string_view topic);

/// The commands nearest to a word that is none, for "did you mean".
std::string nearest_command(std::string_view word);

}  // namespace cupel::cli
