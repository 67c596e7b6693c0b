#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/error_text.hpp"
#include "cupel/cupel.hpp"

namespace cupel::cli {

/// How results are written. kAuto: a table on a terminal, csv in a pipe.
enum class Format { kAuto, kTable, kCsv, kJson, kJsonl, kMarkdown, kChart };
inline constexpr const char* kFormatWords = "table, csv, json, jsonl, markdown, chart or auto";
/// Case does not matter.
std::optional<Format> format_named(std::string_view word);
std::string_view format_word(Format format);
std::vector<std::string> format_words();

/// One thing to run: `-c TEXT` or `-f FILE` ("-" for standard input), in the order given.
struct Job {
  bool is_file = false;
  std::string text;
};

enum class Action { kQuery, kDemo, kCheck, kSalvage, kStop };

/// The command line, understood.
struct CommandLine {
  Action action = Action::kQuery;
  int exit_code = 0;  ///< for kStop (help, version, usage error: already printed)
  std::string database;
  std::vector<Job> jobs;
  Format format = Format::kAuto;
  size_t table_rows = 40;
  bool echo = false;
  bool editing = true;  ///< of lines at the prompt
  bool history = true;
  bool json_errors = false;
  bool safe() const { return options.files_within.has_value(); }
  Color color = Color::kAuto;
  Options options;
  std::string demo_directory;
  uint32_t demo_images = 2000;
  uint64_t demo_seed = 1;
  std::string salvage_to;
};

/// Reads the arguments; prints help, version and usage errors itself.
CommandLine parse_command_line(int argc, char** argv);

/// The exit codes that scripts rely on (`cupel --help` lists them).
enum ExitCode : int {
  kOk = 0,
  kStatementFailed = 1,
  kUsage = 2,
  kCannotOpen = 3,
  kIoFailed = 4,
  kCancelled = 5,
  kInterruptedBySignal = 130,
};
int exit_code_of(const Error& error);

}  // namespace cupel::cli
