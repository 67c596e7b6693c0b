#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/api/labeling.hpp"
#include "engine/api/scope.hpp"
#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_choices.hpp"
#include "engine/exec/labeling_sendings.hpp"
#include "engine/exec/labeling_tasks.hpp"
#include "engine/labeling/leftover.hpp"
#include "engine/labeling/task_files.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "storage/durable_file.hpp"

namespace cupel::api {
namespace {

constexpr uintmax_t kMostTemplateBytes = uintmax_t{1} << 20;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

labeling::TaskFormat format_of(const std::optional<grammar::Name>& name) {
  static const std::vector<std::string> kFormats{"jsonl", "label_studio", "scale"};
  if (!name) return labeling::TaskFormat::kJsonl;
  const auto format = labeling::format_named(lower(name->text));
  if (!format) unknown_name("format of tasks", *name, kFormats);
  return *format;
}

uint32_t count_of(const std::optional<uint64_t>& given, uint32_t otherwise, uint64_t least,
                  std::string_view what) {
  if (!given) return otherwise;
  if (*given < least || *given > std::numeric_limits<int32_t>::max())
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} must be from {} to 2,147,483,647, but is {}", what, least, *given));
  return static_cast<uint32_t>(*given);
}

std::optional<std::string> template_of(const std::optional<grammar::Name>& file) {
  if (!file) return std::nullopt;
  std::error_code error;
  const uintmax_t bytes = std::filesystem::file_size(file->text, error);
  if (!error && !std::filesystem::is_regular_file(file->text, error))
    throw Error(ErrorCode::kIo, fmt::format("the template {} is not a regular file", file->text),
                file->span);
  if (!error && bytes > kMostTemplateBytes)
    throw Error(ErrorCode::kLimit, fmt::format("the template {} is longer than 1 MiB", file->text),
                file->span);
  return storage::read_file(file->text);
}

const storage::Slice& slice_of(const storage::Catalog& catalog, const grammar::Name& name) {
  const storage::Slice* slice = catalog.slice(name.text);
  if (slice != nullptr) return *slice;
  std::vector<std::string> names;
  for (const auto& [known, found] : catalog.slices()) names.push_back(known);
  unknown_name("slice", name, names);
}

/// The members of a slice: rows of items, or of annotations.
std::vector<uint64_t> members_of(const Call& call, const storage::Slice& slice,
                                 const grammar::Name& name, const exec::Context& context) {
  const std::string text = std::string(slice.objects ? "FROM objects WHERE " : "") +
                           "slice = " + grammar::quote_text(slice.name);
  std::vector<Warning> ignored;
  const grammar::Query query = grammar::parse_query(text);
  const bind::Scope scope = scope_of(call, context.snapshot);
  const plan::Plan plan = optimise(call.session, bind::bind_query(query, scope, ignored));
  const uint64_t chunk_rows = context.snapshot->catalog().chunk_rows;
  std::vector<uint64_t> rows;
  for (const auto& [table, chunks] : exec::select_rows(plan, context).tables) {
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk) {
      if (table > storage::kAnnotations && chunks[chunk].any())
        throw Error(ErrorCode::kType,
                    fmt::format("slice '{}' holds predictions, which have no given label to ask "
                                "about; send a slice of items or of annotations",
                                slice.name),
                    name.span);
      chunks[chunk].for_each([&](uint32_t row) { rows.push_back(chunk * chunk_rows + row); });
    }
  }
  context.reserve(rows.size() * sizeof(uint64_t));
  return rows;
}

/// Named, else that of the project, else that of the last FIND LABEL ERRORS, else the only one.
std::string taxonomy_of(const grammar::SendSlice& statement,
                        const std::optional<labeling::Project>& project,
                        const exec::Context& context) {
  const std::vector<std::string> all = exec::taxonomies_of(*context.snapshot, context);
  if (statement.taxonomy) {
    if (std::find(all.begin(), all.end(), statement.taxonomy->text) == all.end())
      unknown_name("taxonomy", *statement.taxonomy, all);
    return statement.taxonomy->text;
  }
  if (project) return project->taxonomy;
  const auto last = exec::last_found_taxonomy(context.snapshot->catalog());
  if (last && std::find(all.begin(), all.end(), *last) != all.end()) return *last;
  if (all.size() == 1) return all.front();
  if (all.empty())
    throw Error(ErrorCode::kName,
                "no item has a category label, so that there are no labels to choose from; import "
                "category annotations first, or send a slice of annotations",
                statement.slice.span);
  std::string names;
  for (const std::string& name : all) names += (names.empty() ? "'" : ", '") + name + "'";
  throw Error(ErrorCode::kName, "say IN TAXONOMY: there are " + names, statement.slice.span);
}

