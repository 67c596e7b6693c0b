#include "engine/api/autotag_examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/api/scope.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

using storage::TableId;

/// A tag cannot learn from more (engine/learn/autotag.hpp); said before their vectors are read.
constexpr uint64_t kMostExamples = 20'000;

[[noreturn]] void not_found(const grammar::Name& name, const exec::FoundRow& found, TableId table,
                            const exec::Context& context) {
  const auto poll = [&context] { context.poll(); };
  std::vector<std::string> near;
  if (found.matches == 0)
    near = grammar::near_words(name.text,
                               exec::similar_texts(context.snapshot, table, name.text, poll), 1);
  throw Error(ErrorCode::kName, exec::not_found_text(context.snapshot, table, name.text, found),
              name.span, near.empty() ? std::string() : near.front());
}

std::vector<exec::FoundRow> find(const std::vector<grammar::Name>& names, TableId table,
                                 const exec::Context& context) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const grammar::Name& name : names) texts.push_back(name.text);
  return exec::find_rows(context.snapshot, table, texts, [&context] { context.poll(); });
}

/// Every table that has rows of users.
std::vector<TableId> all_tables(const storage::Catalog& catalog, bool items) {
  std::vector<TableId> tables;
  if (items) tables.push_back(storage::kItems);
  tables.push_back(storage::kAnnotations);
  for (const storage::Run& run : catalog.runs()) tables.push_back(run.table);
  return tables;
}

const storage::Slice& named_slice(const storage::Catalog& catalog, const grammar::Name& name) {
  const storage::Slice* slice = catalog.slice(name.text);
  if (slice == nullptr) {
    std::vector<std::string> names;
    for (const auto& [known, of] : catalog.slices()) names.push_back(known);
    unknown_name("slice", name, names);
  }
  return *slice;
}

std::string in_words(const storage::Catalog& catalog, const std::vector<TableId>& tables) {
  return tables.size() == 1 ? plan::source_text(catalog, tables.front()) : "objects";
}

}  // namespace

NamedExamples::NamedExamples(const std::vector<grammar::Name>& positives,
                             const std::vector<grammar::Name>& negatives,
                             const storage::VectorSet& set, const exec::Context& context) {
  add(positives, 1, set, context);
  add(negatives, -1, set, context);
}

void NamedExamples::add(const std::vector<grammar::Name>& names, int8_t side,
                        const storage::VectorSet& set, const exec::Context& context) {
  std::map<uint64_t, int8_t> sides;
  for (const exec::TagExample& example : examples_) sides[example.row] = example.side;
  const std::vector<exec::FoundRow> found = find(names, set.table, context);
  for (size_t i = 0; i < names.size(); ++i) {
    const grammar::Name& name = names[i];
    if (!found[i].row) not_found(name, found[i], set.table, context);
    const uint64_t row = *found[i].row;
    const auto [known, added] = sides.emplace(row, side);
    if (known->second != side)
      throw Error(
          ErrorCode::kConstraint,
          fmt::format("'{}' cannot be both what the tag is for and what it is not", name.text),
          name.span);
    if (!added) continue;
    if (!exec::has_direction(*context.snapshot, set, row))
      throw Error(ErrorCode::kConstraint,
                  fmt::format("'{}' has no vector in the embeddings '{}', or one of zeros",
                              name.text, set.name),
                  name.span);
    examples_.push_back({row, name.text, side});
  }
}

void NamedExamples::require_others(const std::vector<grammar::Name>& names) const {
  for (const grammar::Name& name : names)
    for (const exec::TagExample& example : examples_)
      if (example.text == name.text)
        throw Error(ErrorCode::kConstraint,
                    fmt::format("'{}' cannot be an example and be removed", name.text), name.span);
}

void remove_examples(std::vector<exec::TagExample>& examples,
                     const std::vector<grammar::Name>& names, const exec::Tag& tag,
                     const exec::Context& context) {
  const std::vector<exec::FoundRow> found = find(names, tag.table, context);
  std::set<uint64_t> removed;  // rows, so that naming one twice is no mistake
  for (size_t i = 0; i < names.size(); ++i) {
    const auto is_meant = [&](const exec::TagExample& example) {
      return found[i].row ? example.row == *found[i].row : example.text == names[i].text;
    };
    const auto example = std::find_if(examples.begin(), examples.end(), is_meant);
    if (example != examples.end()) {
      removed.insert(example->row);
      examples.erase(example);
    } else if (!found[i].row || !removed.contains(*found[i].row)) {
      std::vector<std::string> texts;
      for (const exec::TagExample& known : tag.examples) texts.push_back(known.text);
      const auto near = grammar::near_words(names[i].text, texts, 1);
      throw Error(ErrorCode::kName,
                  fmt::format("'{}' is no example of autotag '{}'", names[i].text, tag.name),
                  names[i].span, near.empty() ? std::string() : near.front());
    }
  }
}

