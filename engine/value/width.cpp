#include <fmt/format.h>

#include <clocale>
#include <cstdint>
#include <cwchar>

#include "cupel/table.hpp"

namespace cupel {
namespace {

/// One code point read from UTF-8 text; `length` 1 and `valid` false for a byte that is none.
struct CodePoint {
  char32_t value = 0;
  size_t length = 1;
  bool valid = false;
};

CodePoint decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  char32_t value = first & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {};
  return {value, length, true};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/// The C library's table of widths, in its built-in UTF-8 locale, without touching the process's.
int width_of(char32_t c) {
  static const locale_t kUtf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (c < 0x7F || kUtf8 == nullptr) return 1;
  const locale_t before = uselocale(kUtf8);
  const int width = wcwidth(static_cast<wchar_t>(c));
  uselocale(before);
  return width < 0 ? 1 : width;
}

std::string escaped(CodePoint c, unsigned char byte) {
  if (!c.valid || c.value < 0x100) return fmt::format("\\x{:02x}", byte);
  return fmt::format("\\u{:04x}", static_cast<uint32_t>(c.value));
}

template <typename Plain, typename Escape>
void walk(std::string_view text, Plain plain, Escape escape) {
  while (!text.empty()) {
    const CodePoint c = decode(text);
    if (!c.valid || is_control(c.value)) {
      const auto byte =
          c.valid ? static_cast<unsigned char>(c.value) : static_cast<unsigned char>(text[0]);
      escape(escaped(c, byte));
    } else {
      plain(c.value, text.substr(0, c.length));
    }
    text.remove_prefix(c.length);
  }
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  walk(
      text, [&](char32_t c, std::string_view) { width += width_of(c); },
      [&](const std::string& shown) { width += shown.size(); });
  return width;
}

std::string terminal_text(std::string_view text) {
  std::string out;
  walk(
      text, [&](char32_t, std::string_view bytes) { out += bytes; },
      [&](const std::string& shown) { out += shown; });
  return out;
}

}  // namespace cupel
