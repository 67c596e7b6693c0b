#include <fmt/format.h>

#include <chrono>
#include <csignal>

#include "cli/complete_line.hpp"
#include "cli/history.hpp"
#include "cli/line_reader.hpp"
#include "cli/output.hpp"
#include "cli/shell.hpp"

namespace cupel::cli {

int Shell::interactive() {
  // At the prompt Ctrl-C takes back the line; while a statement runs, it ends that.
  std::signal(SIGINT, SIG_IGN);
  interactive_ = true;
  const auto reader = make_line_reader(
      line_.editing, line_.safe(),
      [this](const std::string& text) { return complete_line(database_, session_, text); });
  put("cupel " + std::string(version()) +
      "; statements end with ;, .help tells more, and Ctrl-D leaves\n");
  const int code = prompt(*reader);
  if (code == kOk && !left_) put("\n");
  return code;
}

int Shell::prompt(LineReader& reader) {
  HistoryFile history(line_.editing && line_.history ? HistoryFile::place()
                                                     : std::filesystem::path());
  for (const std::string& statement : history.read()) reader.remember(statement);
  const auto remember = [&](std::string statement) {
    while (statement.ends_with('\n')) statement.pop_back();
    if (statement.empty()) return;
    reader.remember(statement);
    history.append(statement);
  };
  std::string pending;
  std::string open;
  std::string input;
  std::chrono::steady_clock::time_point cancelled{};
  while (!left_) {
    reader.set_pending(pending);
    const std::string ask =
        pending.empty() ? "cupel> " : fmt::format("{:>5}> ", open.empty() ? "..." : "..." + open);
    switch (reader.read(ask, input)) {
      case LineEnd::kEnd: return kOk;
      case LineEnd::kCancelled: {
        const auto now = std::chrono::steady_clock::now();
        const bool nothing = pending.empty() && input.empty();
        if (nothing && now - cancelled < std::chrono::seconds(1)) return kInterruptedBySignal;
        cancelled = nothing ? now : std::chrono::steady_clock::time_point{};
        pending.clear();
        continue;
      }
      case LineEnd::kLine: break;
    }
    if (pending.empty() && input.starts_with('.')) {
      remember(input);
      run_command(input, [&]() -> std::optional<std::string> {
        std::string line;
        return reader.read("", line) == LineEnd::kLine ? std::optional(line) : std::nullopt;
      });
      continue;
    }
    pending += input + "\n";
    const auto statements = split_script(pending);
    if (!statements.empty() && !statements.back().complete) {
      open = statements.back().open;
      continue;
    }
    if (!statements.empty()) remember(pending);
    for (const ScriptStatement& statement : statements)
      if (run_statement(statement.text) != kOk) break;
    pending.clear();
  }
  return kOk;
}

}  // namespace cupel::cli
