#include "engine/io/csv_reader.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

constexpr size_t kMaxCells = 10000;
constexpr size_t kMaxCellBytes = size_t{8} << 20;

RecordError of_record(std::string what) { return {{}, std::move(what)}; }

}  // namespace

void CsvReader::restart() {
  window_.seek(0);
  line_ = line_count_ = 0;
  used_ = 0;
}

std::optional<CsvRecord> CsvReader::next() {
  if (line_ == 0) {
    skip_byte_order_mark(window_);
    line_ = 1;
  }
  for (;;) {
    window_.advance(used_);
    line_ += line_count_;
    used_ = 0;
    line_count_ = 0;
    if (!has(0)) return std::nullopt;
    CsvRecord record;
    record.line = line_;
    record.error = scan();
    if (!record.error && is_blank()) continue;
    if (!record.error) record.error = make_cells();
    if (!record.error) record.cells = cells_;
    return record;
  }
}

bool CsvReader::has(size_t at) {
  while (window_.view().size() <= at) {
    if (!window_.load()) return false;
  }
  return true;
}

std::optional<size_t> CsvReader::find_end(size_t at) {
  for (;;) {
    const std::string_view view = window_.view();
    while (at < view.size() && view[at] != delimiter_ && view[at] != '\n') ++at;
    if (at > max_bytes_) return std::nullopt;
    if (at < view.size() || !window_.load()) return at;
  }
}

std::optional<size_t> CsvReader::find_quote(size_t at, bool& doubled) {
  for (;;) {
    if (!has(at)) return std::nullopt;
    const std::string_view view = window_.view();
    const void* quote = std::memchr(view.data() + at, '"', view.size() - at);
    at = quote == nullptr ? view.size()
                          : static_cast<size_t>(static_cast<const char*>(quote) - view.data());
    if (at > max_bytes_) return std::nullopt;
    if (quote == nullptr) continue;
    if (!has(at + 1) || window_.view()[at + 1] != '"') return at;
    doubled = true;
    at += 2;
  }
}

void CsvReader::add(const Extent& cell, std::optional<RecordError>& error) {
  if (extents_.size() == kMaxCells) {
    error = of_record("the record has more than 10,000 columns");
  } else if (cell.end - cell.begin > kMaxCellBytes) {
    error = of_record(fmt::format("column {} holds more than 8 MiB", extents_.size() + 1));
  } else {
    extents_.push_back(cell);
  }
}

std::optional<size_t> CsvReader::scan_cell(size_t at, std::optional<RecordError>& error) {
  Extent cell{at, at, has(at) && window_.view()[at] == '"', false};
  if (cell.quoted) {
    const std::optional<size_t> quote = find_quote(at + 1, cell.doubled);
    if (!quote) {
      const bool longer = window_.view().size() > max_bytes_;
      error = of_record(fmt::format("the quote that opens column {} is not closed {}",
                                    extents_.size() + 1,
                                    longer ? fmt::format("within {} bytes, the most that a record "
                                                         "may have",
                                                         max_bytes_)
                                           : "before the file ends"));
      return std::nullopt;
    }
    cell.begin = at + 1;
    cell.end = *quote;
    at = *quote + 1;
  }
  const std::optional<size_t> end = find_end(at);
  if (!end) {
    error = of_record(
        fmt::format("the record is longer than {} bytes, the most that one may have", max_bytes_));
    return std::nullopt;
  }
  const bool last = !has(*end) || window_.view()[*end] == '\n';
  std::string_view behind = window_.view().substr(at, *end - at);
  if (last && behind.ends_with('\r')) behind.remove_suffix(1);
  if (!cell.quoted) {
    cell.end = cell.begin + behind.size();
  } else if (!behind.empty() && !error) {
    error = of_record(fmt::format("text stands behind the closing quote of column {}; quotes "
                                  "inside of quotes are doubled",
                                  extents_.size() + 1));
  }
  if (!error) add(cell, error);
  return end;
}

std::optional<RecordError> CsvReader::scan() {
  extents_.clear();
  std::optional<RecordError> error;
  size_t at = 0;
  for (;;) {
    const std::optional<size_t> end = scan_cell(at, error);
    if (!end) {
      end_with_line();
      return error;
    }
    at = *end;
    if (!has(at)) break;
    if (window_.view()[at++] == '\n') break;
  }
  used_ = at;
  const std::string_view record = window_.view().substr(0, at);
  line_count_ = static_cast<uint64_t>(std::count(record.begin(), record.end(), '\n'));
  return error;
}

bool CsvReader::is_blank() const {
  return extents_.size() == 1 && !extents_[0].quoted && extents_[0].begin == extents_[0].end;
}

void CsvReader::end_with_line() {
  line_count_ = 1;
  for (;;) {
    const std::string_view view = window_.view();
    const void* end = view.empty() ? nullptr : std::memchr(view.data(), '\n', view.size());
    if (end != nullptr) {
      used_ = static_cast<size_t>(static_cast<const char*>(end) - view.data()) + 1;
      return;
    }
    window_.advance(view.size());
    if (!window_.load()) return;
  }
}

std::optional<RecordError> CsvReader::make_cells() {
  const std::string_view record = window_.view().substr(0, used_);
  if (!simdjson::validate_utf8(record.data(), record.size())) {
    return of_record("the record is not valid UTF-8");
  }
  size_t bytes = 0;
  for (const Extent& cell : extents_) {
    if (cell.doubled) bytes += cell.end - cell.begin;
  }
  unescaped_.clear();
  unescaped_.reserve(bytes);  // the views below must stay
  cells_.clear();
  for (const Extent& cell : extents_) {
    std::string_view text = record.substr(cell.begin, cell.end - cell.begin);
    if (cell.doubled) {
      const size_t begin = unescaped_.size();
      for (size_t i = 0; i < text.size(); ++i) {
        unescaped_ += text[i];
        if (text[i] == '"') ++i;
      }
      text = std::string_view(unescaped_).substr(begin);
    }
    if (!cell.quoted && text == missing_word_) text = {};
    cells_.push_back({text, cell.quoted});
  }
  return std::nullopt;
}

}  // namespace cupel::io
