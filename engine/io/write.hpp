#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/snapshot.hpp"

namespace cupel::io {

/// Writes rows of one table as JSON objects in the lossless form (docs: import-export), which
/// IMPORT … FORMAT jsonl reads back equal in value. Rows should be asked for in ascending order;
/// objects of items are found a chunk of items at a time. One thread.
class RowJson {
 public:
  /// `nested`: items carry their annotations and predictions.
  RowJson(storage::SnapshotPtr snapshot, storage::TableId table, bool nested = true);
  ~RowJson();
  /// Appends the object (no line end). Throws Error as storage does.
  void append(std::string& out, uint64_t row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A file that appears under its name only when it is complete: written beside it, synced,
/// renamed by commit(); removed when destroyed before. Throws kIo with the path and the reason
/// ("disk full: …").
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  void write(std::string_view bytes);
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cupel::io
