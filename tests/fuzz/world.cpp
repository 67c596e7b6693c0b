#include "tests/fuzz/world.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "source_dir.hpp"

namespace cupel::fuzz {

Database make_database(const std::string& path, const Place& place) {
  place.clear();
  Options options;
  options.threads = 1;
  options.chunk_rows = 16;
  options.memory_bytes = size_t{64} << 20;
  options.files_within = place.path().string();
  Database database = Database::open(path, options).value();
  std::ifstream file(std::filesystem::path(CUPEL_SOURCE_DIR) / "tests/data/fuzz/world.txt");
  const std::string script{std::istreambuf_iterator<char>(file), {}};
  Session session = database.session();
  for (const ScriptStatement& statement : split_script(script)) {
    if (const auto answer = session.execute(statement.text); !answer) {
      std::fprintf(stderr, "%s\n", describe(answer.error(), statement.text).c_str());
      std::abort();
    }
  }
  return database;
}

}  // namespace cupel::fuzz
