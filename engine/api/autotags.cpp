#include "engine/api/autotags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "engine/api/autotag_examples.hpp"
#include "engine/api/embeddings.hpp"
#include "engine/api/label_errors.hpp"
#include "engine/exec/autotag_stale.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

/// To the second: finer says nothing about a tag.
int64_t now_micros() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::chrono::microseconds(now.time_since_epoch()).count();
}

/// "0.83": two digits are more than a few examples tell.
std::string in_short(double share) { return fmt::format("{:.2f}", share); }

std::string quality_in_words(const exec::Tag& tag) {
  const learn::AutotagQuality& quality = tag.learned.quality;
  if (quality.folds == 0) return "one example cannot be left out to tell precision and recall";
  return fmt::format("cross-validated precision {}{}, recall {}",
                     tag.background == 0 ? "" : "at least ", in_short(quality.precision),
                     in_short(quality.recall));
}

std::string in_words(const exec::TagOutcome& outcome) {
  const exec::Tag& tag = outcome.tag;
  const std::string_view noun = noun_of(tag.table);
  std::string text =
      fmt::format("autotag '{}': {} of {} with a score {} above 0; {}", tag.name,
                  grouped(outcome.scores.above), counted(outcome.scores.scored, noun),
                  outcome.scores.above == 1 ? "is" : "are", quality_in_words(tag));
  if (outcome.without_vector != 0)
    text += fmt::format("; {} without a vector in '{}' teach{} nothing",
                        counted(outcome.without_vector, "examples"), tag.embedding,
                        outcome.without_vector == 1 ? "es" : "");
  if (outcome.gone != 0)
    text += fmt::format("; {} {} deleted since and left out", counted(outcome.gone, "examples"),
                        outcome.gone == 1 ? "was" : "were");
  return text;
}

Answer tell(const exec::TagOutcome& outcome) {
  const exec::Tag& tag = outcome.tag;
  const learn::AutotagQuality& quality = tag.learned.quality;
  RowBuilder rows({{"autotag", Type::kText},
                   {"embedding", Type::kText},
                   {"positives", Type::kInt64},
                   {"negatives", Type::kInt64},
                   {"scored", Type::kInt64},
                   {"above", Type::kInt64},
                   {"precision", Type::kFloat64},
                   {"recall", Type::kFloat64}});
  rows.add({tag.name, tag.embedding, static_cast<int64_t>(exec::count_examples(tag, 1)),
            static_cast<int64_t>(exec::count_examples(tag, -1)),
            static_cast<int64_t>(outcome.scores.scored), static_cast<int64_t>(outcome.scores.above),
            quality.folds == 0 ? Value() : rounded(quality.precision),
            quality.folds == 0 ? Value() : rounded(quality.recall)});
  return rows.finish(in_words(outcome));
}

/// The set that the tag is to be learned from again.
const storage::VectorSet& set_to_refresh(const storage::Catalog& catalog, const exec::Tag& tag,
                                         const grammar::Name& name) {
  const storage::VectorSet* set = plan::embedding(catalog, tag.embedding);
  if (set == nullptr)
    throw Error(ErrorCode::kConstraint,
                fmt::format("the embeddings '{}' that autotag '{}' is learned from were dropped; "
                            "IMPORT EMBEDDINGS brings them back",
                            tag.embedding, tag.name),
                name.span);
  if (set->table != tag.table)
    throw Error(ErrorCode::kConstraint,
                fmt::format("the embeddings '{}' are of {} now, autotag '{}' is of {}; DROP "
                            "AUTOTAG and create it anew",
                            tag.embedding, plan::source_text(catalog, set->table), tag.name,
                            plan::source_text(catalog, tag.table)),
                name.span);
  return *set;
}

/// Learns again from what `change` makes of the examples.
template <typename F>
Answer retrain(const Call& call, const grammar::Name& name, F&& change) {
  exec::TagOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    const storage::Catalog& catalog = context->snapshot->catalog();
    const exec::Tag tag = existing_tag(catalog, name);
    const storage::VectorSet& set = set_to_refresh(catalog, tag, name);
    std::vector<exec::TagExample> examples = tag.examples;
    change(examples, tag, set, *context);
    outcome = at(name, [&] {
      return exec::retrain_tag(transaction, tag, std::move(examples), set, *context);
    });
  });
  return tell(outcome);
}

