#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/format_options.hpp"
#include "engine/io/record.hpp"

namespace cupel::io {

/// What an IMPORT statement asks of a file.
enum class Want { kItems, kAnnotations, kPredictions };

/// Limits of the input, and the size of the window that slides over a file (tests lower them).
struct ReadLimits {
  size_t window_bytes = size_t{1} << 20;
  size_t record_bytes = size_t{16} << 20;  ///< a line, or an element of a list
};

struct ReadRequest {
  std::filesystem::path file;  ///< or a folder, for the formats that are folders (voc, yolo)
  Want want = Want::kItems;
  std::string run;     ///< for kPredictions: the run of objects that name none
  std::string format;  ///< empty: recognised from the content (kUnsupported when it is ambiguous)
  ReadLimits limits;
  /// Read in place of the file, which only names it in sentences; `format` must be given.
  std::optional<std::string_view> text;
  FormatOptions options;  ///< of `format`, checked
};

/// Names of the formats that can be read, sorted.
const std::vector<std::string>& readable_formats();
/// The options that a readable format takes behind FORMAT.
const std::vector<FormatOption>& reading_options(std::string_view format);

/// Reads a file of any known format and hands every wanted record to `sink`, in file order, in
/// memory bounded by a record (COCO: by its tables of images and categories). `names` numbers the
/// fields. Throws Error: kIo (cannot be read), kUnsupported (unknown format), kConstraint (a file
/// whose frame is broken, with its place; broken single records go to sink.failed).
/// What each format's fields become is written in docs/import-export.md.
/// The limits of JSON (depth 64, line 16 MiB, integers of 64 bits, no duplicate keys, no NaN) are
/// those of reference section 7 and make a record fail with a sentence.
void read(const ReadRequest& request, FieldNames& names, RecordSink& sink);

}  // namespace cupel::io
