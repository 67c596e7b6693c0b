#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/catalog.hpp"

/// Which sets of embeddings there are, and which one is meant where none is named.
namespace cupel::plan {

/// The most components of an embedding.
inline constexpr uint32_t kMaxEmbeddingWidth = 8192;

/// "items", "annotations", `predictions("run")`: a table as the language names it.
std::string source_text(const storage::Catalog& catalog, storage::TableId table);

/// The names of all sets of embeddings, sorted.
std::vector<std::string> embedding_names(const storage::Catalog& catalog);

/// The set of that name; null when there is none.
const storage::VectorSet* embedding(const storage::Catalog& catalog, std::string_view name);

/// The sets of embeddings of one of the tables (empty: of any), by name.
std::vector<const storage::VectorSet*> embeddings_of(const storage::Catalog& catalog,
                                                     std::span<const storage::TableId> tables);

/// The only set of one of the tables (empty: of any). Throws kName without a place: there is none,
/// with what adds one, or several, which it lists. `choose` ends the sentence about several: "say
/// which with USING name".
const storage::VectorSet& only_embedding(const storage::Catalog& catalog,
                                         std::span<const storage::TableId> tables,
                                         std::string_view choose);

}  // namespace cupel::plan
