#include <charconv>
#include <map>

#include "engine/io/json_text.hpp"
#include "engine/io/xml_document.hpp"

namespace cupel::io {
namespace {

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

/// Whether the text is a number of JSON: `-12`, `0.5e3`; not `007`, `+1`, `.5`.
bool is_number(std::string_view text, bool& whole) {
  const size_t begin = text.starts_with('-') ? 1 : 0;
  size_t at = skip_digits(text, begin);
  if (at == begin || (text[begin] == '0' && at > begin + 1)) return false;
  whole = at == text.size();
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = skip_digits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t exponent = skip_digits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

template <typename Number>
bool fits(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

void append_scalar(std::string& out, std::string_view text) {
  bool whole = false;
  if (text.empty())
    out += "null";
  else if (is_number(text, whole) && (whole ? fits<int64_t>(text) : fits<double>(text)))
    out += text;
  else
    append_text(out, text);
}

}  // namespace

void append_members(std::string& out, const XmlNode& node,
                    const std::function<bool(std::string_view)>& wanted) {
  std::map<std::string_view, std::vector<const XmlNode*>> by_name;
  std::vector<const std::vector<const XmlNode*>*> in_order;
  for (const XmlNode& child : node) {
    if (!wanted(child.name)) continue;
    const auto [at, is_new] = by_name.try_emplace(child.name);
    at->second.push_back(&child);
    if (is_new) in_order.push_back(&at->second);
  }
  for (const auto* children : in_order) {
    const XmlNode& first = *children->front();
    append_key(out, first.name);
    if (children->size() == 1) {
      append_json(out, first);
      continue;
    }
    out += '[';
    for (const XmlNode* child : *children) {
      if (child != &first) out += ',';
      append_json(out, *child);
    }
    out += ']';
  }
}

void append_json(std::string& out, const XmlNode& node) {
  if (!node.has_elements()) return append_scalar(out, node.text);
  out += '{';
  append_members(out, node, [](std::string_view) { return true; });
  out += '}';
}

}  // namespace cupel::io
