#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.hpp"

namespace cupel::testing {

/// A directory of a test's own, gone after it.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string path(std::string_view name = "database") const;
  /// Writes a file and returns its path.
  std::string file(std::string_view name, std::string_view bytes) const;

 private:
  std::filesystem::path path_;
};

/// Opens, or throws what went wrong (which fails the test).
Database open(const std::string& path = ":memory:", const Options& options = {});

/// The answer of a statement that must succeed.
Table run(Session& session, std::string_view statement, const Parameters& parameters = {});
/// The error of a statement that must fail.
Error error_of(Session& session, std::string_view statement, const Parameters& parameters = {});
/// The one value of an answer with one row and one column.
Value one(Session& session, std::string_view statement, const Parameters& parameters = {});
int64_t count(Session& session, std::string_view condition_or_source);

/// One column as people read it.
std::vector<std::string> texts(const Table& table, size_t column = 0);
/// reference_ids of the items for which a condition holds.
std::vector<std::string> items_where(Session& session, std::string_view condition);

/// `rows` items "i0", "i1", … with metadata.n = their number.
std::vector<ItemRow> numbered_items(size_t rows);
ObjectRow box(std::string item, std::string label, std::string id = {});

}  // namespace cupel::testing
