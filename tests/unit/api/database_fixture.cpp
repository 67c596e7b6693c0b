#include "tests/unit/api/database_fixture.hpp"

#include <unistd.h>

#include <atomic>
#include <fstream>

namespace cupel::testing {

namespace fs = std::filesystem;

Directory::Directory() {
  static std::atomic<int> number{0};
  path_ = fs::temp_directory_path() /
          ("cupel-api-" + std::to_string(getpid()) + "-" + std::to_string(++number));
  fs::remove_all(path_);
  fs::create_directories(path_);
}

Directory::~Directory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Directory::path(std::string_view name) const { return (path_ / name).string(); }

std::string Directory::file(std::string_view name, std::string_view bytes) const {
  std::ofstream out(path_ / name, std::ios::binary);
  out << bytes;
  return path(name);
}

Database open(const std::string& path, const Options& options) {
  return Database::open(path, options).value();
}

Table run(Session& session, std::string_view statement, const Parameters& parameters) {
  return session.execute(statement, parameters).value();
}

Error error_of(Session& session, std::string_view statement, const Parameters& parameters) {
  const Result<Table> table = session.execute(statement, parameters);
  if (!table) return table.error();
  ADD_FAILURE() << statement << " should fail";
  return {ErrorCode::kInternal, "no error"};
}

Value one(Session& session, std::string_view statement, const Parameters& parameters) {
  const Table table = run(session, statement, parameters);
  EXPECT_EQ(table.rows(), 1U) << statement;
  EXPECT_EQ(table.columns.size(), 1U) << statement;
  return table.rows() == 1 ? table.value(0, 0) : Value();
}

int64_t count(Session& session, std::string_view condition_or_source) {
  return one(session, "SELECT count() " + std::string(condition_or_source)).as_int();
}

std::vector<std::string> texts(const Table& table, size_t column) {
  std::vector<std::string> all;
  for (size_t row = 0; row < table.rows(); ++row) all.push_back(to_text(table.value(row, column)));
  return all;
}

std::vector<std::string> items_where(Session& session, std::string_view condition) {
  return texts(run(session, "SELECT reference_id WHERE " + std::string(condition)));
}

std::vector<ItemRow> numbered_items(size_t rows) {
  std::vector<ItemRow> items(rows);
  for (size_t i = 0; i < rows; ++i) {
    items[i].reference_id = "i" + std::to_string(i);
    items[i].metadata.emplace_back("n", static_cast<int64_t>(i));
  }
  return items;
}

ObjectRow box(std::string item, std::string label, std::string id) {
  ObjectRow row;
  row.reference_id = std::move(item);
  row.label = std::move(label);
  row.annotation_id = std::move(id);
  row.x = 1;
  row.y = 2;
  row.width = 30;
  row.height = 40;
  return row;
}

}  // namespace cupel::testing
