#include "engine/exec/labeling_sendings.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "engine/exec/labeling_tasks.hpp"

namespace cupel::exec {
namespace {

/// The ids of committed sendings, a line each; of dropped projects, too.
constexpr const char* kSendings = "labeling_sendings";

std::string sendings_of(const storage::Catalog& catalog) {
  const std::string* text = catalog.document(kSendings, "");
  return text == nullptr ? std::string() : *text;
}

/// FNV-1a: names a database in a few letters.
std::string hash_of(std::string_view text) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3u;
  }
  return fmt::format("{:016x}", hash);
}

/// Nothing where the id is not of this database.
std::optional<uint64_t> generation_in(std::string_view id, const std::string& database) {
  const std::string prefix = hash_of(database) + "-";
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  uint64_t generation = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), generation);
  if (error != std::errc() || end == id.data() + id.size() || *end != '-') return std::nullopt;
  return generation;
}

}  // namespace

std::string send_id(const SendRequest& request, uint64_t generation) {
  // A line break in the name would make two lines of it.
  std::string name;
  for (const char c : request.project) name += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return fmt::format("{}-{}-{}", hash_of(request.database), generation, name);
}

std::function<bool(const std::string&)> leftovers(const storage::Catalog& catalog,
                                                  const std::string& database) {
  std::set<std::string, std::less<>> committed;
  const std::string all = sendings_of(catalog);
  for (std::string_view left = all; !left.empty();) {
    const size_t end = std::min(left.find('\n'), left.size());
    committed.emplace(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return [committed = std::move(committed), database,
          generation = catalog.generation](const std::string& id) {
    // What a database in memory sent is nobody's after it: another one's, perhaps.
    if (database.empty()) return false;
    const std::optional<uint64_t> sent = generation_in(id, database);
    return sent && *sent <= generation && !committed.contains(id);
  };
}

void remember_sending(storage::Transaction& transaction, const labeling::Project& project) {
  transaction.set_document(kProjectDocument, project.name, labeling::encode_project(project));
  transaction.set_document(kSendings, "",
                           sendings_of(transaction.catalog()) + project.send_id + "\n");
}

}  // namespace cupel::exec
