#include "engine/io/line_reader.hpp"

#include <cstring>

namespace cupel::io {

void skip_byte_order_mark(FileWindow& window) {
  while (window.view().size() < 3 && window.load()) {
  }
  if (window.view().substr(0, 3) == "\xEF\xBB\xBF") window.advance(3);
}

const Line* LineReader::next() {
  if (line_.number == 0) skip_byte_order_mark(window_);
  window_.advance(used_);
  used_ = 0;
  size_t scanned = 0;
  for (;;) {
    const std::string_view view = window_.view();
    const void* end = view.size() == scanned
                          ? nullptr
                          : std::memchr(view.data() + scanned, '\n', view.size() - scanned);
    if (end != nullptr) {
      const auto bytes = static_cast<size_t>(static_cast<const char*>(end) - view.data());
      return take(bytes, 1);
    }
    scanned = view.size();
    if (scanned > max_bytes_) return skip_long_line();
    if (!window_.load()) break;
  }
  if (scanned == 0) return nullptr;
  line_.last = true;
  return take(scanned, 0);
}

const Line* LineReader::take(size_t bytes, size_t end_bytes) {
  used_ = bytes + end_bytes;
  ++line_.number;
  line_.too_long = bytes > max_bytes_;
  line_.text = line_.too_long ? std::string_view() : window_.view().substr(0, bytes);
  if (!line_.text.empty() && line_.text.back() == '\r') line_.text.remove_suffix(1);
  return &line_;
}

const Line* LineReader::skip_long_line() {
  ++line_.number;
  line_.too_long = true;
  line_.text = {};
  for (;;) {
    const std::string_view view = window_.view();
    const void* end = view.empty() ? nullptr : std::memchr(view.data(), '\n', view.size());
    if (end != nullptr) {
      window_.advance(static_cast<size_t>(static_cast<const char*>(end) - view.data()) + 1);
      return &line_;
    }
    window_.advance(view.size());
    if (!window_.load()) return &line_;
  }
}

}  // namespace cupel::io
