#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// What cancel_bench runs, and on what.
namespace cupel::testing {

/// A statement whose answer takes a while. `changes`: it changes the database when it ends, or
/// leaves an index that makes the next one short.
struct LongStatement {
  std::string name;
  std::string text;
  bool changes = false;
};

/// Makes a database of that many items in `directory`/database, with five boxes and a category
/// each, a run of predictions, class probabilities, embeddings and a slice; and files to import
/// beside it. Throws std::runtime_error for what goes wrong.
void make_cancel_data(const std::filesystem::path& directory, size_t items);

/// Reads, changes, imports, exports and analyses.
std::vector<LongStatement> long_statements(const std::filesystem::path& directory);

}  // namespace cupel::testing
