#include <fmt/format.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>

#include "cli/demo/demo.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/shell.hpp"

namespace cupel::cli {
namespace {

int make_demo(const CommandLine& line) {
  demo::DemoOptions options;
  options.directory = line.demo_directory;
  options.images = line.demo_images;
  options.seed = line.demo_seed;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  demo::generate(options, [&](uint32_t done, uint32_t total) {
    if (terminal && (done % 50 == 0 || done == total))
      std::fputs(fmt::format("\r{} of {} images", done, total).c_str(), stderr);
  });
  if (terminal) std::fputs("\n", stderr);
  put(fmt::format(
      "{0}: {1} images in images/, items.jsonl, annotations.jsonl, predictions.jsonl, "
      "predictions-small.jsonl, embeddings.npy; the planted faults are in planted.json\n",
      terminal_text(line.demo_directory), line.demo_images));
  return kOk;
}

int check_database(const CommandLine& line) {
  std::vector<std::string> notes;
  const Result<std::vector<std::string>> findings = check(line.database, &notes);
  if (!findings) {
    std::fputs(describe(findings.error(), {}).c_str(), stderr);
    return kCannotOpen;
  }
  for (const std::string& finding : findings.value()) put(terminal_text(finding) + "\n");
  for (const std::string& note : notes) put("note: " + terminal_text(note) + "\n");
  if (findings.value().empty()) put("everything fits\n");
  return findings.value().empty() ? kOk : kCannotOpen;
}

int salvage_database(const CommandLine& line) {
  const Result<std::vector<std::string>> report = salvage(line.database, line.salvage_to);
  if (!report) {
    std::fputs(describe(report.error(), {}).c_str(), stderr);
    return report.error().code() == ErrorCode::kIo ? kIoFailed : kCannotOpen;
  }
  for (const std::string& sentence : report.value()) put(terminal_text(sentence) + "\n");
  return kOk;
}

int query(const CommandLine& line) {
  const Result<Database> database = open_database(line.database, line.options);
  if (!database) {
    std::fputs(describe(database.error(), {}).c_str(), stderr);
    return database.error().code() == ErrorCode::kLimit ? kCancelled : kCannotOpen;
  }
  Shell shell(database.value(), line);
  if (!line.jobs.empty()) return shell.run_jobs();
  if (isatty(STDIN_FILENO) != 0) return shell.interactive();
  return shell.run_script(read_all("-"));
}

int act(const CommandLine& line) {
  try {
    switch (line.action) {
      case Action::kStop: return line.exit_code;
      case Action::kDemo: return make_demo(line);
      case Action::kCheck: return check_database(line);
      case Action::kSalvage: return salvage_database(line);
      case Action::kQuery: break;
    }
    return query(line);
  } catch (const Error& error) {
    std::fputs(describe(error, {}).c_str(), stderr);
    return exit_code_of(error);
  }
}

int run(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  std::signal(SIGPIPE, SIG_IGN);
  return finish_output(act(parse_command_line(argc, argv)));
}

}  // namespace
}  // namespace cupel::cli

int main(int argc, char** argv) { return cupel::cli::run(argc, argv); }
