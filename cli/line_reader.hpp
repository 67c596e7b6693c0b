#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::cli {

/// What became of a prompt.
enum class LineEnd {
  kLine,       ///< a line was read
  kCancelled,  ///< Ctrl-C: the line is to be thrown away
  kEnd,        ///< Ctrl-D on an empty line, or the end of input
};

/// Reads lines from a person or a pipe. One thread.
class LineReader {
 public:
  /// What may follow a text up to the cursor, which is the statement so far and the line.
  using Completer = std::function<Completions(const std::string& text)>;

  virtual ~LineReader() = default;
  /// Shows the prompt and reads one line, without its end.
  virtual LineEnd read(const std::string& prompt, std::string& line) = 0;
  /// A statement that the arrow keys and Ctrl-R bring back; oldest first.
  virtual void remember(const std::string& statement) = 0;
  /// The lines of the statement before the one that is read, for completion.
  virtual void set_pending(const std::string& text) = 0;
};

/// Editing of the line, history and completion where both ends are terminals and `editing` is
/// wanted (libedit; TERM=dumb has none), plain lines otherwise. `safe`: no key runs a program, and
/// none can be bound anew.
std::unique_ptr<LineReader> make_line_reader(bool editing, bool safe,
                                             LineReader::Completer completer);

}  // namespace cupel::cli
