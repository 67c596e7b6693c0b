#include "cli/shell.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/render.hpp"

namespace cupel::cli {
namespace {

/// The session that Ctrl-C stops. Written before the handler is installed.
Session* g_running = nullptr;

extern "C" void on_interrupt(int) {
  if (g_running != nullptr) g_running->interrupt();
}

/// Makes Ctrl-C cancel the statement while one runs.
class InterruptGuard {
 public:
  explicit InterruptGuard(Session& session) {
    g_running = &session;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, &before_);
  }
  ~InterruptGuard() {
    sigaction(SIGINT, &before_, nullptr);
    g_running = nullptr;
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_ {};
};

Format chosen(Format format) {
  if (format != Format::kAuto) return format;
  return isatty(STDOUT_FILENO) != 0 ? Format::kTable : Format::kCsv;
}

TextFormat text_format(Format format) {
  switch (format) {
    case Format::kJson: return TextFormat::kJson;
    case Format::kJsonl: return TextFormat::kJsonl;
    case Format::kMarkdown: return TextFormat::kMarkdown;
    default: return TextFormat::kCsv;
  }
}

/// Standard output that cannot be written (a full disk, a closed pipe) ends the program's work.
bool put(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

}  // namespace

std::string read_all(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Error(ErrorCode::kIo, fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  return {std::istreambuf_iterator<char>(file), {}};
}

Shell::Shell(const Database& database, const CommandLine& line)
    : session_(database.session()), line_(line), format_(chosen(line.format)) {}

int Shell::run_jobs() {
  for (const Job& job : line_.jobs) {
    int code = kOk;
    try {
      code = run_script(job.is_file ? read_all(job.text) : job.text);
    } catch (const Error& error) {
      code = fail(error, {});
    }
    if (code != kOk) return code;
  }
  return kOk;
}

int Shell::run_script(std::string_view script) {
  for (const ScriptStatement& statement : split_script(script)) {
    if (line_.echo) put(fmt::format("> {};\n", statement.text));
    const int code = run_statement(statement.text);
    if (code != kOk) return code;
  }
  return kOk;
}

int Shell::fail(const Error& error, std::string_view statement) {
  std::fflush(stdout);
  std::fputs(describe(error, statement).c_str(), stderr);
  return exit_code_of(error);
}

int Shell::run_statement(std::string_view statement) {
  const InterruptGuard guard(session_);
  const bool json = format_ == Format::kJsonl || format_ == Format::kJson;
  Result<Cursor> cursor = session_.run(statement, {}, json ? RowForm::kJson : RowForm::kFields);
  if (!cursor) return fail(cursor.error(), statement);
  for (const Warning& warning : cursor->warnings())
    std::fputs(describe(warning, statement).c_str(), stderr);
  if (!cursor->message().empty() || cursor->columns().empty()) {
    const std::string sentence = terminal_text(cursor->message()) + "\n";
    std::fputs(sentence.c_str(), format_ == Format::kTable ? stdout : stderr);
    return kOk;
  }
  int code = kOk;
  const bool written = write_rows(*cursor, statement, code);
  if (code != kOk) return code;
  if (written && std::fflush(stdout) == 0) return kOk;
  if (errno == EPIPE) return kOk;
  std::fputs(fmt::format("error: cannot write the answer: {}\n", std::strerror(errno)).c_str(), stderr);
  return kIoFailed;
}

bool Shell::write_rows(Cursor& cursor, std::string_view statement, int& exit_code) {
  return format_ == Format::kTable ? write_table(cursor, statement, exit_code)
                                   : write_text(cursor, statement, exit_code);
}

bool Shell::write_table(Cursor& cursor, std::string_view statement, int& exit_code) {
  std::vector<Batch> shown;
  uint64_t rows = 0;
  for (;;) {
    Result<std::optional<Batch>> batch = cursor.next();
    if (!batch) {
      exit_code = fail(batch.error(), statement);
      return true;
    }
    if (!*batch) break;
    const uint64_t before = rows;
    rows += (*batch)->rows;
    if (line_.table_rows != 0 && before >= line_.table_rows) continue;
    if (line_.table_rows != 0 && rows > line_.table_rows) (*batch)->rows = line_.table_rows - before;
    shown.push_back(std::move(**batch));
  }
  if (cursor.noun() == "lines") return put(render_lines(shown));
  std::string out = render_table(cursor.columns(), shown);
  if (line_.table_rows != 0 && rows > line_.table_rows)
    out += fmt::format("the first {} of ", line_.table_rows);
  out += render_footer(rows, cursor.noun(), cursor.statistics().seconds) + "\n";
  return put(out);
}

bool Shell::write_text(Cursor& cursor, std::string_view statement, int& exit_code) {
  const TextFormat format = text_format(format_);
  const bool raw = cursor.json_rows();
  const bool array = format_ == Format::kJson;
  std::string out;
  bool first = true;
  if (!raw) write_header(out, format, cursor.columns());
  if (raw && array) out += "[";
  for (;;) {
    Result<std::optional<Batch>> batch = cursor.next();
    if (!batch) {
      put(out);
      exit_code = fail(batch.error(), statement);
      return true;
    }
    if (!*batch) break;
    for (size_t row = 0; raw && row < (*batch)->rows; ++row) {
      if (array) out += first && row == 0 ? "\n" : ",\n";
      out += (*batch)->columns[0].text(row);
      if (!array) out += '\n';
    }
    if (!raw) write_batch(out, format, cursor.columns(), **batch, first);
    first = false;
    if (!put(out)) return false;
    out.clear();
  }
  if (raw && array) out += "\n]\n";
  if (!raw) write_footer(out, format);
  return put(out);
}

int Shell::interactive() {
  std::string pending;
  std::string input;
  put("cupel " + std::string(version()) + "; statements end with ; and Ctrl-D leaves\n");
  for (;;) {
    put(pending.empty() ? "cupel> " : "  ...> ");
    std::fflush(stdout);
    if (!std::getline(std::cin, input)) break;
    pending += input + "\n";
    const auto statements = split_script(pending);
    if (!statements.empty() && !statements.back().complete) continue;
    for (const ScriptStatement& statement : statements)
      if (run_statement(statement.text) != kOk) break;
    pending.clear();
  }
  put("\n");
  return kOk;
}

}  // namespace cupel::cli
