#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/api/state.hpp"

/// What the statements of embeddings, similarity and autotags share.
namespace cupel::api {

/// The set of that name. Throws kName with near names.
const storage::VectorSet& named_embedding(const storage::Catalog& catalog,
                                          const grammar::Name& name);

/// The named set, or the only one of the tables (empty: of any table). Throws kName, saying what to
/// write.
const storage::VectorSet& choose_embedding(const storage::Catalog& catalog,
                                           const std::optional<grammar::Name>& name,
                                           std::span<const storage::TableId> tables,
                                           std::string_view choose = "say which with USING name");

/// "items", "annotations", "predictions": the rows of a table.
std::string_view noun_of(storage::TableId table);

/// Where Session::append_embeddings puts its vectors.
struct AppendTarget {
  std::string_view name, source, run;
  bool update = false;
};
AppendCounts append_embeddings(Session::State& session, const AppendTarget& target,
                               std::span<const std::string_view> ids, uint32_t width,
                               std::span<const float> vectors);

}  // namespace cupel::api
