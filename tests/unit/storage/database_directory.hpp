#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "cupel/error.hpp"
#include "storage/dataset.hpp"

namespace cupel::storage {

/// A directory that is gone with the test.
class DatabaseDirectory {
 public:
  DatabaseDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "cupel-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
  }
  DatabaseDirectory(const DatabaseDirectory&) = delete;
  DatabaseDirectory& operator=(const DatabaseDirectory&) = delete;
  ~DatabaseDirectory() { std::filesystem::remove_all(root_); }

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path database() const { return root_ / "db"; }
  std::shared_ptr<Dataset> open(DatasetOptions options = {}) const {
    options.memory_bytes = 32u << 20;
    return Dataset::open(database(), options);
  }

 private:
  std::filesystem::path root_;
};

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline void flip_bit(const std::filesystem::path& path, size_t offset, int bit = 3) {
  std::string bytes = file_bytes(path);
  ASSERT_LT(offset, bytes.size());
  bytes[offset] = static_cast<char>(bytes[offset] ^ (1 << bit));
  write_bytes(path, bytes);
}

/// The files of the store with that ending.
inline std::vector<std::filesystem::path> row_files(const std::filesystem::path& database,
                                                    std::string_view part) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(database / "rows"))
    if (entry.path().filename().string().find(part) != std::string::npos)
      found.push_back(entry.path());
  return found;
}

/// Runs `f` in a child that ends without closing anything, and returns what it returned.
inline int in_child(const std::function<int()>& f) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      ::_exit(f());
    } catch (...) {
      ::_exit(99);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The error that `f` throws; nothing when it throws none.
inline std::optional<Error> error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

inline std::string findings_of(const Dataset& dataset) {
  std::string all;
  for (const Finding& finding : check(dataset)) all += finding.what + "\n";
  return all;
}

/// An item with a reference id and its look-up, through row changes.
inline uint64_t add_item(Transaction& transaction, std::string_view reference_id) {
  const uint64_t row = transaction.append_rows(kItems, 1);
  const ColumnId column = transaction.column(kItems, "reference_id", Type::kText, false);
  transaction.set(column, row, reference_id);
  transaction.add_lookup(reference_id, row);
  return row;
}

inline Value field(const Snapshot& snapshot, TableId table, std::string_view name, Type type,
                   uint64_t row) {
  const Column* column = snapshot.catalog().find(table, name, type);
  return column == nullptr ? Value() : snapshot.value(column->id, row);
}

}  // namespace cupel::storage
