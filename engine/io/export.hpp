#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/io/export_losses.hpp"
#include "engine/io/format_options.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/reach.hpp"
#include "storage/snapshot.hpp"

namespace cupel::io {

/// What the rows of an export are: items with their objects, or objects.
enum class ExportRows : uint8_t { kItems, kAnnotations, kPredictions, kObjects };

struct ExportRequest {
  std::filesystem::path target;  ///< a file, or a folder that does not exist
  ExportRows rows = ExportRows::kItems;
  storage::TableId table = storage::kItems;  ///< of the rows; the first of kObjects
  storage::SnapshotPtr snapshot;             ///< which the rows are of
  FormatOptions options;                     ///< of the format, checked
  Reach reach;                               ///< of files beside the target
  /// Told of working memory that grows with the export, in bytes; may throw.
  std::function<void(size_t)> reserve;
};

/// Writes whole rows in a format that has no place for some of what a row can have. What it cannot
/// carry is counted, all of it. Throws Error: kIo, kConflict (a folder is there already),
/// kUnsupported (the format has no such rows), kConstraint. One thread.
class Exporter {
 public:
  virtual ~Exporter() = default;
  /// A row in the lossless form (RowJson).
  virtual void add(const JsonNode& row) = 0;
  /// Last: what was written appears under its name, complete. Without it nothing does.
  virtual void finish() = 0;
  /// What was written, as counts of plurals, the most important first.
  virtual std::vector<std::pair<uint64_t, std::string>> written() const = 0;
  const ExportLosses& losses() const { return losses_; }

 protected:
  ExportLosses losses_;
};

/// Names of the formats that can be written, sorted.
const std::vector<std::string>& writable_formats();
/// The options that a format takes behind FORMAT.
const std::vector<FormatOption>& writing_options(std::string_view format);
/// The format that the extension of a file tells for certain; empty when it does not.
std::string_view format_of_extension(const std::filesystem::path& file);
/// Whether the format is written by an Exporter. `ids` and `jsonl` are not: they lose nothing, or
/// mean to.
bool has_exporter(std::string_view format);
std::unique_ptr<Exporter> make_exporter(std::string_view format, const ExportRequest& request);

}  // namespace cupel::io