TagSource::TagSource(const Call& call, const grammar::CreateAutotag& statement,
                     const exec::Context& context)
    : call_(call), statement_(statement), context_(context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const std::vector<TableId> wanted = tables();
  if (!statement.embedding) {
    set_ = &plan::only_embedding(catalog, wanted, "say which with USING name");
    return;
  }
  const grammar::Name& name = *statement.embedding;
  set_ = plan::embedding(catalog, name.text);
  if (set_ == nullptr) unknown_name("set of embeddings", name, plan::embedding_names(catalog));
  if (std::find(wanted.begin(), wanted.end(), set_->table) == wanted.end())
    throw Error(ErrorCode::kType,
                fmt::format("the embeddings '{}' are of {}; the examples are {}", name.text,
                            plan::source_text(catalog, set_->table), in_words(catalog, wanted)),
                name.span);
}

std::vector<TableId> TagSource::tables() const {
  const storage::Catalog& catalog = context_.snapshot->catalog();
  const bind::Scope scope{context_.snapshot, call_.session.run, &call_.parameters};
  std::vector<TableId> tables = all_tables(catalog, true);
  if (statement_.query)
    tables = bind::source_tables(statement_.query->source.value_or(grammar::Source{}), scope);
  if (statement_.slice)
    tables = named_slice(catalog, *statement_.slice).objects
                 ? all_tables(catalog, false)
                 : std::vector<TableId>{storage::kItems};
  if (!statement_.rows) return tables;
  const std::vector<TableId> asked = bind::source_tables(*statement_.rows, scope);
  const std::vector<TableId> given = tables;
  std::erase_if(tables, [&](TableId table) {
    return std::find(asked.begin(), asked.end(), table) == asked.end();
  });
  if (tables.empty())
    throw Error(ErrorCode::kType,
                fmt::format("the examples are {}, not {}", in_words(catalog, given),
                            in_words(catalog, asked)),
                statement_.rows->span);
  return tables;
}

std::vector<uint64_t> TagSource::selected_rows(std::vector<Warning>& warnings) const {
  const Parameters none;
  std::vector<Warning> ignored;
  plan::Plan plan;
  if (statement_.query) {
    plan = api::bind(call_, *statement_.query, context_.snapshot, warnings);
  } else {
    const std::string text = fmt::format(
        "FROM {} WHERE slice = {}", plan::source_text(context_.snapshot->catalog(), set_->table),
        grammar::quote_text(statement_.slice->text));
    const bind::Scope scope = scope_of(call_, context_.snapshot, none);
    plan = optimise(call_.session, bind::bind_query(grammar::parse_query(text), scope, ignored));
  }
  if (plan.grouped)
    throw Error(ErrorCode::kType, "examples are rows; this query returns groups",
                statement_.query->span);
  std::vector<uint64_t> rows;
  const exec::RowSet selected = exec::select_rows(plan, context_);
  for (const exec::RowSet::TableRows& of_table : selected.tables) {
    if (of_table.table != set_->table) continue;
    for (size_t chunk = 0; chunk < of_table.chunks.size(); ++chunk)
      of_table.chunks[chunk].for_each([&](uint32_t row) {
        rows.push_back(chunk * context_.snapshot->catalog().chunk_rows + row);
      });
  }
  return rows;
}

std::vector<exec::TagExample> TagSource::examples(std::vector<Warning>& warnings) {
  if (!statement_.slice && !statement_.query)
    return NamedExamples(statement_.examples, statement_.rejected, *set_, context_).examples();
  std::vector<exec::TagExample> examples =
      NamedExamples({}, statement_.rejected, *set_, context_).examples();
  std::set<uint64_t> rejected;
  for (const exec::TagExample& example : examples) rejected.insert(example.row);
  const std::vector<uint64_t> rows = selected_rows(warnings);
  const Span span = statement_.query ? statement_.query->span : statement_.slice->span;
  if (rows.empty())
    throw Error(ErrorCode::kConstraint, "there is no row here that could be an example", span);
  if (rows.size() > kMostExamples)
    throw Error(ErrorCode::kLimit,
                fmt::format("an autotag learns from at most {} examples, not {}; add SAMPLE 1000 "
                            "to a query",
                            grouped(kMostExamples), grouped(rows.size())),
                span);
  exec::RowTexts texts(context_.snapshot, set_->table);
  without_vector_ = 0;
  for (const uint64_t row : rows) {
    context_.poll();
    if (rejected.contains(row)) continue;
    if (exec::has_direction(*context_.snapshot, *set_, row))
      examples.push_back({row, texts.text(row), 1});
    else
      ++without_vector_;
  }
  return examples;
}

}  // namespace cupel::api
