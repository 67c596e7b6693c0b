#include "engine/io/json_template.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

namespace cupel::io {
namespace {

constexpr size_t kMostTemplates = 16;
constexpr size_t kMostNodes = 64;
constexpr size_t kMostBytes = size_t{64} << 10;
/// One more may be learned for so many that were found: files of ever new documents are parsed.
constexpr uint64_t kFoundForOne = 8;
constexpr uint64_t kLearnedAtFirst = 64;
/// A mantissa of so many digits is an exact double, and so are these powers of ten, so that their
/// quotient is the nearest double.
constexpr int kExactDigits = 15;
constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr int kMostDigits = 18;  ///< of an integer that surely fits 64 bits

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Both are short, and seven more bytes may be read behind them.
bool same_bytes(const char* a, const char* b, size_t bytes) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  for (;; a += sizeof(uint64_t), b += sizeof(uint64_t), bytes -= sizeof(uint64_t)) {
    if (bytes == 0) return true;
    uint64_t left = 0, right = 0;
    std::memcpy(&left, a, sizeof(left));
    std::memcpy(&right, b, sizeof(right));
    const uint64_t different = left ^ right;
    if (bytes < sizeof(uint64_t)) return different << (64 - 8 * bytes) == 0;
    if (different != 0) return false;
  }
}

/// The highest bit of the first of eight bytes that is a quote, a backslash, a control character or
/// no ASCII; bits of later bytes may be wrong. Sums carry towards later bytes only.
uint64_t special_bytes(uint64_t word) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  constexpr uint64_t kOnes = ~uint64_t{0} / 255;
  const auto zero_bytes = [](uint64_t bytes) { return (bytes - kOnes) & ~bytes; };
  const uint64_t below_space = (word - kOnes * 0x20) & ~word;
  const uint64_t above_tilde = word | (word + kOnes);
  return (zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\') | below_space |
          above_tilde) &
         kOnes * 0x80;
}

/// The end of a text without escapes and of ASCII alone, from behind its opening quote; null when
/// it is another one, or does not end before `end`.
const char* plain_text_end(const char* at, const char* end) {
  for (; at < end; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    const uint64_t special = special_bytes(word);
    if (special == 0) continue;
    at += std::countr_zero(special) / 8;
    return at < end && *at == '"' ? at : nullptr;
  }
  return nullptr;
}

const char* read_text(const char* at, const char* end, JsonNode& node) {
  const char* const close = plain_text_end(at + 1, end);
  if (close == nullptr) return nullptr;
  node.kind = JsonKind::kText;
  node.text = {at + 1, static_cast<size_t>(close - at - 1)};
  return close + 1;
}

const char* read_number(const char* at, const char* end, JsonNode& node) {
  const char* const begin = at;
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const whole = at;
  uint64_t digits = 0;
  for (; is_digit(*at) && at - whole <= kMostDigits; ++at)
    digits = digits * 10 + static_cast<uint64_t>(*at - '0');
  const auto whole_digits = static_cast<int>(at - whole);
  if (whole_digits == 0 || whole_digits > kMostDigits) return nullptr;
  if (*whole == '0' && whole_digits > 1) return nullptr;
  if (*at != '.') {
    if (*at == 'e' || *at == 'E') return nullptr;
    node.kind = JsonKind::kInteger;
    node.integer = negative ? -static_cast<int64_t>(digits) : static_cast<int64_t>(digits);
    node.number = static_cast<double>(node.integer);
    return at;
  }
  const char* const fraction = ++at;
  for (; is_digit(*at) && at - whole <= kMostDigits; ++at)
    digits = digits * 10 + static_cast<uint64_t>(*at - '0');
  const auto places = static_cast<int>(at - fraction);
  if (places == 0 || is_digit(*at) || *at == 'e' || *at == 'E') return nullptr;
  node.kind = JsonKind::kNumber;
  if (whole_digits + places <= kExactDigits) {
    const double value = static_cast<double>(digits) / kPowersOfTen[places];
    node.number = negative ? -value : value;
    return at;
  }
  const auto [stop, error] = std::from_chars(begin, std::min(at, end), node.number);
  return error == std::errc() && stop == at ? at : nullptr;
}

const char* read_word(const char* at, std::string_view word, const char* end) {
  const bool is_it = static_cast<size_t>(end - at) >= word.size() &&
                     std::memcmp(at, word.data(), word.size()) == 0;
  return is_it ? at + word.size() : nullptr;
}

