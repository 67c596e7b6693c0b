#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>

#include "cli/manual.hpp"
#include "cli/output.hpp"

namespace cupel::cli {
namespace {

constexpr const char* kFooter = R"(
Examples:
  cupel demo demo                                     make a sample dataset to try
  cupel street.cupel -c "IMPORT ITEMS FROM 'items.jsonl'"
  cupel street.cupel -c "annotations.count = 0"       images without ground truth
  cupel street.cupel --format jsonl -c "annotations.car > 5" | head
  cupel street.cupel < questions.sql                  a script from standard input

At the prompt and in scripts, .help lists the commands that begin with a point.

Exit codes: 0 ok, 1 a statement failed, 2 usage, 3 the database cannot be opened or is damaged,
4 I/O error or disk full, 5 cancelled or over a limit, 130 interrupted.)";

constexpr std::array<std::pair<std::string_view, Format>, 7> kFormats{
    {{"auto", Format::kAuto},
     {"table", Format::kTable},
     {"csv", Format::kCsv},
     {"json", Format::kJson},
     {"jsonl", Format::kJsonl},
     {"markdown", Format::kMarkdown},
     {"chart", Format::kChart}}};

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

Format format_of(const std::string& word) {
  const std::optional<Format> format = format_named(word);
  if (!format)
    throw CLI::ValidationError("--format", "'" + terminal_text(word) + "' is not " + kFormatWords);
  return *format;
}

Color color_of(const std::string& word) {
  if (lower(word) == "auto") return Color::kAuto;
  if (lower(word) == "always") return Color::kAlways;
  if (lower(word) == "never") return Color::kNever;
  throw CLI::ValidationError("--color",
                             "'" + terminal_text(word) + "' is not auto, always or never");
}

bool json_of(const std::string& word) {
  if (lower(word) == "text") return false;
  if (lower(word) == "json") return true;
  throw CLI::ValidationError("--errors", "'" + terminal_text(word) + "' is not text or json");
}

/// `-c` and `-f` keep the order in which they were given, which CLI11 does not tell across options.
std::vector<Job> jobs_in_order(const CLI::App& app, const CLI::Option* command,
                               const CLI::Option* file) {
  std::vector<Job> jobs;
  size_t commands = 0;
  size_t files = 0;
  for (const CLI::Option* option : app.parse_order()) {
    if (option == command) jobs.push_back({false, command->results()[commands++]});
    if (option == file) jobs.push_back({true, file->results()[files++]});
  }
  return jobs;
}

void add_database_options(CLI::App& app, CommandLine& line) {
  app.add_option_function<std::string>(
         "--format", [&line](const std::string& word) { line.format = format_of(word); },
         "table, csv, json, jsonl, markdown or chart (default: table on a terminal, csv in a pipe)")
      ->type_name("FORMAT");
  app.add_option("--rows", line.table_rows, "rows that a table shows; 0: all (default 40)")
      ->type_name("NUMBER");
  app.add_flag("--echo", line.echo, "print each statement before its answer");
  app.add_option_function<std::string>(
         "--errors", [&line](const std::string& word) { line.json_errors = json_of(word); },
         "text or json: errors and warnings as a JSON object a line (default text)")
      ->type_name("FORM");
  app.add_option_function<std::string>(
         "--color", [&line](const std::string& word) { line.color = color_of(word); },
         "auto, always or never; auto: on a terminal, unless NO_COLOR is set")
      ->type_name("WHEN");
  app.add_flag("--no-editor{false}", line.editing, "no editing of lines at the prompt");
  app.add_flag("--no-history{false}", line.history,
               "statements are neither remembered nor brought back");
  app.add_flag("--read-only", line.options.read_only,
               "open without the right to write, also beside a writer");
  app.add_option("--safe", line.options.files_within,
                 "statements and commands read and write no file outside this directory, and no "
                 "other program is run")
      ->type_name("DIRECTORY");
  app.add_flag("--strict", line.options.strict, "warnings are errors");
  app.add_option("--threads", line.options.threads, "threads of a query; 0: one a core")
      ->check(CLI::Range(0, 1024).description(""))
      ->type_name("NUMBER");
  app.add_option("--memory", line.options.memory_bytes,
                 "memory budget in bytes, also 512MB, 2GB (default: half of RAM, at most 4 GiB)")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->type_name("BYTES");
}

struct Subcommands {
  CLI::App* demo;
  CLI::App* check;
  CLI::App* salvage;

