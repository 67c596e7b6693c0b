#include "cli/shell.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "cli/candidates.hpp"
#include "cli/chart.hpp"
#include "cli/error_text.hpp"
#include "cli/output.hpp"
#include "cli/pager.hpp"
#include "cli/render.hpp"
#include "cli/text_rows.hpp"

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

/// kAuto: a table on a terminal, csv in a pipe.
Format chosen(Format format) {
  if (format != Format::kAuto) return format;
  return output_is_terminal() ? Format::kTable : Format::kCsv;
}

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

Result<Database> open_database(const std::string& path, const Options& options) {
  const bool is_new = path != ":memory:" && !std::filesystem::exists(path);
  Result<Database> database = Database::open(path, options);
  if (database.ok() && is_new)
    std::fputs(fmt::format("note: {} is a new, empty database\n", terminal_text(path)).c_str(),
               stderr);
  return database;
}

Shell::Shell(const Database& database, const CommandLine& line)
    : database_(database),
      session_(database.session()),
      line_(line),
      place_(line.database),
      mode_(line.format),
      table_rows_(line.table_rows) {
  session_.on_progress([this](const Progress& progress) { progress_.show(progress); });
}

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

int Shell::fail(const Error& error, std::string_view statement) {
  progress_.wipe();
  flush();
  std::fputs(line_.json_errors ? error_json(error, statement).c_str()
                               : painted(describe(error, statement), line_.color).c_str(),
             stderr);
  return exit_code_of(error);
}

void Shell::warn(const Warning& warning, std::string_view statement) {
  const Error same(ErrorCode::kName, warning.message, warning.span, warning.suggestion);
  std::fputs(line_.json_errors ? error_json(same, statement, "warning").c_str()
                               : painted(describe(warning, statement), line_.color).c_str(),
             stderr);
}

int Shell::run_statement(std::string_view statement) {
  const InterruptGuard guard(session_);
  progress_.begin();
  int code = kOk;
  try {
    code = answer(expanded(statement));
  } catch (const Error& error) {
    code = fail(error, statement);
  }
  progress_.end();
  return code == kOk && g_signalled != 0 ? kInterruptedBySignal : code;
}

int Shell::answer(std::string_view statement) {
  const Format format = chosen(mode_);
  const bool json = format == Format::kJsonl || format == Format::kJson;
  Result<Cursor> cursor = session_.run(statement, {}, json ? RowForm::kJson : RowForm::kFields);
  progress_.wipe();
  if (!cursor) return fail(cursor.error(), statement);
  for (const Warning& warning : cursor->warnings()) warn(warning, statement);
  const std::string_view noun = cursor->noun();
  if (noun == "items" || noun == "annotations" || noun == "predictions" || noun == "objects" ||
      noun == "groups")
    last_query_ = statement;
  const int code = answer_cursor(*cursor, statement);
  if (mode_after_once_) {
    mode_ = *mode_after_once_;
    mode_after_once_.reset();
    end_file();
    if (!output_.empty()) begin_file(database_.reachable(output_, true).value(), FileIs::kContinued);
  }
  return code;
}

int Shell::answer_cursor(Cursor& cursor, std::string_view statement) {
  const Format format = chosen(mode_);
  const bool rows = !cursor.columns().empty();
  const bool sentence = !cursor.message().empty() || !rows;
  // What a change counted stands in its sentence; rows of another kind (conflicts, pairs) do not.
  if (rows && (!sentence || cursor.noun() != "rows")) {
    const bool chart = format == Format::kChart;
    const int code = format == Format::kTable || chart ? write_table(cursor, statement, chart)
                                                       : write_text(cursor, statement, format);
    if (code != kOk) return code;
  }
  // Of a query the sentence is known when its rows are: it tells how they were found.
  if (!rows || !cursor.message().empty()) say(terminal_text(cursor.message()) + "\n");
  return kOk;
}

void Shell::say(const std::string& sentence) {
  const Format format = chosen(mode_);
  if (format == Format::kTable || format == Format::kChart) {
    put(sentence);
  } else {
    std::fputs(sentence.c_str(), stderr);
  }
}

void Shell::show(const std::string& text) {
  const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  const bool tall = interactive_ && pager_ && !line_.safe() && output_is_terminal() && lines >= terminal_height();
  if (tall && flush() && page(text)) return;
  put(text);
  flush();
}

std::string Shell::footer(const Cursor& cursor, uint64_t rows, size_t columns, size_t limit) const {
  std::string out;
  if (limit != 0 && rows > limit) out += fmt::format("the first {} of ", limit);
  out += render_count(rows, cursor.noun());
  const Statistics spent = cursor.statistics();
  if (timer_ && output_is_terminal() && spent.chunks_total > 0) {
    out += fmt::format(" ({:.3f} s, {}, {} of {} chunks)", spent.seconds,
                       render_count(spent.columns_read, "columns"), spent.chunks_read,
                       spent.chunks_total);
  } else if (timer_) {
    out += fmt::format(" ({:.3f} s)", spent.seconds);
  }
  const size_t all = cursor.columns().size();
  if (columns < all) out += fmt::format(" ({} of {} columns; .mode csv shows all)", columns, all);
  return out + "\n";
}

int Shell::write_table(Cursor& cursor, std::string_view statement, bool as_chart) {
  // Bars are a bounded number already, and their queries are for csv and json.
  const auto bars =
      as_chart || cursor.noun() == "bars" ? chart_columns(cursor.columns()) : std::nullopt;
  const size_t limit = bars ? 0 : table_rows_;
  std::vector<Batch> shown;
  uint64_t rows = 0;
  for (;;) {
    Result<std::optional<Batch>> batch = cursor.next();
    progress_.wipe();
    if (!batch) return fail(batch.error(), statement);
    if (!*batch) break;
    const uint64_t before = rows;
    rows += (*batch)->rows;
    if (limit != 0 && before >= limit) continue;
    if (limit != 0 && rows > limit) (*batch)->rows = limit - before;
    shown.push_back(std::move(**batch));
  }
  if (cursor.noun() == "lines") {
    show(render_lines(shown));
    return kOk;
  }
  const size_t all = cursor.columns().size();
  if (bars) {
    show(render_chart(*bars, shown, chart_style()) + footer(cursor, rows, all, limit));
    return kOk;
  }
  const size_t width = output_is_terminal() ? terminal_width() : 0;
  const RenderedTable table = render_table(cursor.columns(), shown, width);
  show(table.text + footer(cursor, rows, table.columns, limit));
  return kOk;
}

int Shell::write_text(Cursor& cursor, std::string_view statement, Format format) {
  TextRows rows(format, cursor);
  for (bool first = true; output_works(); first = false) {
    const Result<std::optional<Batch>> batch = cursor.next();
    progress_.wipe();
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

}  // namespace cupel::cli
