#include <fmt/format.h>

#include "engine/api/labeling.hpp"
#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_sendings.hpp"
#include "engine/exec/labeling_tasks.hpp"

namespace cupel::api {
namespace {

/// Warnings are for reading: the first few say what the rows say in full.
constexpr size_t kMostWarnings = 20;

std::string format_of(const std::optional<grammar::Name>& name) {
  static const std::vector<std::string> kFormats{"jsonl", "label_studio", "scale", "votes"};
  if (!name) return {};
  std::string format = name->text;
  for (char& c : format)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end())
    unknown_name("format of labeling results", *name, kFormats);
  return format;
}

exec::ResultsImport request_of(const storage::Catalog& catalog,
                               const grammar::ImportLabelingResults& statement) {
  exec::ResultsImport request;
  request.file = statement.file.text;
  request.format = format_of(statement.format);
  request.now = now_in_seconds();
  if (statement.project) {
    request.project = existing_project(catalog, *statement.project).name;
  } else if (exec::project_names(catalog).empty()) {
    throw Error(ErrorCode::kName,
                "there is no labeling project; SEND SLICE … TO LABELING makes one",
                statement.file.span);
  }
  return request;
}

std::string results_message(const grammar::ImportLabelingResults& statement,
                            const exec::ResultsOutcome& outcome) {
  const uint64_t decided = outcome.kept + outcome.changed;
  const exec::AnswerCounts& answers = outcome.answers;
  return fmt::format(
      "{} ({}): {} new{}{}{}{}; project '{}': {} agreed ({} kept, {} changed){}{}{}{}",
      statement.file.text, outcome.format, counted(answers.added, "answers"),
      also(answers.replaced, "replaced"), also(answers.withdrawn, "withdrawn"),
      also(answers.known, "known already"), also(answers.outdated, "older"), outcome.project,
      grouped(decided), grouped(outcome.kept), grouped(outcome.changed), also(outcome.ties, "ties"),
      also(outcome.none, "none of these"), also(outcome.several, "several at once"),
      also(outcome.open, "pending"));
}

}  // namespace

Answer import_labeling_results(const Call& call, const grammar::ImportLabelingResults& statement) {
  exec::ResultsOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    exec::finish_sendings(*context);
    outcome = exec::import_results(transaction, request_of(context->snapshot->catalog(), statement),
                                   *context);
  });
  RowBuilder rows({{"outcome", Type::kText}, {"tasks", Type::kInt64}});
  const auto add = [&](std::string_view name, uint64_t tasks) {
    rows.add({name, static_cast<int64_t>(tasks)});
  };
  add("agreed", outcome.kept + outcome.changed);
  add("agreed: kept", outcome.kept);
  add("agreed: changed", outcome.changed);
  add("tie", outcome.ties);
  add("none", outcome.none);
  add("several", outcome.several);
  add("pending", outcome.open);
  Answer answer = rows.finish(results_message(statement, outcome));
  for (const auto& [label, answers] : outcome.strange) {
    if (answer->warnings.size() == kMostWarnings) break;
    answer->warnings.push_back(
        {fmt::format("the project does not offer the label '{}', which {}", label,
                     answers == 1 ? "an answer gives" : grouped(answers) + " answers give"),
         std::nullopt,
         {}});
  }
  return answer;
}

namespace {

std::string apply_message(const exec::ApplyOutcome& outcome) {
  std::string message = counted(outcome.relabeled, "relabeled");
  message += ", " + counted(outcome.confirmed, "confirmed");
  message += also(outcome.added, "newly labeled");
  message += ", " + counted(outcome.conflicts.size(), "conflicts");
  message += also(outcome.below, "without agreement");
  message += also(outcome.ties, "ties");
  message += also(outcome.none, "none of these");
  message += also(outcome.several, "several at once");
  message += also(outcome.rejected, "rejected");
  message += also(outcome.open, "pending");
  return message + also(outcome.before, "applied before");
}

}  // namespace

Answer apply_labeling_results(const Call& call, const grammar::ApplyLabelingResults& statement) {
  const double agreement = statement.agreement.value_or(0);
  if (!(agreement >= 0 && agreement <= 1))
    throw Error(ErrorCode::kConstraint, "MIN AGREEMENT is a share, from 0 to 1",
                statement.project.span);
  exec::ApplyOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    const labeling::Project project =
        existing_project(context->snapshot->catalog(), statement.project);
    outcome = exec::apply_results(
        transaction, {project.name, project.taxonomy, agreement, statement.weighted}, *context);
  });
  RowBuilder rows({{"kind", Type::kText},
                   {"task_id", Type::kText},
                   {"reference_id", Type::kText},
                   {"annotation_id", Type::kText},
                   {"given", Type::kText},
                   {"current", Type::kText},
                   {"answer", Type::kText},
                   {"what", Type::kText}});
  const auto text = [](const std::string& value) { return value.empty() ? Value() : Value(value); };
  for (const exec::ApplyConflict& conflict : outcome.conflicts)
    rows.add({"conflict", conflict.task_id, conflict.reference_id, text(conflict.annotation_id),
              text(conflict.given), text(conflict.current), conflict.answer, conflict.what});
  Answer answer = rows.finish(apply_message(outcome));
  if (!outcome.conflicts.empty()) answer->noun = "conflicts";
  if (outcome.nameless)
    answer->warnings.push_back(
        {"the answers do not say whose they are, so that WEIGHTED weighs "
         "their places in the file; without it every answer counts alike",
         statement.project.span,
         {}});
  return answer;
}

}  // namespace cupel::api
