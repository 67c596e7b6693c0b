#include "cupel/error.hpp"

#include <algorithm>

namespace cupel {
namespace {

/// Whether a byte continues a UTF-8 code point that began before it.
bool continues(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

uint32_t code_points(std::string_view text) noexcept {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kSyntax: return "syntax";
    case ErrorCode::kName: return "name";
    case ErrorCode::kType: return "type";
    case ErrorCode::kConstraint: return "constraint";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kInterrupted: return "interrupted";
    case ErrorCode::kLimit: return "limit";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kCorruption: return "corruption";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

Position position_of(std::string_view text, Span span) noexcept {
  size_t begin = std::min<size_t>(span.begin, text.size());
  while (begin > 0 && begin < text.size() && continues(text[begin])) --begin;
  size_t end = std::clamp<size_t>(span.end, begin, text.size());

  const std::string_view before = text.substr(0, begin);
  const size_t newline = before.rfind('\n');
  const size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  size_t line_end = std::min(text.find('\n', begin), text.size());
  if (line_end > begin && line_end < text.size() && text[line_end - 1] == '\r') --line_end;
  end = std::min(end, line_end);

  Position position;
  position.line += static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
  position.column += code_points(before.substr(line_begin));
  position.length = code_points(text.substr(begin, end - begin));
  return position;
}

}  // namespace cupel
