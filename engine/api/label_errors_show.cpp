#include <fmt/format.h>

#include <filesystem>

#include "engine/api/label_errors.hpp"
#include "engine/api/state.hpp"
#include "engine/exec/label_errors_stale.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

Value optional_text(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value optional_share(const std::optional<double>& share) {
  return share ? rounded(*share) : Value();
}

/// The probabilities by which label errors were found, if they can still be had; else a warning
/// says why not.
std::unique_ptr<exec::Probabilities> find_probabilities(const exec::LabelErrors& errors,
                                                        const exec::Context& context,
                                                        std::vector<Warning>& warnings) {
  std::error_code ignored;
  try {
    for (const std::string* file : {&errors.file, &errors.ids, &errors.classes_file})
      if (!file->empty()) context.reach.resolve(*file, io::Reach::For::kReading);
    // What is gone altogether has been said.
    if (!errors.file.empty() && !std::filesystem::exists(errors.file, ignored)) return nullptr;
    if (!errors.file.empty()) {
      exec::ProbabilityFile file;
      file.file = errors.file;
      file.taxonomy = errors.taxonomy;
      if (!errors.ids.empty()) file.ids = errors.ids;
      if (!errors.classes_file.empty()) file.classes = errors.classes_file;
      return exec::open_probabilities(file, context);
    }
    if (errors.probabilities.empty()) return nullptr;
    const storage::VectorSet* set = context.snapshot->catalog().vectors(
        storage::VectorUse::kProbabilities, errors.probabilities);
    return set == nullptr ? nullptr : exec::open_probabilities(*set, context);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInterrupted || error.code() == ErrorCode::kLimit) throw;
    warnings.push_back({"the probabilities cannot be read: " + error.message(), {}, {}});
  }
  return nullptr;
}

/// What has changed since.
std::vector<Warning> stale_warnings(const exec::LabelErrors& errors, const exec::Context& context) {
  std::vector<Warning> warnings;
  for (const std::string& reason : exec::stale_reasons(errors, context))
    warnings.push_back(
        {reason + " since label errors were looked for; run FIND LABEL ERRORS again", {}, {}});
  return warnings;
}

}  // namespace

exec::LabelErrors existing_label_errors(const storage::Catalog& catalog,
                                        const std::optional<grammar::Name>& taxonomy) {
  std::optional<exec::LabelErrors> errors =
      taxonomy ? exec::label_errors_of(catalog, taxonomy->text) : exec::last_label_errors(catalog);
  if (errors) return std::move(*errors);
  if (!taxonomy)
    throw Error(ErrorCode::kName,
                "label errors have not been looked for yet; FIND LABEL ERRORS does");
  const auto near = grammar::near_words(taxonomy->text, catalog.documents(exec::kLabelErrors), 1);
  throw Error(ErrorCode::kName,
              "label errors have not been looked for in taxonomy '" + taxonomy->text +
                  "' yet; FIND LABEL ERRORS does",
              taxonomy->span, near.empty() ? std::string() : near.front());
}

Answer show_label_errors(const Call& call, const grammar::ShowLabelErrors& statement) {
  const auto context = call.session.context(call.session.view());
  const exec::LabelErrors errors =
      existing_label_errors(context->snapshot->catalog(), statement.taxonomy);
  const exec::ErrorCounts counts = exec::count_label_errors(errors, *context);
  RowBuilder rows({{"given", Type::kText},
                   {"suggested", Type::kText},
                   {"labels", Type::kInt64},
                   {"suspected", Type::kInt64},
                   {"share", Type::kFloat64},
                   {"noise", Type::kFloat64}});
  for (const exec::ErrorCounts::Line& line : counts.lines)
    rows.add({optional_text(line.given), optional_text(line.suggested),
              line.labels ? Value(static_cast<int64_t>(*line.labels)) : Value(),
              static_cast<int64_t>(line.suspected), optional_share(line.share),
              optional_share(line.noise)});
  Answer answer = rows.finish();
  answer->warnings = stale_warnings(errors, *context);
  return answer;
}

Answer explain_label_error(const Call& call, const grammar::ExplainLabelError& statement) {
  const auto context = call.session.context(call.session.view());
  const exec::LabelErrors errors =
      existing_label_errors(context->snapshot->catalog(), statement.taxonomy);
  const std::optional<uint64_t> item = context->snapshot->find_item(statement.reference.text);
  if (!item)
    throw Error(ErrorCode::kName, "there is no item '" + statement.reference.text + "'",
                statement.reference.span);
  std::vector<Warning> warnings = stale_warnings(errors, *context);
  std::unique_ptr<exec::Probabilities> probabilities;
  if (errors.of == exec::ErrorsOf::kCategories)
    probabilities = find_probabilities(errors, *context, warnings);
  RowBuilder rows({{"what", Type::kText}, {"value", Type::kText}});
  std::string why;
  at(statement.reference, [&] {
    for (const auto& [what, value] :
         exec::explain_label_error(errors, *item, probabilities.get(), *context)) {
      rows.add({what, value});
      if (what == "why") why = to_text(value);
    }
  });
  Answer answer = rows.finish(why);
  answer->noun = "facts";
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace cupel::api
