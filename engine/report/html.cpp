#include "engine/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cupel/table.hpp"

namespace cupel::report {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_plain(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("-._~/").find(c) < 5;
}
/// What a web address has beside: its own escapes stay.
bool is_address(char c) {
  return is_plain(c) || std::string_view(":?#[]@!$&()*+,;=%").find(c) != std::string_view::npos;
}

template <typename Keep>
std::string percent_encoded(std::string_view text, Keep keep) {
  std::string out;
  for (const char c : text) {
    if (keep(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// The scheme of an address in lower case; empty for a path. One letter is a drive, no scheme.
std::string scheme_of(std::string_view location) {
  const size_t colon = location.find(':');
  if (colon == std::string_view::npos || colon < 2) return {};
  std::string scheme(location.substr(0, colon));
  for (char& c : scheme) {
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return {};
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return is_letter(scheme.front()) ? scheme : std::string();
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : terminal_text(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string link_to(std::string_view location) {
  if (location.empty()) return {};
  const std::string scheme = scheme_of(location);
  if (scheme == "http" || scheme == "https") return percent_encoded(location, is_address);
  if (scheme == "file") {
    location.remove_prefix(5);
    return "file:" + percent_encoded(location, is_plain);
  }
  if (!scheme.empty()) return {};
  // A path that begins with two slashes would name a host.
  if (location.starts_with('/')) return "file://" + percent_encoded(location, is_plain);
  return "./" + percent_encoded(location, is_plain);
}

std::string data_link(std::string_view media_type, std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = fmt::format("data:{};base64,", media_type);
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string coordinate(double number) {
  if (!std::isfinite(number)) return "0";
  std::string text = fmt::format("{:.2f}", std::clamp(number, -1e9, 1e9));
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

}  // namespace cupel::report
