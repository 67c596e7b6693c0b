#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cupel/error.hpp"
#include "storage/catalog.hpp"
#include "storage/table_number.hpp"
#include "storage/vectors.hpp"

// What a catalog knows besides columns and slices: sets of vectors, documents, hidden tables.

namespace cupel::storage {
namespace {

void require_sound(const Catalog& catalog, const VectorSet& set) {
  if (set.width == 0 || set.width > kMaxVectorWidth)
    throw Error(ErrorCode::kLimit,
                fmt::format("the {} '{}' have {} components each; 1 to {} are "
                            "possible",
                            to_string(set.use), set.name, set.width, kMaxVectorWidth));
  const size_t labels = set.use == VectorUse::kProbabilities ? set.width : 0;
  if (set.table >= catalog.next_table || set.classes.size() != labels)
    throw Error(ErrorCode::kInternal,
                fmt::format("the parts of the {} '{}' do not agree", to_string(set.use), set.name));
}

}  // namespace

const VectorSet* Catalog::vectors(VectorUse use, std::string_view name) const {
  const auto found = vector_sets_.find({use, std::string(name)});
  return found == vector_sets_.end() ? nullptr : &found->second;
}

const VectorSet* Catalog::vectors(uint32_t id) const {
  const auto found = std::find_if(vector_sets_.begin(), vector_sets_.end(),
                                  [&](const auto& entry) { return entry.second.id == id; });
  return found == vector_sets_.end() ? nullptr : &found->second;
}

VectorSet& Catalog::add_vectors(VectorSet set) {
  if (vectors(set.use, set.name) != nullptr)
    throw Error(ErrorCode::kConflict,
                fmt::format("{} '{}' exist already; drop them or choose another name",
                            to_string(set.use), set.name));
  require_sound(*this, set);
  set.id = next_vectors++;
  set.block_rows = block_rows_for(set.width, set.element);
  const std::pair<VectorUse, std::string> key(set.use, set.name);
  return vector_sets_.emplace(key, std::move(set)).first->second;
}

VectorSet& Catalog::mutable_vectors(uint32_t id) {
  const VectorSet* known = vectors(id);
  if (known == nullptr)
    throw Error(ErrorCode::kInternal, fmt::format("there is no vector set number {}", id));
  return const_cast<VectorSet&>(*known);
}

void Catalog::remove_vectors(VectorUse use, std::string_view name) {
  if (vector_sets_.erase({use, std::string(name)}) == 0)
    throw Error(ErrorCode::kName, fmt::format("there are no {} '{}'", to_string(use), name));
}

const std::string* Catalog::document(std::string_view kind, std::string_view name) const {
  const auto found = documents_.find({std::string(kind), std::string(name)});
  return found == documents_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Catalog::documents(std::string_view kind) const {
  std::vector<std::string> names;
  for (auto it = documents_.lower_bound({std::string(kind), ""});
       it != documents_.end() && it->first.first == kind; ++it)
    names.push_back(it->first.second);
  return names;
}

void Catalog::set_document(std::string_view kind, std::string_view name, std::string text) {
  if (text.size() > kMaxDocumentBytes)
    throw Error(ErrorCode::kLimit, fmt::format("the {} '{}' takes {} bytes; at most {} can be kept",
                                               kind, name, text.size(), kMaxDocumentBytes));
  documents_[{std::string(kind), std::string(name)}] =
      std::make_shared<const std::string>(std::move(text));
}

void Catalog::remove_document(std::string_view kind, std::string_view name) {
  documents_.erase({std::string(kind), std::string(name)});
}

std::optional<TableId> Catalog::hidden_table(std::string_view name) const {
  for (const Run& hidden : hidden_tables_)
    if (hidden.name == name) return hidden.table;
  return std::nullopt;
}

bool Catalog::is_hidden(TableId table) const {
  return std::any_of(hidden_tables_.begin(), hidden_tables_.end(),
                     [&](const Run& hidden) { return hidden.table == table; });
}

TableId Catalog::add_hidden_table(std::string name) {
  if (hidden_table(name))
    throw Error(ErrorCode::kInternal, fmt::format("a hidden table '{}' exists already", name));
  return hidden_tables_.emplace_back(Run{take_table_number(next_table), std::move(name)}).table;
}

}  // namespace cupel::storage
