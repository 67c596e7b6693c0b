#include <algorithm>
#include <array>

#include "grammar/parse.hpp"

namespace cupel::grammar {
namespace {

constexpr size_t npos = std::string_view::npos;

/// A quote character at a place of a text: its kind (' or ") and its length in bytes; kind 0 for
/// anything else. The kinds are those of TEXT in QueryLexer.g4.
struct Quote {
  char kind = 0;
  size_t size = 0;
};

Quote quote_at(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  if (text[at] == '\'' || text[at] == '"') return {text[at], 1};
  const std::string_view three = text.substr(at, 3);
  if (three == "\u201C" || three == "\u201D" || three == "\u201E") return {'"', 3};
  if (three == "\u2018" || three == "\u2019") return {'\'', 3};
  return {};
}

/// The end of the text constant that opens with a straight quote at `begin`, or npos.
size_t straight_end(std::string_view text, size_t begin) {
  const char quote = text[begin];
  for (size_t at = text.find(quote, begin + 1); at != npos; at = text.find(quote, at + 2)) {
    if (at + 1 >= text.size() || text[at + 1] != quote) return at + 1;
  }
  if (text.find(quote, begin + 1) != npos) return npos;
  for (size_t at = begin + 1; at < text.size(); ++at) {
    const Quote found = quote_at(text, at);
    if (found.kind == quote) return at + found.size;
  }
  return npos;
}

/// The end of the text constant that opens with a typographic quote at `begin`, or npos.
size_t typographic_end(std::string_view text, size_t begin) {
  const Quote open = quote_at(text, begin);
  for (size_t at = begin + open.size; at < text.size();) {
    const Quote found = quote_at(text, at);
    if (found.kind != open.kind) {
      ++at;
    } else if (text.substr(at, found.size) == text.substr(at + found.size, found.size)) {
      at += 2 * found.size;
    } else {
      return at + found.size;
    }
  }
  return npos;
}

/// Walks a script once, from token to token.
class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script) {}

  std::vector<ScriptPart> run() {
    while (at_ < script_.size()) step();
    if (!open_text_.empty() || begun_) finish(false);
    return std::move(parts_);
  }

 private:
  void step() {
    const char c = script_[at_];
    const std::string_view two = script_.substr(at_, 2);
    if (two == "--") {
      at_ = std::min(script_.find('\n', at_), script_.size());
    } else if (two == "/*") {
      skip_to(script_.find("*/", at_ + 2), 2, "/*", 2);
    } else if (const Quote quote = quote_at(script_, at_); quote.kind != 0) {
      begin();
      const size_t end =
          quote.size == 1 ? straight_end(script_, at_) : typographic_end(script_, at_);
      skip_to(end, 0, std::string(1, quote.kind), quote.size);
      end_ = at_;
    } else if (c == ';') {
      if (begun_) finish(true);
      ++at_;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      word(c);
    }
  }

  void word(char c) {
    begin();
    if (c == '(' || c == '[') brackets_ += c;
    if ((c == ')' || c == ']') && !brackets_.empty()) brackets_.pop_back();
    end_ = ++at_;
  }

  void skip_to(size_t found, size_t extra, std::string_view what, size_t opener) {
    if (found != npos) {
      at_ = found + extra;
      return;
    }
    begin();
    open_text_ = what;
    open_at_ = at_;
    inside_ = at_ + opener;
    at_ = end_ = script_.size();
  }

  void begin() {
    if (begun_) return;
    begun_ = true;
    begin_ = at_;
    line_ += std::count(script_.begin() + static_cast<ptrdiff_t>(counted_),
                        script_.begin() + static_cast<ptrdiff_t>(at_), '\n');
    counted_ = at_;
  }

  void finish(bool complete) {
    ScriptPart part;
    part.begin = static_cast<uint32_t>(begin_);
    part.end = static_cast<uint32_t>(end_);
    part.line = static_cast<uint32_t>(line_);
    part.complete = complete;
    if (!complete) {
      part.open = open_text_;
      part.open_at = static_cast<uint32_t>(open_at_);
      part.inside = static_cast<uint32_t>(inside_);
      if (part.open.empty() && !brackets_.empty()) part.open = brackets_.back();
    }
    parts_.push_back(std::move(part));
    begun_ = false;
    brackets_.clear();
  }

  std::string_view script_;
  std::vector<ScriptPart> parts_;
  size_t at_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t counted_ = 0;  ///< Up to where the line breaks are in line_.
  ptrdiff_t line_ = 1;
  bool begun_ = false;
  std::string brackets_;
  std::string open_text_;
  size_t open_at_ = 0;
  size_t inside_ = 0;
};

}  // namespace

std::vector<ScriptPart> split_script(std::string_view script) { return Splitter(script).run(); }

}  // namespace cupel::grammar
