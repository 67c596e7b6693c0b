#include "cli/shell.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <system_error>

#include "cli/chart.hpp"
#include "cli/output.hpp"
#include "cli/render.hpp"

namespace cupel::cli {
namespace {

/// The session that Ctrl-C stops. Written before the handler is installed.
Session* g_running = nullptr;
/// Whether Ctrl-C came while it ran.
volatile std::sig_atomic_t g_signalled = 0;

extern "C" void on_interrupt(int) {
  g_signalled = 1;
  if (g_running != nullptr) g_running->interrupt();
}

/// Makes Ctrl-C cancel the statement while one runs.
class InterruptGuard {
 public:
  explicit InterruptGuard(Session& session) {
    g_running = &session;
    g_signalled = 0;
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

/// A result as text for files and pipes, piece by piece.
class TextRows {
 public:
  TextRows(Format format, const Cursor& cursor)
      : array_(format == Format::kJson),
        json_(array_ || format == Format::kJsonl),
        raw_(cursor.json_rows()),
        text_(text_format(format)),
        columns_(cursor.columns()) {}

  std::string header() const {
    std::string out;
    if (!raw_) write_header(out, text_, columns_);
    if (raw_ && array_) out = "[";
    return json_ ? out : without_controls(out);
  }

  std::string batch(const Batch& batch) {
    std::string out;
    if (raw_) {
      write_raw(out, batch);
    } else {
      write_batch(out, text_, columns_, batch, first_);
    }
    first_ = false;
    return json_ ? out : without_controls(out);
  }

  std::string footer() const {
    std::string out;
    if (!raw_) write_footer(out, text_);
    if (raw_ && array_) out = "\n]\n";
    return out;
  }

 private:
  /// The one column holds rows that are JSON already.
  void write_raw(std::string& out, const Batch& batch) const {
    for (size_t row = 0; row < batch.rows; ++row) {
      if (array_) out += first_ && row == 0 ? "\n" : ",\n";
      out += batch.columns[0].text(row);
      if (!array_) out += '\n';
    }
  }

  bool array_;
  bool json_;
  bool raw_;
  TextFormat text_;
  const std::vector<ColumnInfo>& columns_;
  bool first_ = true;
};

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n;");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

/// What --echo prints of `gap`, the script from the end of one statement to the end of the next:
/// without the `;` in between and what else stands on that line.
std::string_view echoed(std::string_view gap) {
  size_t at = gap.find_first_not_of(" \t;");
  if (at != std::string_view::npos && gap.substr(at).starts_with("--")) at = gap.find('\n', at);
  return trimmed(gap.substr(std::min(at, gap.size())));
}

/// The lines of a text from a place on, which moves with them.
class Lines {
 public:
  Lines(std::string_view text, size_t& at) : text_(text), at_(at) {
    at_ = std::min(at_ + 1, text_.size());  // behind the end of the line that was read
  }
  std::optional<std::string> next() {
    if (at_ >= text_.size()) return std::nullopt;
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    std::string line(text_.substr(at_, end - at_));
    at_ = std::min(end + 1, text_.size());
    return line;
  }

 private:
  std::string_view text_;
  size_t& at_;
};

}  // namespace

std::string read_all(const std::string& path) {
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  std::string text;
  char buffer[65536];
  size_t got = 0;
  while (file != nullptr && (got = std::fread(buffer, 1, sizeof buffer, file)) > 0)
    text.append(buffer, got);
  const int failure = file == nullptr || std::ferror(file) != 0 ? errno : 0;
  if (file != nullptr && file != stdin) std::fclose(file);
  if (failure != 0)
    throw Error(ErrorCode::kIo, fmt::format("cannot read '{}': {}", path,
                                            std::generic_category().message(failure)));
  return text;
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
    if (code != kOk || !output_works()) return code;
  }
  return kOk;
}

int Shell::run_script(std::string_view script) {
  size_t done = 0;  // of the script
  for (std::vector<ScriptStatement> left = split_script(script); !left.empty();) {
    const std::string_view text = left.front().text;
    const bool command = text.starts_with('.');
    const size_t begin = static_cast<size_t>(text.data() - script.data());
    const size_t end =
        command ? std::min(script.find('\n', begin), script.size()) : begin + text.size();
    const std::string_view gap = script.substr(done, end - done);
    if (line_.echo)
      put(without_controls(done == 0 ? trimmed(gap) : echoed(gap)) + (command ? "\n" : ";\n"));
    done = end;
    int code = kOk;
    if (command) {
      Lines lines(script, done);
      code = run_command(script.substr(begin, end - begin), [&] { return lines.next(); });
      left = split_script(script.substr(done));
    } else {
      code = run_statement(text);
      left.erase(left.begin());
    }
    if (code != kOk || !output_works()) return code;
  }
  return kOk;
}

int Shell::run_command(std::string_view line,
                       const std::function<std::optional<std::string>()>& read) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r;"));
  if (word != ".refine")
    return fail(Error(ErrorCode::kSyntax,
                      fmt::format("there is no command {}; .refine NAME [N] asks about images for "
                                  "an autotag",
                                  terminal_text(word))),
                {});
  const Dialogue dialogue{read, [&](const std::string& text) {
                            say(text);
                            flush();
                          }};
  const Result<std::string> refined = refine(session_, line.substr(word.size()), dialogue);
  if (!refined) return fail(refined.error(), {});
  say(terminal_text(refined.value()) + "\n");
  return kOk;
}

int Shell::fail(const Error& error, std::string_view statement) {
  flush();
  std::fputs(describe(error, statement).c_str(), stderr);
  return exit_code_of(error);
}

int Shell::run_statement(std::string_view statement) {
  const InterruptGuard guard(session_);
  const int code = answer(statement);
  return code == kOk && g_signalled != 0 ? kInterruptedBySignal : code;
}

int Shell::answer(std::string_view statement) {
  const bool json = format_ == Format::kJsonl || format_ == Format::kJson;
  Result<Cursor> cursor = session_.run(statement, {}, json ? RowForm::kJson : RowForm::kFields);
  if (!cursor) return fail(cursor.error(), statement);
  for (const Warning& warning : cursor->warnings())
    std::fputs(describe(warning, statement).c_str(), stderr);
  const bool rows = !cursor->columns().empty();
  const bool sentence = !cursor->message().empty() || !rows;
  // What a change counted stands in its sentence; rows of another kind (conflicts, pairs) do not.
  if (rows && (!sentence || cursor->noun() != "rows")) {
    const int code = format_ == Format::kTable ? write_table(*cursor, statement)
                                               : write_text(*cursor, statement);
    if (code != kOk) return code;
  }
  // Of a query the sentence is known when its rows are: it tells how they were found.
  if (!rows || !cursor->message().empty()) say(terminal_text(cursor->message()) + "\n");
  return kOk;
}

void Shell::say(const std::string& sentence) {
  if (format_ == Format::kTable) {
    put(sentence);
  } else {
    std::fputs(sentence.c_str(), stderr);
  }
}

int Shell::write_table(Cursor& cursor, std::string_view statement) {
  // Bars are a bounded number already, and their queries are for csv and json.
  const auto bars = cursor.noun() == "bars" ? chart_columns(cursor.columns()) : std::nullopt;
  const size_t limit = bars ? 0 : line_.table_rows;
  std::vector<Batch> shown;
  uint64_t rows = 0;
  for (;;) {
    Result<std::optional<Batch>> batch = cursor.next();
    if (!batch) return fail(batch.error(), statement);
    if (!*batch) break;
    const uint64_t before = rows;
    rows += (*batch)->rows;
    if (limit != 0 && before >= limit) continue;
    if (limit != 0 && rows > limit) (*batch)->rows = limit - before;
    shown.push_back(std::move(**batch));
  }
  if (cursor.noun() == "lines") {
    put(render_lines(shown));
    flush();
    return kOk;
  }
  std::string out =
      bars ? render_chart(*bars, shown, chart_style()) : render_table(cursor.columns(), shown);
  if (limit != 0 && rows > limit) out += fmt::format("the first {} of ", limit);
  put(out + render_footer(rows, cursor.noun(), cursor.statistics().seconds) + "\n");
  flush();
  return kOk;
}

int Shell::write_text(Cursor& cursor, std::string_view statement) {
  TextRows rows(format_, cursor);
  for (bool first = true; output_works(); first = false) {
    const Result<std::optional<Batch>> batch = cursor.next();
    if (!batch) return fail(batch.error(), statement);
    if (first) put(rows.header());
    if (!batch.value()) {
      put(rows.footer());
      flush();
      break;
    }
    put(rows.batch(*batch.value()));
  }
  return kOk;
}

int Shell::interactive() {
  // At the prompt Ctrl-C takes back the line; while a statement runs, it ends that.
  std::signal(SIGINT, SIG_IGN);
  std::string pending;
  std::string input;
  put("cupel " + std::string(version()) + "; statements end with ; and Ctrl-D leaves\n");
  for (;;) {
    put(pending.empty() ? "cupel> " : "  ...> ");
    if (!flush() || !std::getline(std::cin, input)) break;
    if (pending.empty() && input.starts_with('.')) {
      run_command(input, [] {
        std::string line;
        return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
      });
      continue;
    }
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
