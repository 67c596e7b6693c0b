#include "tests/fuzz/mutate.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace cupel::fuzz {
namespace {

constexpr size_t kMaxWords = 8192;
constexpr size_t kMaxWordBytes = 32;

constexpr std::array<const char*, 22> kNumbers = {"0",
                                                  "1",
                                                  "-1",
                                                  "2",
                                                  "7",
                                                  "64",
                                                  "255",
                                                  "256",
                                                  "65535",
                                                  "65536",
                                                  "2147483647",
                                                  "-2147483648",
                                                  "4294967295",
                                                  "9223372036854775807",
                                                  "-9223372036854775808",
                                                  "18446744073709551616",
                                                  "1e308",
                                                  "1e-320",
                                                  "0.5",
                                                  "-0.0",
                                                  "nan",
                                                  "1e999"};
constexpr std::array<uint64_t, 12> kBytes = {0,      1,      2,          0x7F,       0x80,  0xFF,
                                             0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 65536, ~0ULL};

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// The word at or behind a place: where it begins and ends.
std::pair<size_t, size_t> word_at(std::string_view text, size_t at) {
  while (at < text.size() && !in_word(text[at])) ++at;
  size_t begin = at;
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  size_t end = at;
  while (end < text.size() && in_word(text[end])) ++end;
  return {begin, end};
}

std::pair<size_t, size_t> line_at(std::string_view text, size_t at) {
  const size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t end = text.find('\n', at);
  return {before == std::string_view::npos ? 0 : before + 1,
          end == std::string_view::npos ? text.size() : end + 1};
}

}  // namespace

void Mutator::add(std::string input) {
  for (size_t at = 0; at < input.size() && words_.size() < kMaxWords;) {
    const auto [begin, end] = word_at(input, at);
    // A word, a text in quotes, or what stands between words.
    const std::string word = input.substr(begin, std::min(end - begin, kMaxWordBytes));
    if (!word.empty() && known_.insert(word).second) words_.push_back(word);
    const std::string between =
        input.substr(end, std::min(word_at(input, end).first - end, size_t{4}));
    if (!between.empty() && known_.insert(between).second) words_.push_back(between);
    at = end + 1;
  }
  inputs_.push_back(std::move(input));
}

std::string Mutator::next() {
  // What was found last is tried more often.
  const size_t back =
      below(2) == 0 ? below(std::min<size_t>(inputs_.size(), 32)) : below(inputs_.size());
  std::string input = inputs_[inputs_.size() - 1 - back];
  for (size_t changes = size_t{1} << below(4); changes > 0; --changes) change(input);
  if (input.size() > kMaxInputBytes) input.resize(kMaxInputBytes);
  return input;
}

std::string_view Mutator::part(std::string_view text) {
  const size_t most = std::min(text.size(), size_t{1} << below(12));
  const size_t length = below(most + 1);
  return text.substr(below(text.size() - length + 1), length);
}

void Mutator::change(std::string& input) {
  const std::string& other = inputs_[below(inputs_.size())];
  const size_t at = below(input.size() + 1);
  switch (below(8)) {
    case 0: input.insert(at, std::string(part(other))); return;
    case 1: input.replace(at, below(64), std::string(part(other))); return;
    case 2: {
      const size_t from = below(other.size() + 1);
      input.replace(at, std::string::npos, other, from, std::string::npos);
      return;
    }
    case 3: input.erase(at, part(input).size()); return;
    case 4: change_bytes(input); return;
    default: change_words(input); return;
  }
}

void Mutator::change_bytes(std::string& input) {
  if (input.empty()) return;
  const size_t at = below(input.size());
  switch (below(4)) {
    case 0: input[at] = static_cast<char>(input[at] ^ (1 << below(8))); return;
    case 1: input[at] = static_cast<char>(below(256)); return;
    case 2: input.insert(at, std::string(part(input))); return;
    default: {
      uint64_t value = kBytes[below(kBytes.size())];
      for (size_t i = 0, count = size_t{1} << below(4); i < count && at + i < input.size(); ++i) {
        input[at + i] = static_cast<char>(value & 0xFF);
        value >>= 8;
      }
    }
  }
}

void Mutator::change_words(std::string& input) {
  const size_t at = below(input.size() + 1);
  const auto [begin, end] = word_at(input, at);
  const auto [line, behind] = line_at(input, at);
  switch (below(6)) {
    case 0:
    case 1:
      if (!words_.empty()) input.replace(begin, end - begin, words_[below(words_.size())]);
      return;
    case 2:
      if (!words_.empty()) input.insert(at, words_[below(words_.size())]);
      return;
    case 3: input.replace(begin, end - begin, kNumbers[below(kNumbers.size())]); return;
    case 4: input.erase(line, behind - line); return;
    default: input.insert(line, input.substr(line, behind - line)); return;
  }
}

}  // namespace cupel::fuzz
