#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "cupel/table.hpp"

namespace cupel {
namespace {

void append_json_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_json_number(std::string& out, double number) {
  if (std::isfinite(number)) {
    out += format_number(number);
  } else {
    out += "null";  // JSON has no word for it
  }
}

void append_json(std::string& out, const Value& value) {
  if (value.is_missing()) {
    out += "null";
  } else if (value.is_text()) {
    append_json_quoted(out, value.as_text());
  } else if (value.is_double()) {
    append_json_number(out, value.as_double());
  } else if (value.is_timestamp()) {
    append_json_quoted(out, format_timestamp(value.as_timestamp()));
  } else {
    out += to_text(value);
  }
}

void append_json_cell(std::string& out, const ColumnData& column, size_t row) {
  if (column.is_missing(row)) {
    out += "null";
    return;
  }
  switch (column.type) {
    case Type::kText: append_json_quoted(out, column.text(row)); return;
    case Type::kFloat64: append_json_number(out, column.numbers[row]); return;
    case Type::kInt64: fmt::format_to(std::back_inserter(out), "{}", column.integers[row]); return;
    case Type::kBool: out += column.integers[row] != 0 ? "true" : "false"; return;
    case Type::kAny: append_json(out, column.values[row]); return;
    case Type::kTimestamp: break;
  }
  append_json_quoted(out, format_timestamp(Timestamp{column.integers[row]}));
}

void append_csv_text(std::string& out, std::string_view text) {
  const bool quote = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos ||
                     text[0] == ' ' || text.back() == ' ';
  if (quote) out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quote) out += '"';
}

void append_csv_cell(std::string& out, const ColumnData& column, size_t row) {
  if (column.is_missing(row)) return;
  if (column.type == Type::kText) {
    append_csv_text(out, column.text(row));
  } else if (column.type == Type::kInt64) {
    fmt::format_to(std::back_inserter(out), "{}", column.integers[row]);
  } else {
    const Value value = column.value(row);
    if (value.is_text()) {
      append_csv_text(out, value.as_text());
    } else {
      out += to_text(value);
    }
  }
}

void append_markdown_text(std::string& out, std::string_view text) {
  for (const char letter : text) {
    if (letter == '|') {
      out += "\\|";
    } else if (letter == '\n') {
      out += "<br>";
    } else if (letter != '\r') {
      out += letter;
    }
  }
}

void write_csv(std::string& out, const Batch& batch) {
  for (size_t row = 0; row < batch.rows; ++row) {
    for (size_t i = 0; i < batch.columns.size(); ++i) {
      if (i != 0) out += ',';
      append_csv_cell(out, batch.columns[i], row);
    }
    out += '\n';
  }
}

void write_markdown(std::string& out, const Batch& batch) {
  for (size_t row = 0; row < batch.rows; ++row) {
    out += '|';
    for (const ColumnData& column : batch.columns) {
      out += ' ';
      if (column.type == Type::kText) {
        append_markdown_text(out, column.text(row));
      } else {
        append_markdown_text(out, to_text(column.value(row)));
      }
      out += " |";
    }
    out += '\n';
  }
}

void write_objects(std::string& out, TextFormat format, const std::vector<ColumnInfo>& columns,
                   const Batch& batch, bool first) {
  std::vector<std::string> keys;
  keys.reserve(columns.size());
  for (const ColumnInfo& column : columns) {
    keys.push_back((keys.empty() ? "{" : ",") + json_quote(column.name) + ":");
  }
  for (size_t row = 0; row < batch.rows; ++row) {
    if (format == TextFormat::kJson) out += first && row == 0 ? "\n" : ",\n";
    if (keys.empty()) out += '{';
    for (size_t i = 0; i < batch.columns.size(); ++i) {
      out += keys[i];
      append_json_cell(out, batch.columns[i], row);
    }
    out += format == TextFormat::kJson ? "}" : "}\n";
  }
}

}  // namespace

std::string json_quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_quoted(out, text);
  return out;
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

void write_header(std::string& out, TextFormat format, const std::vector<ColumnInfo>& columns) {
  if (format == TextFormat::kJson) out += '[';
  if (format == TextFormat::kCsv) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) out += ',';
      append_csv_text(out, columns[i].name);
    }
    out += '\n';
  }
  if (format == TextFormat::kMarkdown) {
    out += '|';
    for (const ColumnInfo& column : columns) {
      out += ' ';
      append_markdown_text(out, column.name);
      out += " |";
    }
    out += "\n|";
    for (const ColumnInfo& column : columns) {
      const bool number = column.type == Type::kInt64 || column.type == Type::kFloat64;
      out += number ? " ---: |" : " --- |";
    }
    out += '\n';
  }
}

void write_batch(std::string& out, TextFormat format, const std::vector<ColumnInfo>& columns,
                 const Batch& batch, bool first) {
  switch (format) {
    case TextFormat::kCsv: return write_csv(out, batch);
    case TextFormat::kMarkdown: return write_markdown(out, batch);
    case TextFormat::kJson:
    case TextFormat::kJsonl: break;
  }
  write_objects(out, format, columns, batch, first);
}

void write_footer(std::string& out, TextFormat format) {
  if (format == TextFormat::kJson) out += "\n]\n";
}

}  // namespace cupel
