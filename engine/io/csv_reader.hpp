#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/file_window.hpp"
#include "engine/io/json_document.hpp"

namespace cupel::io {

struct CsvCell {
  std::string_view text;  ///< without its quotes; doubled ones are single
  bool quoted = false;
  /// Nothing stands there; `""` is an empty text.
  bool missing() const { return text.empty() && !quoted; }
};

struct CsvRecord {
  uint64_t line = 0;  ///< on which it begins, from 1
  std::span<const CsvCell> cells;
  std::optional<RecordError> error;  ///< why it cannot be read; it has no cells then
};

/// The records of a CSV file (RFC 4180), one after the other; lines end with `\n` or `\r\n`. A byte
/// order mark is skipped, and so are blank lines.
///
/// 1. A cell is quoted when a quote is its first byte; a quote further on is a byte like others.
/// 2. A record has at most 10,000 cells of 8 MiB each, and `max_bytes`; it is valid UTF-8.
/// 3. A record that is too long, or whose quote is never closed, ends with the line on which it
///    begins: reading goes on with the next line.
/// 4. The size of the window makes no difference.
class CsvReader {
 public:
  CsvReader(FileWindow& window, char delimiter, size_t max_bytes)
      : window_(window), delimiter_(delimiter), max_bytes_(max_bytes) {}

  /// Valid until the next call. Nothing at the end of the file.
  std::optional<CsvRecord> next();
  /// Back to the beginning of the file.
  void restart();
  /// From here on, cells without quotes that hold this word are missing.
  void call_missing(std::string_view word) { missing_word_ = word; }

 private:
  /// Where a cell stands, counted from the record's first byte.
  struct Extent {
    size_t begin = 0;
    size_t end = 0;
    bool quoted = false;
    bool doubled = false;  ///< has quotes to be made single
  };

  /// Whether the record has a byte at `at`; brings it into view.
  bool has(size_t at);
  // From `at` on: the end of the cell (a delimiter, `\n`, or the end of the file), and the quote
  // that closes one. Nothing when it is further than a record may be long.
  std::optional<size_t> find_end(size_t at);
  std::optional<size_t> find_quote(size_t at, bool& doubled);

  /// Finds the cells of the record in view, and where it ends.
  std::optional<RecordError> scan();
  /// Adds the cell that begins at `at`; returns where it ends, nothing when `error` says why not.
  std::optional<size_t> scan_cell(size_t at, std::optional<RecordError>& error);
  void add(const Extent& cell, std::optional<RecordError>& error);
  bool is_blank() const;
  /// Ends the record with its first line.
  void end_with_line();
  std::optional<RecordError> make_cells();

  FileWindow& window_;
  char delimiter_;
  size_t max_bytes_;
  std::string missing_word_;
  uint64_t line_ = 0;        ///< of the record in view
  uint64_t line_count_ = 0;  ///< lines of the record handed out last
  size_t used_ = 0;          ///< bytes of it, given up at the next call
  std::vector<Extent> extents_;
  std::vector<CsvCell> cells_;
  std::string unescaped_;
};

}  // namespace cupel::io
