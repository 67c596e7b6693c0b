#include "engine/io/export.hpp"

#include <unordered_set>

#include "engine/api/format_choice.hpp"
#include "engine/api/state.hpp"
#include "engine/io/csv_guard.hpp"
#include "engine/io/write.hpp"

namespace cupel::api {
namespace {

/// A statement taken apart.
struct Export {
  const grammar::Export& statement;
  std::string format;
  io::FormatOptions options;
  std::shared_ptr<const plan::Plan> plan;
  const exec::Context& context;
};

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (size_t i = 0; i < names.size(); ++i)
    list += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return list;
}

std::string format_of(const grammar::Export& statement) {
  const std::vector<std::string>& formats = io::writable_formats();
  if (statement.format) return format_name("export format", *statement.format, formats);
  const std::string_view format = io::format_of_extension(statement.file);
  if (format.empty())
    throw Error(ErrorCode::kUnsupported,
                "the name of the file does not say its format; add FORMAT " + list_of(formats),
                statement.file_span);
  return std::string(format);
}

/// What is left of a row's way: how many there were, and the words for it.
struct Written {
  uint64_t rows = 0;
  std::string what;  ///< "2 items", "3 images, 5 annotations"
};

/// Calls `take(batch)` for each batch, and tells of progress.
template <typename F>
uint64_t for_each_batch(exec::ResultStream& stream, const exec::Context& context, F&& take) {
  uint64_t rows = 0;
  while (const std::optional<Batch> batch = stream.next()) {
    context.poll();
    take(*batch, rows == 0);
    rows += batch->rows;
    if (context.progress) context.progress({"export", rows, 0, "rows"});
  }
  return rows;
}

/// Whole rows as JSON, one a line.
Written write_json_rows(const Export& request) {
  const auto stream = exec::run(request.plan, RowForm::kJson, request.context);
  io::OutputFile file(request.statement.file);
  const uint64_t rows = for_each_batch(*stream, request.context, [&](const Batch& batch, bool) {
    for (size_t row = 0; row < batch.rows; ++row) {
      file.write(batch.columns[0].text(row));
      file.write("\n");
    }
  });
  file.commit();
  return {rows, counted(rows, request.plan->noun)};
}

/// The columns of a query.
Written write_table(const Export& request, TextFormat format) {
  const auto stream = exec::run(request.plan, RowForm::kFields, request.context);
  const bool guard = format == TextFormat::kCsv && request.options.flag("guard", true);
  std::vector<ColumnInfo> columns = stream->columns();
  if (guard) io::guard_names(columns);
  io::OutputFile file(request.statement.file);
  std::string buffer;
  write_header(buffer, format, columns);
  const uint64_t rows =
      for_each_batch(*stream, request.context, [&](const Batch& batch, bool first) {
        const std::optional<Batch> guarded = guard ? io::guarded(batch) : std::nullopt;
        write_batch(buffer, format, columns, guarded ? *guarded : batch, first);
        file.write(buffer);
        buffer.clear();
      });
  file.write(buffer);
  file.commit();
  return {rows, counted(rows, request.plan->noun)};
}

/// Reference ids, one a line, each once, in order of first appearance.
Written write_ids(const Export& request) {
  const auto stream = exec::run(request.plan, RowForm::kFields, request.context);
  const std::vector<ColumnInfo>& columns = stream->columns();
  const auto column = std::find_if(columns.begin(), columns.end(), [](const ColumnInfo& each) {
    return each.name == "reference_id";
  });
  if (column == columns.end())
    throw Error(ErrorCode::kType,
                "a list of ids needs the column reference_id; select it, or leave SELECT out");
  const auto at = static_cast<size_t>(column - columns.begin());
  io::OutputFile file(request.statement.file);
  std::unordered_set<std::string> seen;
  for_each_batch(*stream, request.context, [&](const Batch& batch, bool) {
    for (size_t row = 0; row < batch.rows; ++row) {
      const std::string_view id = batch.columns[at].text(row);
      if (!seen.emplace(id).second) continue;
      request.context.reserve(id.size() + 64);
      file.write(id);
      file.write("\n");
    }
  });
  file.commit();
  return {seen.size(), counted(seen.size(), "reference ids")};
}

io::ExportRows rows_of(const plan::Plan& plan) {
  if (plan.noun == "items") return io::ExportRows::kItems;
  if (plan.noun == "annotations") return io::ExportRows::kAnnotations;
  return plan.noun == "predictions" ? io::ExportRows::kPredictions : io::ExportRows::kObjects;
}

/// "not written: metadata.speed of 412 items". Of many fields the last are told as one.
void warn_of_losses(const io::ExportLosses& losses, std::vector<Warning>& warnings) {
  constexpr size_t kMost = 20;
  const auto& all = losses.all();
  const size_t shown = all.size() > kMost ? kMost - 1 : all.size();
  for (size_t i = 0; i < shown; ++i) {
    const io::ExportLosses::Loss& loss = all[i];
    warnings.push_back({"not written: " + (loss.field.empty() ? "" : loss.field + " of ") +
                            counted(loss.count, loss.noun) + loss.suffix,
                        std::nullopt,
                        {}});
  }
  if (shown == all.size()) return;
  uint64_t values = 0;
  for (size_t i = shown; i < all.size(); ++i) values += all[i].count;
  warnings.push_back({"not written: " + counted(all.size() - shown, "other fields") + ", " +
                          counted(values, "values"),
                      std::nullopt,
                      {}});
}

Written write_rows(const Export& request, std::vector<Warning>& warnings) {
  io::ExportRequest target;
  target.target = request.statement.file;
  target.rows = rows_of(*request.plan);
  target.table = request.plan->arms.front().table;
  target.snapshot = request.context.snapshot;
  target.options = request.options;
  target.reach = request.context.reach;
  target.reserve = [&](size_t bytes) { request.context.reserve(bytes); };
  const auto exporter = io::make_exporter(request.format, target);
  const auto stream = exec::run(request.plan, RowForm::kJson, request.context);
  io::JsonDocument document;
  const uint64_t rows = for_each_batch(*stream, request.context, [&](const Batch& batch, bool) {
    for (size_t row = 0; row < batch.rows; ++row) {
      try {
        exporter->add(document.parse_copy(batch.columns[0].text(row)));
      } catch (const io::RecordError& error) {
        throw Error(ErrorCode::kLimit, "a row cannot be written as " + request.format + ": " +
                                           error.sentence() + "; FORMAT jsonl writes it");
      }
    }
  });
  exporter->finish();
  warn_of_losses(exporter->losses(), warnings);
  std::string what;
  for (const auto& [count, noun] : exporter->written())
    what += (what.empty() ? "" : ", ") + counted(count, noun);
  return {rows, what};
}

Written write_export(const Export& request, std::vector<Warning>& warnings) {
  if (request.format == "ids") return write_ids(request);
  const bool whole = request.plan->whole_rows;
  if (io::has_exporter(request.format)) {
    if (whole) return write_rows(request, warnings);
    if (request.format != "csv")
      throw Error(ErrorCode::kUnsupported, "FORMAT " + request.format +
                                               " writes whole rows; leave SELECT out, or write "
                                               "csv or jsonl");
  }
  if (whole) return write_json_rows(request);
  return write_table(request, request.format == "csv" ? TextFormat::kCsv : TextFormat::kJsonl);
}

}  // namespace

Answer run_export(const Call& call, const grammar::Export& statement) {
  const std::string format = format_of(statement);
  io::FormatOptions options;
  if (statement.format) options = format_options(*statement.format, io::writing_options(format));
  std::vector<Warning> warnings;
  auto plan = std::make_shared<const plan::Plan>(bind(call, statement.query, warnings));
  const auto context = call.session.context(call.session.view());
  const Written written =
      write_export({statement, format, std::move(options), std::move(plan), *context}, warnings);
  RowBuilder result({{"file", Type::kText}, {"rows", Type::kInt64}});
  result.add({statement.file, static_cast<int64_t>(written.rows)});
  const std::string note = search_note(*context);
  Answer answer = result.finish(statement.file + ": " + written.what + " written" +
                                (note.empty() ? note : "; " + note));
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace cupel::api
