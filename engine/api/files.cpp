#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "engine/api/state.hpp"
#include "engine/exec/change.hpp"
#include "engine/io/write.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// The settings of a statement, each one that the format knows, of a value that fits it.
io::FormatOptions checked(const grammar::FormatChoice& choice,
                          const std::vector<io::FormatOption>& known) {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const io::FormatOption& option : known) names.emplace_back(option.name);
  io::FormatOptions options;
  for (const grammar::FormatSetting& setting : choice.settings) {
    const std::string name = lower(setting.name.text);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      unknown_name("option of the format " + lower(choice.name.text), setting.name, names);
    if (options.has(name))
      throw Error(ErrorCode::kSyntax, "the option " + name + " is given twice", setting.name.span);
    const io::FormatOption& option = known[static_cast<size_t>(found - names.begin())];
    const std::string why = io::complaint(option, setting.value.text);
    if (!why.empty()) throw Error(ErrorCode::kConstraint, why, setting.value.span);
    options.set(name, setting.value.text);
  }
  return options;
}

exec::ImportRequest request_of(const grammar::Import& import) {
  exec::ImportRequest request;
  request.read.file = import.file;
  request.read.want = import.what == grammar::ImportWhat::kItems         ? io::Want::kItems
                      : import.what == grammar::ImportWhat::kAnnotations ? io::Want::kAnnotations
                                                                         : io::Want::kPredictions;
  if (import.run) request.read.run = import.run->text;
  if (import.format) {
    request.read.format = lower(import.format->name.text);
    const auto& formats = io::readable_formats();
    if (std::find(formats.begin(), formats.end(), request.read.format) == formats.end())
      unknown_name("format", import.format->name, formats);
    request.read.options = checked(*import.format, io::reading_options(request.read.format));
  }
  request.update = import.update;
  request.skip_errors = import.skip_errors;
  return request;
}

std::string summary(const AppendCounts& counts, std::string_view noun) {
  return counted(counts.added, noun) + " new, " + counted(counts.updated, "updated") + ", " +
         counted(counts.ignored, "ignored") + ", " + counted(counts.failed, "failed");
}

bool anything(const AppendCounts& counts) {
  return counts.added + counts.updated + counts.ignored + counts.failed > 0;
}

std::vector<Warning> warnings_of(const exec::ImportOutcome& outcome, bool update) {
  std::vector<Warning> warnings;
  const auto warn = [&](std::string text) {
    warnings.push_back({std::move(text), std::nullopt, {}});
  };
  const uint64_t repeated = outcome.items.repeated + outcome.objects.repeated;
  if (repeated > 0)
    warn("records with the key of an earlier one in the file: " + std::to_string(repeated) +
         "; the " + (update ? "last" : "first") + " of each key is kept");
  for (const std::string& remark : outcome.remarks) warn(remark);
  for (const auto& [what, count] : outcome.lost) {
    const size_t noun_end = std::min(what.find(';'), what.size());
    warn("left out: " + counted(count, what.substr(0, noun_end)) + what.substr(noun_end));
  }
  for (const exec::Loss& loss : outcome.losses) warn("left out: " + loss.message);
  const uint64_t failed = outcome.items.failed + outcome.objects.failed;
  if (failed > outcome.losses.size())
    warn("and " + counted(failed - outcome.losses.size(), "records") + " more left out");
  return warnings;
}

}  // namespace

Answer run_import(const Call& call, const grammar::Import& import) {
  if (import.what == grammar::ImportWhat::kPredictions && !import.run)
    throw Error(ErrorCode::kConstraint,
                "predictions belong to a run: name it, as in IMPORT PREDICTIONS FROM '" +
                    import.file + "' AS RUN \"model\"",
                import.file_span);
  const exec::ImportRequest request = request_of(import);
  exec::ImportOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    outcome = exec::import_file(transaction, request, *context);
  });
  const bool items = import.what == grammar::ImportWhat::kItems;
  const std::string_view noun = import.what == grammar::ImportWhat::kPredictions ? "predictions"
                                : items && outcome.objects.added > 0             ? "objects"
                                                                                 : "annotations";
  RowBuilder rows({{"rows", Type::kText},
                   {"new", Type::kInt64},
                   {"updated", Type::kInt64},
                   {"ignored", Type::kInt64},
                   {"failed", Type::kInt64}});
  std::string message;
  const auto add = [&](std::string_view name, const AppendCounts& counts, bool always) {
    if (!always && !anything(counts)) return;
    rows.add({name, static_cast<int64_t>(counts.added), static_cast<int64_t>(counts.updated),
              static_cast<int64_t>(counts.ignored), static_cast<int64_t>(counts.failed)});
    message += (message.empty() ? "" : "; ") + summary(counts, name);
  };
  add("items", outcome.items, items);
  add(noun, outcome.objects, !items);
  Answer answer = rows.finish(import.file + ": " + message);
  answer->warnings = warnings_of(outcome, import.update);
  return answer;
}

