#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "grammar/parse.hpp"
#include "grammar/scan.hpp"

namespace cupel::grammar {
namespace {

/// The length of the UTF-8 sequence at `at`, or 0 where there is none (Unicode 15, table 3-7).
size_t sequence_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7F;
}

}  // namespace

void check_bytes(std::string_view text) {
  if (text.size() > kMaxStatementBytes) {
    throw Error(
        ErrorCode::kLimit,
        fmt::format("the statement has {} bytes and may have {}", text.size(), kMaxStatementBytes),
        Span{kMaxStatementBytes, static_cast<uint32_t>(std::min<size_t>(text.size(), UINT32_MAX))});
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = sequence_length(text, at);
    const auto begin = static_cast<uint32_t>(at);
    if (length == 0) {
      throw Error(ErrorCode::kSyntax,
                  fmt::format("the text is not UTF-8: byte {} (0x{:02x}) does not belong there", at,
                              static_cast<unsigned char>(text[at])),
                  Span{begin, begin + 1});
    }
    if (is_control(text[at])) {
      throw Error(ErrorCode::kSyntax,
                  fmt::format("the text holds a control character (0x{:02x}) at byte {}; remove it",
                              static_cast<unsigned char>(text[at]), at),
                  Span{begin, begin + 1});
    }
    at += length;
  }
}

}  // namespace cupel::grammar
