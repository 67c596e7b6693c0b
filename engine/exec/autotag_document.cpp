#include "engine/exec/autotag_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <unordered_set>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/json_text.hpp"
#include "storage/vectors.hpp"

namespace cupel::exec {
namespace {

using io::JsonKind;
using io::JsonNode;

constexpr int64_t kVersion = 1;
constexpr size_t kDigits = 16;  // of a word

// --- writing

void append_word(std::string& out, uint64_t word) {
  fmt::format_to(std::back_inserter(out), "{:016x}", word);
}
void append_numbers(std::string& out, std::string_view key, std::span<const double> numbers) {
  io::append_key(out, key);
  out += '"';
  for (const double number : numbers) append_word(out, std::bit_cast<uint64_t>(number));
  out += '"';
}
void append_number(std::string& out, std::string_view key, double number) {
  append_numbers(out, key, std::span(&number, 1));
}
void append_count(std::string& out, std::string_view key, uint64_t count) {
  io::append_key(out, key);
  out += std::to_string(count);
}
void append_bits(std::string& out, std::string_view key, uint64_t bits) {
  io::append_key(out, key);
  out += '"';
  append_word(out, bits);
  out += '"';
}

void append_examples(std::string& out, const std::vector<TagExample>& examples) {
  io::append_key(out, "examples");
  out += '[';
  for (const TagExample& example : examples) {
    if (out.back() != '[') out += ',';
    out += fmt::format("[{},", example.row);
    io::append_text(out, example.text);
    out += fmt::format(",{}]", example.side);
  }
  out += ']';
}

void append_learned(std::string& out, const learn::Autotag& learned) {
  append_numbers(out, "weights", learned.weights);
  append_number(out, "offset", learned.offset);
  append_number(out, "slope", learned.slope);
  const learn::AutotagQuality& quality = learned.quality;
  append_count(out, "folds", quality.folds);
  append_number(out, "precision", quality.precision);
  append_number(out, "recall", quality.recall);
  append_number(out, "average_precision", quality.average_precision);
  std::vector<double> points;
  for (const learn::AutotagPoint& point : quality.points)
    points.insert(points.end(), {point.threshold, point.precision, point.recall});
  append_numbers(out, "points", points);
}

// --- reading

[[noreturn]] void unsound(std::string_view key, std::string_view what) {
  throw io::RecordError{std::string(key), std::string(what)};
}

/// Members of one object, each of which must be there, and no others.
class Members {
 public:
  explicit Members(const JsonNode& root) : root_(root) {}

  const JsonNode& take(std::string_view key, JsonKind kind) {
    const JsonNode* node = root_.find(key);
    if (node == nullptr) unsound(key, "is missing");
    if (node->kind != kind) unsound(key, "is of the wrong kind");
    ++taken_;
    return *node;
  }
  int64_t integer(std::string_view key) { return take(key, JsonKind::kInteger).integer; }
  uint64_t count(std::string_view key, uint64_t most = ~uint64_t{0} >> 1) {
    const int64_t count = integer(key);
    if (count < 0 || static_cast<uint64_t>(count) > most) unsound(key, "is out of range");
    return static_cast<uint64_t>(count);
  }
  std::string text(std::string_view key) { return std::string(take(key, JsonKind::kText).text); }
  std::vector<uint64_t> words(std::string_view key) {
    const std::string_view digits = take(key, JsonKind::kText).text;
    if (digits.size() % kDigits != 0) unsound(key, "is cut off");
    std::vector<uint64_t> words(digits.size() / kDigits);
    for (size_t i = 0; i < digits.size(); ++i) {
      const char c = digits[i];
      const bool letter = c >= 'a' && c <= 'f';
      if (!letter && (c < '0' || c > '9')) unsound(key, "has something that is no digit");
      words[i / kDigits] =
          words[i / kDigits] * 16 + static_cast<uint64_t>(letter ? c - 'a' + 10 : c - '0');
    }
    return words;
  }
  uint64_t bits(std::string_view key) { return the_one(key, words(key)); }
  std::vector<double> numbers(std::string_view key) {
    std::vector<double> numbers;
    for (const uint64_t word : words(key)) numbers.push_back(std::bit_cast<double>(word));
    if (!std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); }))
      unsound(key, "has a number that is not finite");
    return numbers;
  }
  double number(std::string_view key) { return the_one(key, numbers(key)); }
  void finish() const {
    size_t members = 0;
    for ([[maybe_unused]] const JsonNode& member : root_) ++members;
    if (members != taken_) unsound({}, "it has a member that is unknown");
  }

 private:
  template <typename T>
  static T the_one(std::string_view key, const std::vector<T>& values) {
    if (values.size() != 1) unsound(key, "is not one number");
    return values.front();
  }

  const JsonNode& root_;
  size_t taken_ = 0;
};

