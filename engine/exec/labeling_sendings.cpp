#include "engine/exec/labeling_sendings.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "engine/exec/labeling_tasks.hpp"
#include "engine/labeling/leftover.hpp"

namespace cupel::exec {
namespace {

/// The ids of committed sendings, a line each; of dropped projects, too.
constexpr const char* kSendings = "labeling_sendings";

std::string sendings_of(const storage::Catalog& catalog) {
  const std::string* text = catalog.document(kSendings, "");
  return text == nullptr ? std::string() : *text;
}

using SendIds = std::set<std::string, std::less<>>;

SendIds committed_sendings(const storage::Catalog& catalog) {
  SendIds committed;
  const std::string all = sendings_of(catalog);
  for (std::string_view left = all; !left.empty();) {
    const size_t end = std::min(left.find('\n'), left.size());
    committed.emplace(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return committed;
}

/// Nothing where the id is not of this database.
std::optional<uint64_t> generation_in(std::string_view id, const std::string& database) {
  const std::string prefix = database + "-";
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
  return fmt::format("{}-{}-{}", request.database, generation, name);
}

std::function<bool(const std::string&)> leftovers(const storage::Catalog& catalog,
                                                  const std::string& database) {
  return [committed = committed_sendings(catalog), database,
          generation = catalog.generation](const std::string& id) {
    // What a database in memory sent is nobody's after it.
    if (database.empty()) return false;
    // A later generation is that of a database of which this one is an older copy.
    const std::optional<uint64_t> sent = generation_in(id, database);
    return sent && *sent <= generation && !committed.contains(id);
  };
}

void remember_sending(storage::Transaction& transaction, const labeling::Project& project) {
  transaction.set_document(kProjectDocument, project.name, labeling::encode_project(project));
  transaction.set_document(kSendings, "",
                           sendings_of(transaction.catalog()) + project.send_id + "\n");
}

void finish_sendings(const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const SendIds committed = committed_sendings(catalog);
  const auto is_committed = [&](const std::string& id) { return committed.contains(id); };
  for (const std::string& name : project_names(catalog)) {
    const std::optional<labeling::Project> project = find_project(catalog, name);
    for (const std::string& directory : project->directories)
      if (context.reach.allows(directory)) labeling::finish_leftover(directory, is_committed);
  }
}

}  // namespace cupel::exec
