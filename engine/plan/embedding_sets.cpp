#include "engine/plan/embedding_sets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cupel/error.hpp"

namespace cupel::plan {
namespace {

constexpr size_t kListed = 8;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

/// "items or annotations"
std::string in_words(const storage::Catalog& catalog, std::span<const storage::TableId> tables) {
  std::string out;
  for (size_t i = 0; i < tables.size(); ++i) {
    if (i != 0) out += i + 1 == tables.size() ? " or " : ", ";
    out += source_text(catalog, tables[i]);
  }
  return out;
}

/// "'clip' (items), 'crops' (annotations)"
std::string listed(const storage::Catalog& catalog,
                   const std::vector<const storage::VectorSet*>& sets) {
  std::string out;
  for (size_t i = 0; i < sets.size() && i < kListed; ++i)
    out += fmt::format("{}'{}' ({})", i == 0 ? "" : ", ", sets[i]->name,
                       source_text(catalog, sets[i]->table));
  if (sets.size() > kListed) out += ", …";
  return out;
}

std::vector<const storage::VectorSet*> all_embeddings(const storage::Catalog& catalog) {
  std::vector<const storage::VectorSet*> sets;
  for (const auto& [key, set] : catalog.vector_sets())
    if (key.first == storage::VectorUse::kEmbedding) sets.push_back(&set);
  return sets;
}

}  // namespace

std::string source_text(const storage::Catalog& catalog, storage::TableId table) {
  if (table == storage::kItems) return "items";
  if (table == storage::kAnnotations) return "annotations";
  const storage::Run* run = catalog.run(table);
  return "predictions(" + in_quotes(run == nullptr ? std::string_view() : run->name) + ")";
}

std::vector<std::string> embedding_names(const storage::Catalog& catalog) {
  std::vector<std::string> names;
  for (const storage::VectorSet* set : all_embeddings(catalog)) names.push_back(set->name);
  return names;
}

const storage::VectorSet* embedding(const storage::Catalog& catalog, std::string_view name) {
  return catalog.vectors(storage::VectorUse::kEmbedding, name);
}

std::vector<const storage::VectorSet*> embeddings_of(const storage::Catalog& catalog,
                                                     std::span<const storage::TableId> tables) {
  std::vector<const storage::VectorSet*> sets = all_embeddings(catalog);
  std::erase_if(sets, [&](const storage::VectorSet* set) {
    return !tables.empty() && std::find(tables.begin(), tables.end(), set->table) == tables.end();
  });
  return sets;
}

const storage::VectorSet& only_embedding(const storage::Catalog& catalog,
                                         std::span<const storage::TableId> tables,
                                         std::string_view choose) {
  const std::vector<const storage::VectorSet*> fitting = embeddings_of(catalog, tables);
  if (fitting.size() == 1) return *fitting.front();
  const std::string rows = tables.empty() ? std::string() : " of " + in_words(catalog, tables);
  if (!fitting.empty())
    throw Error(ErrorCode::kName, fmt::format("there are several embeddings{}: {}; {}", rows,
                                              listed(catalog, fitting), choose));
  const std::vector<const storage::VectorSet*> others = all_embeddings(catalog);
  if (!others.empty())
    throw Error(ErrorCode::kName, fmt::format("there are no embeddings{}, only {}; {}", rows,
                                              listed(catalog, others), choose));
  throw Error(ErrorCode::kName,
              fmt::format("there are no embeddings yet; IMPORT EMBEDDINGS FROM 'file' AS name{} "
                          "adds some",
                          tables.empty() || tables.front() == storage::kItems
                              ? std::string()
                              : " FOR " + source_text(catalog, tables.front())));
}

}  // namespace cupel::plan
