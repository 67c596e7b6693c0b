#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/refine.hpp"
#include "cli/shell.hpp"

namespace cupel::cli {
namespace {

Error wrong(std::string sentence) { return Error(ErrorCode::kSyntax, std::move(sentence)); }

/// The format that the name of a file says; kAuto where it says none.
Format format_of_file(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  if (extension == ".csv") return Format::kCsv;
  if (extension == ".json") return Format::kJson;
  if (extension == ".jsonl") return Format::kJsonl;
  if (extension == ".md") return Format::kMarkdown;
  return extension == ".txt" ? Format::kTable : Format::kAuto;
}

bool switched(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[1] == "on") return true;
  if (words.size() == 2 && words[1] == "off") return false;
  throw wrong(fmt::format("say {0} on or {0} off", words[0]));
}

std::string_view on_off(bool on) { return on ? "on" : "off"; }

}  // namespace

int Shell::run_command(std::string_view line, const NextLine& read) {
  const std::vector<std::string> words = words_of(line);
  try {
    if (words.front() == ".refine") return refine_tag(line.substr(7), read);
    return dispatch(words, read);
  } catch (const Error& error) {
    return fail(error, {});
  }
}

int Shell::dispatch(const std::vector<std::string>& words, const NextLine&) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kShows = {
      {{".labels", "SHOW LABELS"},
       {".runs", "SHOW RUNS"},
       {".slices", "SHOW SLICES"},
       {".tags", "SHOW AUTOTAGS"}}};
  for (const auto& [name, statement] : kShows)
    if (words[0] == name) return run_statement(statement);
  const std::string argument = words.size() > 1 ? words[1] : std::string();
  const auto needs = [&](std::string_view what) {
    if (argument.empty()) throw wrong(fmt::format("{} needs {}", words[0], what));
  };
  if (words[0] == ".help") {
    const std::string text = help_text(argument);
    if (text.empty())
      throw wrong(fmt::format("there is no help on '{}'; .help lists what there is", argument));
    show(text);
  } else if (words[0] == ".quit" || words[0] == ".exit") {
    left_ = true;
  } else if (words[0] == ".last" || words[0] == ".chart") {
    if (last_query_.empty()) throw Error(ErrorCode::kName, "there is no last query; run one first");
    const Format before = mode_;
    if (words[0] == ".chart") mode_ = Format::kChart;
    const int code = run_statement(last_query_);
    mode_ = before;
    return code;
  } else if (words[0] == ".read") {
    needs("the name of a file");
    return read_script(argument);
  } else if (words[0] == ".open") {
    needs("a database");
    return open(argument);
  } else if (words[0] == ".fields") {
    return list_fields(argument);
  } else if (words[0] == ".once") {
    needs("the name of a file");
    return once(argument);
  } else {
    return set(words);
  }
  return kOk;
}

int Shell::set(const std::vector<std::string>& words) {
  const std::string argument = words.size() > 1 ? words[1] : std::string();
  if (words[0] == ".mode") return set_mode(argument);
  if (words[0] == ".show") {
    put(settings());
  } else if (words[0] == ".timer") {
    timer_ = switched(words);
  } else if (words[0] == ".pager") {
    pager_ = switched(words);
  } else if (words[0] == ".rows") {
    const char* end = argument.data() + argument.size();
    if (argument.empty() || std::from_chars(argument.data(), end, table_rows_).ptr != end)
      throw wrong(".rows needs a number; 0: all rows");
  } else if (words[0] == ".output") {
    end_file();
    output_.clear();
    if (argument.empty()) return kOk;
    begin_file(database_.reachable(argument, true).value());
    output_ = argument;
  } else {
    const std::string nearest = nearest_command(words[0]);
    throw Error(ErrorCode::kSyntax,
                fmt::format("there is no command {}; .help lists them", terminal_text(words[0])),
                std::nullopt, nearest);
  }
  return kOk;
}

int Shell::set_mode(const std::string& word) {
  const std::optional<Format> format = format_named(word);
  if (!format)
    throw wrong(fmt::format("there is no mode '{}'; say {}", terminal_text(word), kFormatWords));
  mode_ = *format;
  return kOk;
}

int Shell::once(const std::string& path) {
  begin_file(database_.reachable(path, true).value());
  if (!mode_after_once_) mode_after_once_ = mode_;
  const Format by_name = format_of_file(path);
  if (by_name != Format::kAuto) mode_ = by_name;
  return kOk;
}

int Shell::read_script(const std::string& path) {
  constexpr int kDeepest = 16;
  if (reading_ == kDeepest)
    throw Error(ErrorCode::kLimit,
                fmt::format("{} is read {} files deep; does a file read itself?", path, kDeepest));
  const std::string script = read_all(database_.reachable(path).value());
  ++reading_;
  const int code = run_script(script);
  --reading_;
  return code;
}

int Shell::open(const std::string& path) {
  const std::string place = path == ":memory:" ? path : database_.reachable(path, true).value();
  const Result<Database> opened = open_database(place, line_.options);
  if (!opened) return fail(opened.error(), {});
  database_ = opened.value();
  place_ = path;
  session_ = database_.session();
  session_.on_progress([this](const Progress& progress) { progress_.show(progress); });
  last_query_.clear();
  return kOk;
}

int Shell::refine_tag(std::string_view arguments, const NextLine& read) {
  const Dialogue dialogue{read, [&](const std::string& text) {
                            say(text);
                            flush();
                          }};
  const Result<std::string> refined = refine(session_, arguments, dialogue);
  if (!refined) return fail(refined.error(), {});
  say(terminal_text(refined.value()) + "\n");
  return kOk;
}

int Shell::list_fields(const std::string& pattern) {
  if (pattern.empty()) return run_statement("SHOW FIELDS");
  const Result<Table> fields = session_.execute("SHOW FIELDS");
  if (!fields) return fail(fields.error(), {});
  Batch found;
  for (const ColumnInfo& column : fields.value().columns) found.columns.emplace_back(column.type);
  for (const Batch& batch : fields.value().batches) {
    for (size_t row = 0; row < batch.rows; ++row) {
      if (batch.columns[1].text(row).find(pattern) == std::string_view::npos) continue;
      for (size_t i = 0; i < found.columns.size(); ++i)
        found.columns[i].append_from(batch.columns[i], row);
      ++found.rows;
    }
  }
  std::string text;
  write_header(text, TextFormat::kMarkdown, fields.value().columns);
  if (found.rows > 0) write_batch(text, TextFormat::kMarkdown, fields.value().columns, found, true);
  show(without_controls(text));
  return kOk;
}

std::string Shell::settings() const {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{:<9} {}\n", name, value);
  };
  add("database", terminal_text(place_));
  add("mode", format_word(mode_));
  add("output", output_.empty() ? "terminal" : terminal_text(output_));
  add("rows", std::to_string(table_rows_));
  add("timer", on_off(timer_));
  add("pager", on_off(pager_));
  add("last", last_query_.empty() ? "-" : terminal_text(last_query_));
  return out;
}

}  // namespace cupel::cli