TagExample read_example(const JsonNode& node) {
  std::vector<const JsonNode*> parts;
  if (node.is_array())
    for (const JsonNode& part : node) parts.push_back(&part);
  if (parts.size() != 3 || parts[0]->kind != JsonKind::kInteger || !parts[1]->is_text() ||
      parts[2]->kind != JsonKind::kInteger)
    unsound("examples", "has an entry of the wrong kind");
  const int64_t side = parts[2]->integer;
  if (parts[0]->integer < 0 || (side != 1 && side != -1))
    unsound("examples", "has an entry that is out of range");
  return {static_cast<uint64_t>(parts[0]->integer), std::string(parts[1]->text),
          static_cast<int8_t>(side)};
}

std::vector<TagExample> read_examples(Members& members) {
  std::vector<TagExample> examples;
  std::unordered_set<uint64_t> rows;
  for (const JsonNode& node : members.take("examples", JsonKind::kArray)) {
    examples.push_back(read_example(node));
    if (!rows.insert(examples.back().row).second) unsound("examples", "names a row twice");
  }
  return examples;
}

double share(Members& members, std::string_view key) {
  const double share = members.number(key);
  if (share < 0 || share > 1 + 1e-9) unsound(key, "is out of range");
  return share;
}

learn::Autotag read_learned(Members& members) {
  learn::Autotag learned;
  learned.weights = members.numbers("weights");
  if (learned.weights.empty() || learned.weights.size() > storage::kMaxVectorWidth)
    unsound("weights", "is out of range");
  learned.offset = members.number("offset");
  learned.slope = members.number("slope");
  if (!(learned.slope > 0)) unsound("slope", "is out of range");
  learn::AutotagQuality& quality = learned.quality;
  quality.folds = members.count("folds");
  quality.precision = share(members, "precision");
  quality.recall = share(members, "recall");
  quality.average_precision = share(members, "average_precision");
  const std::vector<double> points = members.numbers("points");
  if (points.size() % 3 != 0) unsound("points", "is cut off");
  for (size_t i = 0; i < points.size(); i += 3) {
    if (i != 0 && !(points[i] > points[i - 3])) unsound("points", "is out of order");
    quality.points.push_back({points[i], points[i + 1], points[i + 2]});
  }
  return learned;
}

Tag read_tag(const JsonNode& root) {
  Members members(root);
  if (members.integer("version") != kVersion) unsound("version", "is unknown");
  Tag tag;
  tag.embedding = members.text("embedding");
  tag.set = static_cast<uint32_t>(members.count("set", ~uint32_t{0}));
  tag.table = static_cast<storage::TableId>(members.count("table", ~uint32_t{0}));
  tag.seed = members.bits("seed");
  tag.examples = read_examples(members);
  tag.background = members.count("background");
  tag.learned = read_learned(members);
  tag.created_micros = members.integer("created");
  tag.fingerprint = members.bits("fingerprint");
  tag.generation = members.count("generation");
  tag.changed = members.take("changed", JsonKind::kBool).boolean;
  members.finish();
  return tag;
}

std::string column_of(std::string_view family, storage::TableId table, std::string_view tag) {
  return storage::join_path(
      {std::string(family), table == storage::kItems ? "image" : "object", std::string(tag)});
}

}  // namespace

std::string encode(const Tag& tag) {
  std::string out = "{";
  append_count(out, "version", kVersion);
  io::append_key(out, "embedding");
  io::append_text(out, tag.embedding);
  append_count(out, "set", tag.set);
  append_count(out, "table", tag.table);
  append_bits(out, "seed", tag.seed);
  append_examples(out, tag.examples);
  append_count(out, "background", tag.background);
  append_learned(out, tag.learned);
  io::append_key(out, "created");
  out += std::to_string(tag.created_micros);
  append_bits(out, "fingerprint", tag.fingerprint);
  append_count(out, "generation", tag.generation);
  io::append_key(out, "changed");
  out += tag.changed ? "true}" : "false}";
  return out;
}

Tag decode_tag(std::string_view name, std::string_view text) {
  try {
    io::JsonDocument document;
    Tag tag = read_tag(document.parse_copy(text));
    tag.name = name;
    return tag;
  } catch (const io::RecordError& error) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("autotag '{}' is damaged: {}; DROP AUTOTAG and create it again", name,
                            error.sentence()));
  }
}

std::optional<Tag> tag_of(const storage::Catalog& catalog, std::string_view name) {
  const std::string* text = catalog.document(kAutotag, name);
  if (text == nullptr) return std::nullopt;
  return decode_tag(name, *text);
}

uint64_t count_examples(const Tag& tag, int8_t side) {
  return static_cast<uint64_t>(
      std::count_if(tag.examples.begin(), tag.examples.end(),
                    [&](const TagExample& example) { return example.side == side; }));
}

std::string score_column(storage::TableId table, std::string_view tag) {
  return column_of("autotag", table, tag);
}
std::string training_column(storage::TableId table, std::string_view tag) {
  return column_of("autotag_training", table, tag);
}

}  // namespace cupel::exec
