#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "cli/refine.hpp"
#include "cupel/cupel.hpp"

namespace cupel::cli {

/// Runs statements on one session and writes their answers to standard output; warnings, errors
/// and (unless a table is written) the sentences of statements that are no queries go to standard
/// error. Nothing but the public API is used. Control characters of the data are shown, in tables
/// and in csv and markdown alike, never sent; EXPORT writes them as they are.
class Shell {
 public:
  Shell(const Database& database, const CommandLine& line);

  /// Runs every statement and command of a script, in order, up to the first that fails. The lines
  /// after a command are the answers to what it asks. Returns the exit code.
  int run_script(std::string_view script);
  /// Runs `-c` and `-f` jobs in order, up to the first failure.
  int run_jobs();
  /// Reads statements from a terminal until end of input; errors do not end it.
  int interactive();

 private:
  // Each returns an exit code. That standard output failed is no statement's failure: output_works
  // says so.
  int run_statement(std::string_view statement);
  int answer(std::string_view statement);
  /// A line that begins with a point; `read` gives the lines after it.
  int run_command(std::string_view line, const std::function<std::optional<std::string>()>& read);
  /// A sentence about a change: beside the rows where these may be read by a program.
  void say(const std::string& sentence);
  int write_table(Cursor& cursor, std::string_view statement);
  int write_text(Cursor& cursor, std::string_view statement);
  int fail(const Error& error, std::string_view statement);

  Session session_;
  const CommandLine& line_;
  Format format_;
};

/// The whole of standard input or of a file; kIo when it cannot be read.
std::string read_all(const std::string& path);

}  // namespace cupel::cli