namespace {

enum class ExportFormat { kJsonl, kCsv, kIds };

ExportFormat export_format(const grammar::Export& statement) {
  static const std::vector<std::string> kFormats{"jsonl", "csv", "ids"};
  std::string name;
  if (statement.format) {
    name = lower(statement.format->name.text);
    static const std::vector<io::FormatOption> kNone;
    checked(*statement.format, kNone);
  } else {
    const std::string extension = lower(std::filesystem::path(statement.file).extension().string());
    name = extension == ".jsonl" ? "jsonl"
           : extension == ".csv" ? "csv"
           : extension == ".txt" ? "ids"
                                 : "";
    if (name.empty())
      throw Error(ErrorCode::kUnsupported,
                  "the name of the file does not say its format; add FORMAT jsonl, csv or ids",
                  statement.file_span);
  }
  if (name == "jsonl") return ExportFormat::kJsonl;
  if (name == "csv") return ExportFormat::kCsv;
  if (name == "ids") return ExportFormat::kIds;
  unknown_name("export format", statement.format->name, kFormats);
}

/// Whole rows as JSON come as one text column with a row each.
void write_json_rows(std::string& out, const Batch& batch) {
  for (size_t row = 0; row < batch.rows; ++row) {
    out += batch.columns[0].text(row);
    out += '\n';
  }
}

/// Reference ids, one a line, each once, in order of first appearance.
class IdWriter {
 public:
  explicit IdWriter(const std::vector<ColumnInfo>& columns) {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == "reference_id") column_ = i;
    if (!column_)
      throw Error(ErrorCode::kType,
                  "a list of ids needs the column reference_id; select it, or leave SELECT out");
  }
  void write(std::string& out, const Batch& batch, const exec::Context& context) {
    for (size_t row = 0; row < batch.rows; ++row) {
      const std::string_view id = batch.columns[*column_].text(row);
      if (!seen_.emplace(id).second) continue;
      context.reserve(id.size() + 64);
      out += id;
      out += '\n';
      ++written_;
    }
  }
  uint64_t written() const { return written_; }

 private:
  std::optional<size_t> column_;
  std::unordered_set<std::string> seen_;
  uint64_t written_ = 0;
};

}  // namespace

Answer run_export(const Call& call, const grammar::Export& statement) {
  const ExportFormat format = export_format(statement);
  std::vector<Warning> warnings;
  const auto plan = std::make_shared<const plan::Plan>(bind(call, statement.query, warnings));
  const bool whole = plan->whole_rows && format == ExportFormat::kJsonl;
  const auto context = call.session.context(call.session.view());
  const auto stream = exec::run(plan, whole ? RowForm::kJson : RowForm::kFields, *context);
  std::optional<IdWriter> ids;
  if (format == ExportFormat::kIds) ids.emplace(stream->columns());
  const TextFormat text = format == ExportFormat::kCsv ? TextFormat::kCsv : TextFormat::kJsonl;

  io::OutputFile file(statement.file);
  std::string buffer;
  uint64_t rows = 0;
  if (!ids && !whole) write_header(buffer, text, stream->columns());
  while (const std::optional<Batch> batch = stream->next()) {
    if (ids) {
      ids->write(buffer, *batch, *context);
    } else if (whole) {
      write_json_rows(buffer, *batch);
    } else {
      write_batch(buffer, text, stream->columns(), *batch, rows == 0);
    }
    rows += batch->rows;
    file.write(buffer);
    buffer.clear();
    if (context->progress) context->progress({"export", rows, 0, "rows"});
  }
  file.write(buffer);
  file.commit();
  const uint64_t written = ids ? ids->written() : rows;
  RowBuilder result({{"file", Type::kText}, {"rows", Type::kInt64}});
  result.add({statement.file, static_cast<int64_t>(written)});
  const std::string note = search_note(*context);
  Answer answer =
      result.finish(statement.file + ": " + counted(written, ids ? "reference ids" : plan->noun) +
                    " written" + (note.empty() ? note : "; " + note));
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace cupel::api
