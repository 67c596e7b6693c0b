#include "engine/io/json_text.hpp"

#include "cupel/table.hpp"
#include "cupel/value.hpp"

namespace cupel::io {

void append_compact(std::string& out, std::string_view json) {
  if (json.find_first_of(" \t\r\n") == std::string_view::npos) {
    out.append(json);
    return;
  }
  bool inside = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (inside && c == '\\') {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '"') inside = !inside;
    if (inside || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) out += c;
  }
}

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
      out += json_quote(text);
      return;
    }
  }
  out += '"';
  out.append(text);
  out += '"';
}

void append_key(std::string& out, std::string_view key) {
  if (!out.empty() && out.back() != '{') out += ',';
  append_text(out, key);
  out += ':';
}

void append_double(std::string& out, double number) {
  const std::string text = format_number(number);
  out += text;
  if (text.find_first_of(".e") == std::string::npos) out += ".0";
}

}  // namespace cupel::io
