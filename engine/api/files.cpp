#include <algorithm>

#include "engine/api/format_choice.hpp"
#include "engine/api/state.hpp"
#include "engine/exec/change.hpp"

namespace cupel::api {
namespace {

exec::ImportRequest request_of(const grammar::Import& import) {
  exec::ImportRequest request;
  request.read.file = import.file;
  request.read.want = import.what == grammar::ImportWhat::kItems         ? io::Want::kItems
                      : import.what == grammar::ImportWhat::kAnnotations ? io::Want::kAnnotations
                                                                         : io::Want::kPredictions;
  if (import.run) request.read.run = import.run->text;
  if (import.format) {
    request.read.format = format_name("format", *import.format, io::readable_formats());
    request.read.options = format_options(*import.format, io::reading_options(request.read.format));
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

}  // namespace cupel::api
