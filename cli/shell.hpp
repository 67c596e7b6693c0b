#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/progress.hpp"
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
  using NextLine = std::function<std::optional<std::string>()>;

  // Each returns an exit code. That standard output failed is no statement's failure: output_works
  // says so.
  int run_statement(std::string_view statement);
  int answer(std::string_view statement);
  int answer_cursor(Cursor& cursor, std::string_view statement);
  int write_table(Cursor& cursor, std::string_view statement, bool as_chart);
  int write_text(Cursor& cursor, std::string_view statement, Format format);
  int fail(const Error& error, std::string_view statement);
  void warn(const Warning& warning, std::string_view statement);
  /// A sentence about a change: beside the rows where these may be read by a program.
  void say(const std::string& sentence);
  /// Text for people that may be tall.
  void show(const std::string& text);
  std::string footer(const Cursor& cursor, uint64_t rows, size_t columns, size_t limit) const;
  /// The statement with the last query in place of a `_` that stands for it.
  std::string expanded(std::string_view statement) const;

  // commands (shell_commands.cpp)
  /// A line that begins with a point; `read` gives the lines after it.
  int run_command(std::string_view line, const NextLine& read);
  int dispatch(const std::vector<std::string>& words, const NextLine& read);
  int set(const std::vector<std::string>& words);
  int set_mode(const std::string& word);
  int read_script(const std::string& path);
  int open(const std::string& path);
  int refine_tag(std::string_view arguments, const NextLine& read);
  int list_fields(const std::string& pattern);
  int once(const std::string& path);
  std::string settings() const;

  int prompt(class LineReader& reader);

  Database database_;
  Session session_;
  const CommandLine& line_;
  std::string place_;  ///< the name of the database
  Format mode_;  ///< as chosen; kAuto: by where the result goes
  size_t table_rows_;
  bool timer_ = true;
  bool pager_ = true;
  bool interactive_ = false;
  bool left_ = false;  ///< .quit
  int reading_ = 0;    ///< files of .read that are being run
  std::string last_query_;
  std::string output_;                     ///< of .output; empty: standard output
  std::optional<Format> mode_after_once_;  ///< set: the next result goes to the file that is begun
  ProgressLine progress_;
};

/// Opens a database; says on standard error when it is a new one.
Result<Database> open_database(const std::string& path, const Options& options);

/// The whole of standard input or of a file; kIo when it cannot be read.
std::string read_all(const std::string& path);

}  // namespace cupel::cli