/// All tasks of a project ask for labels of one taxonomy, or of objects.
void check_project(const grammar::SendSlice& statement,
                   const std::optional<labeling::Project>& project, const storage::Slice& slice,
                   const std::string& taxonomy) {
  if (statement.project->text.empty())
    throw Error(ErrorCode::kConstraint, "a project needs a name", statement.project->span);
  if (slice.objects && statement.taxonomy)
    throw Error(ErrorCode::kType,
                fmt::format("slice '{}' holds annotations, which are asked about by their labels; "
                            "IN TAXONOMY is for slices of items",
                            slice.name),
                statement.taxonomy->span);
  if (!project || project->taxonomy == taxonomy) return;
  const auto asked = [](const std::string& name) {
    return name.empty() ? std::string("objects") : "'" + name + "'";
  };
  throw Error(ErrorCode::kConflict,
              fmt::format("project '{}' asks for labels of {}, not of {}; send this slice to a "
                          "project of its own",
                          project->name, asked(project->taxonomy), asked(taxonomy)),
              statement.project->span);
}

exec::SendRequest request_of(const Call& call, const grammar::SendSlice& statement,
                             const exec::Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const storage::Slice& slice = slice_of(catalog, statement.slice);
  const auto project = exec::find_project(catalog, statement.project->text);
  exec::SendRequest request;
  request.objects = slice.objects;
  request.slice = slice.name;
  request.directory = statement.directory.text;
  request.project = statement.project->text;
  request.format = format_of(statement.format);
  if (!slice.objects) request.taxonomy = taxonomy_of(statement, project, context);
  check_project(statement, project, slice, request.taxonomy);
  request.batch = count_of(statement.batch, request.batch, 1, "BATCH");
  request.calibration = count_of(statement.calibration, 0, 0, "CALIBRATION");
  request.seed = statement.seed.value_or(0);
  if (statement.choices) request.choices = count_of(statement.choices, 0, 1, "CHOICES");
  if (statement.description) request.description = statement.description->text;
  request.template_text = template_of(statement.instructions);
  request.again = statement.again;
  request.database = call.session.database->dataset->uuid();
  request.now = now_in_seconds();
  request.rows = members_of(call, slice, statement.slice, context);
  return request;
}

}  // namespace

Answer send_slice(const Call& call, const grammar::SendSlice& statement) {
  if (call.session.transaction)
    throw Error(
        ErrorCode::kConflict,
        "SEND writes files, which ROLLBACK could not take back; COMMIT or ROLLBACK the open "
        "transaction first");
  const auto transaction = begin(call.session);
  const auto context = call.session.context(transaction->view());
  exec::finish_sendings(*context);
  exec::TaskSending sending(*transaction, request_of(call, statement, *context), *context);
  sending.publish();
  transaction->commit();
  const bool finished = sending.finish();
  const exec::SendOutcome outcome = sending.outcome();
  RowBuilder rows({{"file", Type::kText}, {"tasks", Type::kInt64}});
  const std::filesystem::path directory = statement.directory.text;
  for (const exec::SentFile& file : outcome.files)
    rows.add({(directory / file.name).string(),
              file.tasks ? Value(static_cast<int64_t>(*file.tasks)) : Value()});
  std::string message = fmt::format("{} in {} of project '{}'", counted(outcome.tasks, "tasks"),
                                    counted(outcome.batches, "batches"), statement.project->text);
  if (outcome.batches == 1)
    message = fmt::format("{} in 1 batch of project '{}'", counted(outcome.tasks, "tasks"),
                          statement.project->text);
  if (outcome.calibration > 0)
    message += fmt::format(" (calibration: {})", grouped(outcome.calibration));
  if (!outcome.set_aside.empty())
    message += fmt::format("; what a sending that was cut off had left there is now {}",
                           outcome.set_aside);
  Answer answer = rows.finish(std::move(message));
  if (!finished)
    answer->warnings.push_back(
        {fmt::format("the tasks are sent, but {} could not be removed; remove it",
                     (directory / labeling::kUnfinishedFile).string()),
         {},
         {}});
  return answer;
}

}  // namespace cupel::api