/// Reads a scalar; returns its end, or null when it is none that is sure to be right.
const char* read_scalar(const char* at, const char* end, JsonNode& node) {
  const char* stop = nullptr;
  switch (*at) {
    case '"': stop = read_text(at, end, node); break;
    case 't':
      node.kind = JsonKind::kBool;
      node.boolean = true;
      stop = read_word(at, "true", end);
      break;
    case 'f':
      node.kind = JsonKind::kBool;
      node.boolean = false;
      stop = read_word(at, "false", end);
      break;
    case 'n':
      node.kind = JsonKind::kNull;
      stop = read_word(at, "null", end);
      break;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': stop = read_number(at, end, node); break;
    default: return nullptr;
  }
  if (stop != nullptr) node.raw = {at, static_cast<size_t>(stop - at)};
  return stop;
}

bool is_scalar(const JsonNode& node) { return !node.is_object() && !node.is_array(); }

}  // namespace

bool JsonTemplates::matches(Template& like, std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  starts_.clear();
  for (const Slot& slot : like.slots) {
    starts_.push_back(at);
    if (static_cast<size_t>(end - at) < slot.before.size()) return false;
    if (!same_bytes(at, slot.before.data(), slot.before.size())) return false;
    at += slot.before.size();
    if (&slot == &like.slots.back()) break;
    at = at == end ? nullptr : read_scalar(at, end, like.nodes[slot.node]);
    if (at == nullptr || at > end) return false;
  }
  if (at != end) return false;
  for (const Container& container : like.containers) {
    const char* const begin = starts_[container.begin.slot] + container.begin.offset;
    const char* const close = starts_[container.end.slot] + container.end.offset;
    like.nodes[container.node].raw = {begin, static_cast<size_t>(close - begin)};
  }
  return true;
}

const JsonNode* JsonTemplates::read(std::string_view bytes) {
  if (bytes.size() > kMostBytes) return nullptr;
  for (size_t i = 0; i < templates_.size(); ++i) {
    if (!matches(*templates_[i], bytes)) continue;
    ++found_;
    if (i > 0) std::swap(templates_[i], templates_[i - 1]);
    return templates_[i > 0 ? i - 1 : 0]->nodes.data();
  }
  return nullptr;
}

void JsonTemplates::learn(std::string_view bytes, const std::vector<JsonNode>& nodes) {
  if (nodes.size() > kMostNodes || bytes.size() > kMostBytes) return;
  if (learned_ > kLearnedAtFirst + found_ / kFoundForOne) return;
  ++learned_;
  auto made = std::make_unique<Template>();
  made->bytes = bytes;
  made->bytes.append(sizeof(uint64_t), '\0');  // same_bytes() reads them
  made->nodes = nodes;
  size_t key_bytes = 0;
  for (const JsonNode& node : nodes) key_bytes += node.key.size();
  made->keys.reserve(key_bytes);  // views into it stay
  const auto offset_of = [&](const char* at) { return static_cast<uint32_t>(at - bytes.data()); };
  std::vector<uint32_t> slot_begins{0};
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    JsonNode& node = made->nodes[n];
    made->keys += node.key;
    node.key = std::string_view(made->keys).substr(made->keys.size() - node.key.size());
    if (!is_scalar(node)) continue;
    const uint32_t begin = offset_of(node.raw.data());
    made->slots.push_back(
        {std::string_view(made->bytes).substr(slot_begins.back(), begin - slot_begins.back()), n});
    slot_begins.push_back(begin + static_cast<uint32_t>(node.raw.size()));
  }
  made->slots.push_back({std::string_view(made->bytes)
                             .substr(slot_begins.back(), bytes.size() - slot_begins.back()),
                         0});
  const auto edge_at = [&](uint32_t offset) {
    const auto behind = std::upper_bound(slot_begins.begin(), slot_begins.end(), offset);
    const auto slot = static_cast<uint32_t>(std::distance(slot_begins.begin(), behind) - 1);
    return Edge{slot, offset - slot_begins[slot]};
  };
  for (uint32_t n = 0; n < nodes.size(); ++n) {
    if (is_scalar(nodes[n])) continue;
    const uint32_t begin = offset_of(nodes[n].raw.data());
    const auto size = static_cast<uint32_t>(nodes[n].raw.size());
    made->containers.push_back({n, edge_at(begin), edge_at(begin + size)});
  }
  if (templates_.size() == kMostTemplates) templates_.pop_back();
  templates_.push_back(std::move(made));
}

}  // namespace cupel::io
