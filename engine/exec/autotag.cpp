#include "engine/exec/autotag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/exec/autotag_stale.hpp"
#include "engine/exec/autotag_training.hpp"
#include "engine/exec/embedding_rows.hpp"

namespace cupel::exec {
namespace {

using storage::TableId;
using storage::VectorSet;

/// Every column that a tag of this name could have, over all tables and types.
std::vector<storage::Column> columns_of(const storage::Catalog& catalog, std::string_view name) {
  std::vector<storage::Column> columns;
  for (TableId table = 0; table < catalog.next_table; ++table)
    for (const std::string& column : {score_column(table, name), training_column(table, name)})
      for (const storage::Column* found : catalog.find(table, column)) columns.push_back(*found);
  return columns;
}

/// Rows that are examples get their side; those that were and are none any more lose it.
void write_examples(storage::Transaction& transaction, const Tag& tag,
                    const std::vector<TagExample>& before) {
  const storage::ColumnId column =
      transaction.column(tag.table, training_column(tag.table, tag.name), Type::kInt64);
  std::map<uint64_t, Value> sides;
  for (const TagExample& example : before) sides[example.row] = Value();
  for (const TagExample& example : tag.examples) sides[example.row] = Value(int64_t{example.side});
  for (const auto& [row, side] : sides) transaction.set(column, row, side);
}

TagOutcome learn_and_write(storage::Transaction& transaction, Tag tag, const VectorSet& set,
                           const std::vector<TagExample>& before, const Context& context) {
  TagOutcome outcome;
  tag.embedding = set.name;
  tag.set = set.id;
  tag.table = set.table;
  outcome.without_vector = train(tag, set, context);
  tag.fingerprint = examples_fingerprint(*context.snapshot, set, tag.examples);
  tag.generation = set.generation;
  tag.changed = false;
  outcome.scores = write_scores(transaction, tag, set, context);
  write_examples(transaction, tag, before);
  transaction.set_document(kAutotag, tag.name, encode(tag));
  outcome.tag = std::move(tag);
  return outcome;
}

/// Gives examples whose rows were deleted the rows that have their texts now, and leaves out those
/// of which there is none; returns how many. Of two examples that come to be one row the first
/// stays.
uint64_t find_again(std::vector<TagExample>& examples, TableId table, const Context& context) {
  const auto poll = [&context] { context.poll(); };
  const storage::Bitmap visible = visible_rows(*context.snapshot, table, poll);
  const auto is_there = [&](uint64_t row) {
    return row < visible.size() && visible.test(static_cast<uint32_t>(row));
  };
  std::vector<std::string> texts;
  for (const TagExample& example : examples)
    if (!is_there(example.row)) texts.push_back(example.text);
  if (texts.empty()) return 0;
  const std::vector<FoundRow> found = find_rows(context.snapshot, table, texts, poll);
  std::vector<TagExample> kept;
  std::map<uint64_t, int8_t> taken;
  size_t next = 0;
  for (TagExample& example : examples) {
    if (!is_there(example.row)) {
      const FoundRow& again = found[next++];
      if (!again.row) continue;
      example.row = *again.row;
    }
    if (taken.emplace(example.row, example.side).second) kept.push_back(std::move(example));
  }
  const uint64_t gone = examples.size() - kept.size();
  examples = std::move(kept);
  return gone;
}

}  // namespace

void require_free_tag(const storage::Catalog& catalog, std::string_view name) {
  if (catalog.document(kAutotag, name) != nullptr)
    throw Error(ErrorCode::kConflict,
                fmt::format("there is an autotag '{}' already; REFINE AUTOTAG it, DROP AUTOTAG it "
                            "first, or choose another name",
                            name));
  if (const auto columns = columns_of(catalog, name); !columns.empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("there are values {} already, which were imported; choose another "
                            "name{}",
                            columns.front().name,
                            columns.front().type == Type::kText ? "" : ", or DROP AUTOTAG first"));
}

TagOutcome create_tag(storage::Transaction& transaction, Tag tag, const VectorSet& set,
                      const Context& context) {
  require_free_tag(transaction.catalog(), tag.name);
  return learn_and_write(transaction, std::move(tag), set, {}, context);
}

TagOutcome retrain_tag(storage::Transaction& transaction, const Tag& before,
                       std::vector<TagExample> examples, const VectorSet& set,
                       const Context& context) {
  Tag tag;
  tag.name = before.name;
  tag.seed = before.seed;
  tag.created_micros = before.created_micros;
  const uint64_t gone = find_again(examples, set.table, context);
  tag.examples = std::move(examples);
  TagOutcome outcome = learn_and_write(transaction, std::move(tag), set, before.examples, context);
  outcome.gone = gone;
  return outcome;
}

bool drop_tag(storage::Transaction& transaction, std::string_view name) {
  bool known = transaction.catalog().document(kAutotag, name) != nullptr;
  transaction.remove_document(kAutotag, name);
  for (const storage::Column& column : columns_of(transaction.catalog(), name)) {
    if (column.type == Type::kText) continue;  // no tag has such columns
    transaction.remove_column(column.id);
    known = true;
  }
  return known;
}

std::vector<std::string> check_tags(const storage::Catalog& catalog) {
  std::vector<std::string> findings;
  for (const std::string& name : catalog.documents(kAutotag)) {
    try {
      const Tag tag = *tag_of(catalog, name);
      for (const std::string& column :
           {score_column(tag.table, name), training_column(tag.table, name)})
        if (catalog.find(tag.table, column).empty())
          findings.push_back(fmt::format("autotag '{}' has no column {}", name, column));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kCorruption) throw;
      findings.push_back(error.message());
    }
  }
  return findings;
}

}  // namespace cupel::exec