  Action chosen() const {
    if (demo->parsed()) return Action::kDemo;
    if (check->parsed()) return Action::kCheck;
    return salvage->parsed() ? Action::kSalvage : Action::kQuery;
  }
};

Subcommands add_subcommands(CLI::App& app, CommandLine& line) {
  CLI::App* demo = app.add_subcommand("demo", "make a sample street dataset with planted faults");
  demo->add_option("DIR", line.demo_directory, "directory to make it in")->required();
  demo->add_option("--images", line.demo_images, "number of images (default 2000)")
      ->check(CLI::Range(10, 1000000));
  demo->add_option("--seed", line.demo_seed,
                   "seed; the same seed makes the same bytes (default 1)");
  CLI::App* check =
      app.add_subcommand("check", "walk a whole database and report what does not fit");
  check->add_option("DIR", line.database, "database directory")->required();
  CLI::App* salvage = app.add_subcommand(
      "salvage", "get out of a damaged database what can be read, into a new one");
  salvage->add_option("DIR", line.database, "damaged database directory, which is not changed")
      ->required();
  salvage->add_option("NEW", line.salvage_to, "directory to make the new database in")->required();
  return {demo, check, salvage};
}

}  // namespace

std::optional<Format> format_named(std::string_view word) {
  for (const auto& [name, format] : kFormats)
    if (lower(std::string(word)) == name) return format;
  return std::nullopt;
}

std::string_view format_word(Format format) {
  for (const auto& [name, known] : kFormats)
    if (known == format) return name;
  return "auto";
}

std::vector<std::string> format_words() {
  std::vector<std::string> words;
  for (const auto& [name, format] : kFormats) words.emplace_back(name);
  return words;
}

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine line;
  CLI::App app{"Cupel: finds what is unlabelled, mislabelled or missed in a labelled dataset",
               "cupel"};
  app.footer(kFooter);
  app.set_version_flag("--version",
                       fmt::format("cupel {} (storage format {})", version(), storage_format()));
  app.add_option("DATABASE", line.database,
                 "database directory, made where there is none; or :memory:");
  std::vector<std::string> texts;
  std::vector<std::string> files;
  const CLI::Option* command =
      app.add_option("-c,--command", texts, "run the statements and leave (repeatable)")
          ->type_name("STATEMENT")
          ->take_all()
          ->expected(1);
  const CLI::Option* file =
      app.add_option("-f,--file", files,
                     "run the statements of a file; -: standard input (repeatable)")
          ->type_name("FILE")
          ->take_all()
          ->expected(1);
  add_database_options(app, line);

  const Subcommands parts = add_subcommands(app, line);
  // For those who make packages; no part of the help.
  CLI::App* manual =
      app.add_subcommand("manual", "the manual page, or completion for bash")->group("");
  std::string form;
  manual->add_option("FORM", form)->required()->check(CLI::IsMember({"man", "bash"}));
  try {
    app.parse(argc, argv);
    if (manual->parsed()) {
      put(form == "man" ? man_page(app) : bash_completion(app));
      line.action = Action::kStop;
      return line;
    }
    line.action = parts.chosen();
    if (line.action == Action::kQuery && line.database.empty())
      throw CLI::RequiredError("DATABASE");
  } catch (const CLI::ParseError& error) {
    line.action = Action::kStop;
    line.exit_code = app.exit(error) == 0 ? kOk : kUsage;
    return line;
  }
  line.jobs = jobs_in_order(app, command, file);
  return line;
}

int exit_code_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kIo: return kIoFailed;
    case ErrorCode::kCorruption: return kCannotOpen;
    case ErrorCode::kLimit: return kCancelled;
    case ErrorCode::kInterrupted: return kInterruptedBySignal;
    default: return kStatementFailed;
  }
}

}  // namespace cupel::cli
