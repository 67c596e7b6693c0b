#include "engine/exec/embedding_changes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace cupel::exec {
namespace {

constexpr std::string_view kKind = "embedding_changes";
/// So many commits are told apart; older ones are counted with the oldest of these.
constexpr size_t kMostChanges = 64;

struct Change {
  uint64_t generation = 0;
  uint64_t rows = 0;
};

bool take_number(std::string_view& text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

/// A line a commit: "GENERATION ROWS".
std::vector<Change> changes_of(const storage::Catalog& catalog, uint32_t set) {
  std::vector<Change> changes;
  const std::string* document = catalog.document(kKind, std::to_string(set));
  if (document == nullptr) return changes;
  std::string_view rest = *document;
  Change change;
  while (take_number(rest, change.generation) && take_number(rest, change.rows))
    changes.push_back(change);
  return changes;
}

}  // namespace

void note_replaced_vectors(storage::Transaction& transaction, uint32_t set, uint64_t rows) {
  if (rows == 0) return;
  const uint64_t generation = transaction.catalog().vectors(set)->generation;
  std::vector<Change> changes = changes_of(transaction.catalog(), set);
  if (!changes.empty() && changes.back().generation == generation)
    changes.back().rows += rows;
  else
    changes.push_back({generation, rows});
  if (changes.size() > kMostChanges) {
    changes[1].rows += changes[0].rows;
    changes.erase(changes.begin());
  }
  std::string text;
  for (const Change& change : changes)
    text += fmt::format("{} {}\n", change.generation, change.rows);
  transaction.set_document(kKind, std::to_string(set), std::move(text));
}

void forget_replaced_vectors(storage::Transaction& transaction, uint32_t set) {
  transaction.remove_document(kKind, std::to_string(set));
}

uint64_t replaced_vectors_since(const storage::Catalog& catalog, uint32_t set,
                                uint64_t generation) {
  uint64_t rows = 0;
  for (const Change& change : changes_of(catalog, set))
    if (change.generation > generation) rows += change.rows;
  return rows;
}

}  // namespace cupel::exec