/// Puts examples on a side; those that were on the other one move.
void put(std::vector<exec::TagExample>& examples, const std::vector<exec::TagExample>& given) {
  std::map<uint64_t, size_t> places;
  for (size_t i = 0; i < examples.size(); ++i) places[examples[i].row] = i;
  for (const exec::TagExample& example : given) {
    const auto known = places.find(example.row);
    if (known == places.end()) {
      examples.push_back(example);
    } else {
      examples[known->second].side = example.side;
    }
  }
}

}  // namespace

std::vector<std::string> tag_names(const storage::Catalog& catalog) {
  std::vector<std::string> names = catalog.documents(exec::kAutotag);
  for (storage::TableId table = 0; table < catalog.next_table; ++table)
    for (const storage::ColumnId id : catalog.columns(table)) {
      const std::string& column = catalog.column(id).name;
      if (!column.starts_with("autotag.")) continue;
      const std::vector<std::string> path = storage::split_path(column);
      if (path.size() == 3) names.push_back(path.back());
    }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

exec::Tag existing_tag(const storage::Catalog& catalog, const grammar::Name& name) {
  if (std::optional<exec::Tag> tag = exec::tag_of(catalog, name.text)) return std::move(*tag);
  const std::vector<std::string> names = tag_names(catalog);
  if (std::binary_search(names.begin(), names.end(), name.text))
    throw Error(ErrorCode::kConstraint,
                fmt::format("the scores of autotag '{}' were imported; its examples are not known",
                            name.text),
                name.span);
  unknown_name("autotag", name, names);
}

std::optional<std::string> stale_tag(const storage::Snapshot& snapshot, std::string_view name) {
  try {
    const std::optional<exec::Tag> tag = exec::tag_of(snapshot.catalog(), name);
    if (!tag) return std::nullopt;
    const std::optional<std::string> reason = exec::stale_reason(*tag, snapshot);
    if (reason) return fmt::format("autotag '{}' is stale: {}", name, *reason);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorruption) throw;
    return error.message();
  }
  return std::nullopt;
}

std::vector<Warning> stale_warnings(const storage::Snapshot& snapshot, std::string_view name) {
  std::vector<Warning> warnings;
  if (auto stale = stale_tag(snapshot, name)) warnings.push_back({std::move(*stale), {}, {}});
  return warnings;
}

Answer create_autotag(const Call& call, const grammar::CreateAutotag& statement) {
  if (statement.name.text.empty())
    throw Error(ErrorCode::kConstraint, "an autotag needs a name", statement.name.span);
  exec::TagOutcome outcome;
  std::vector<Warning> warnings;
  write(call.session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    at(statement.name, [&] { exec::require_free_tag(transaction.catalog(), statement.name.text); });
    exec::Tag tag;
    tag.name = statement.name.text;
    tag.seed = statement.seed.value_or(1);
    tag.created_micros = now_micros();
    TagSource source(call, statement, *context);
    tag.examples = source.examples(warnings);
    outcome = at(statement.name, [&] {
      return exec::create_tag(transaction, std::move(tag), source.set(), *context);
    });
    outcome.without_vector += source.without_vector();
  });
  Answer answer = tell(outcome);
  answer->warnings = std::move(warnings);
  return answer;
}

Answer refine_autotag(const Call& call, const grammar::RefineAutotag& statement) {
  return retrain(call, statement.name,
                 [&](std::vector<exec::TagExample>& examples, const exec::Tag& tag,
                     const storage::VectorSet& set, const exec::Context& context) {
                   const NamedExamples named(statement.added, statement.rejected, set, context);
                   remove_examples(examples, statement.removed, tag, context);
                   named.require_others(statement.removed);
                   put(examples, named.examples());
                 });
}

Answer refresh_autotag(const Call& call, const grammar::Name& name) {
  return retrain(call, name, [](const auto&...) {});
}

Answer drop_autotag(const Call& call, const grammar::Name& name) {
  write(call.session, [&](storage::Transaction& transaction) {
    const std::vector<std::string> names = tag_names(transaction.catalog());
    if (!exec::drop_tag(transaction, name.text)) unknown_name("autotag", name, names);
  });
  return RowBuilder({}).finish("autotag '" + name.text + "' dropped");
}

}  // namespace cupel::api
