#pragma once

#include <cstdint>
#include <string_view>

#include "engine/io/file_window.hpp"

namespace cupel::io {

struct Line {
  std::string_view text;  ///< without its end; behind it 64 more bytes may be read
  uint64_t number = 0;    ///< from 1
  bool too_long = false;  ///< then text is empty
  bool last = false;      ///< no line end follows: the file ends here
};

/// The lines of a file, one after the other, with `\n` or `\r\n` at their end. A byte order mark
/// at the beginning of the file is skipped.
class LineReader {
 public:
  LineReader(FileWindow& window, size_t max_bytes) : window_(window), max_bytes_(max_bytes) {}
  /// The next line, blank ones included; valid until the next call. Null at the end.
  const Line* next();

 private:
  const Line* take(size_t bytes, size_t end_bytes);
  const Line* skip_long_line();

  FileWindow& window_;
  size_t max_bytes_;
  size_t used_ = 0;  ///< bytes of the line handed out last, given up at the next call
  Line line_;
};

/// Skips a UTF-8 byte order mark at the beginning of the file.
void skip_byte_order_mark(FileWindow& window);

}  // namespace cupel::io
