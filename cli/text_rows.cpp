#include "cli/text_rows.hpp"

#include "cli/output.hpp"

namespace cupel::cli {
namespace {

TextFormat text_format(Format format) {
  switch (format) {
    case Format::kJson: return TextFormat::kJson;
    case Format::kJsonl: return TextFormat::kJsonl;
    case Format::kMarkdown: return TextFormat::kMarkdown;
    default: return TextFormat::kCsv;
  }
}

}  // namespace

TextRows::TextRows(Format format, const Cursor& cursor)
    : array_(format == Format::kJson),
      json_(array_ || format == Format::kJsonl),
      raw_(cursor.json_rows()),
      text_(text_format(format)),
      columns_(cursor.columns()) {}

std::string TextRows::header() const {
  std::string out;
  if (!raw_) write_header(out, text_, columns_);
  if (raw_ && array_) out = "[";
  return json_ ? out : without_controls(out);
}

std::string TextRows::batch(const Batch& batch) {
  std::string out;
  if (raw_) {
    write_raw(out, batch);
  } else {
    write_batch(out, text_, columns_, batch, first_);
  }
  first_ = false;
  return json_ ? out : without_controls(out);
}

std::string TextRows::footer() const {
  std::string out;
  if (!raw_) write_footer(out, text_);
  if (raw_ && array_) out = "\n]\n";
  return out;
}

void TextRows::write_raw(std::string& out, const Batch& batch) const {
  for (size_t row = 0; row < batch.rows; ++row) {
    if (array_) out += first_ && row == 0 ? "\n" : ",\n";
    out += batch.columns[0].text(row);
    if (!array_) out += '\n';
  }
}

}  // namespace cupel::cli
