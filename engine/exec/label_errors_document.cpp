#include "engine/exec/label_errors_document.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/json_text.hpp"

namespace cupel::exec {
namespace {

using io::JsonNode;

constexpr std::pair<ErrorsOf, std::string_view> kKinds[] = {{ErrorsOf::kCategories, "categories"},
                                                            {ErrorsOf::kLabelSets, "label_sets"},
                                                            {ErrorsOf::kBoxes, "boxes"}};

/// Writes members of one object.
class Writer {
 public:
  void text(std::string_view key, std::string_view value) {
    io::append_key(out_, key);
    io::append_text(out_, value);
  }
  void count(std::string_view key, uint64_t value) {
    io::append_key(out_, key);
    out_ += std::to_string(value);
  }
  void truth(std::string_view key, bool value) {
    io::append_key(out_, key);
    out_ += value ? "true" : "false";
  }
  void number(std::string_view key, double value) {
    io::append_key(out_, key);
    append(value);
  }
  template <typename T>
  void list(std::string_view key, const std::vector<T>& values) {
    io::append_key(out_, key);
    out_ += '[';
    for (const T& value : values) {
      if (out_.back() != '[') out_ += ',';
      append(value);
    }
    out_ += ']';
  }
  std::string finish() { return std::move(out_) + "}"; }

 private:
  void append(double value) {
    if (std::isfinite(value)) {
      io::append_double(out_, value);
    } else {
      out_ += "null";
    }
  }
  void append(uint64_t value) { out_ += std::to_string(value); }
  void append(const std::string& value) { io::append_text(out_, value); }
  void append(const SuspectedPair& pair) {
    out_ += fmt::format("[{},{},{}]", pair.given, pair.suggested, pair.count);
  }
  void append(const std::pair<std::string, uint64_t>& removal) {
    out_ += '[';
    io::append_text(out_, removal.first);
    out_ += fmt::format(",{}]", removal.second);
  }

  std::string out_ = "{";
};

/// Reads members of one object; what is not there keeps its value.
class Reader {
 public:
  explicit Reader(const JsonNode& root) : root_(root) {}

  void text(std::string_view key, std::string& value) const {
    if (const JsonNode* node = root_.find(key)) read(*node, value);
  }
  void count(std::string_view key, uint64_t& value) const {
    if (const JsonNode* node = root_.find(key)) read(*node, value);
  }
  void truth(std::string_view key, bool& value) const {
    if (const JsonNode* node = root_.find(key))
      value = checked(*node, node->kind == io::JsonKind::kBool).boolean;
  }
  void number(std::string_view key, double& value) const {
    if (const JsonNode* node = root_.find(key)) read(*node, value);
  }
  template <typename T>
  void list(std::string_view key, std::vector<T>& values) const {
    const JsonNode* node = root_.find(key);
    if (node == nullptr) return;
    for (const JsonNode& element : checked(*node, node->is_array()))
      read(element, values.emplace_back());
  }

 private:
  static const JsonNode& checked(const JsonNode& node, bool sound) {
    if (!sound) throw io::RecordError{std::string(node.key), "is of the wrong kind"};
    return node;
  }
  static const JsonNode& integer(const JsonNode& node) {
    return checked(node, node.kind == io::JsonKind::kInteger);
  }

  static void read(const JsonNode& node, uint64_t& value) {
    value = static_cast<uint64_t>(integer(node).integer);
  }
  static void read(const JsonNode& node, double& value) {
    value = node.is_null() ? std::numeric_limits<double>::quiet_NaN()
                           : checked(node, node.is_number()).number;
  }
  static void read(const JsonNode& node, std::string& value) {
    value = checked(node, node.is_text()).text;
  }
  static void read(const JsonNode& node, SuspectedPair& value) {
    std::vector<int64_t> parts;
    for (const JsonNode& part : checked(node, node.is_array()))
      parts.push_back(integer(part).integer);
    checked(node, parts.size() == 3);
    value = {static_cast<int32_t>(parts[0]), static_cast<int32_t>(parts[1]),
             static_cast<uint64_t>(parts[2])};
  }
  static void read(const JsonNode& node, std::pair<std::string, uint64_t>& value) {
    std::vector<const JsonNode*> parts;
    for (const JsonNode& part : checked(node, node.is_array())) parts.push_back(&part);
    checked(node, parts.size() == 2);
    read(*parts[0], value.first);
    read(*parts[1], value.second);
  }

  const JsonNode& root_;
};

/// Every member but the kind and the fingerprint, for writing and reading alike.
template <typename Visitor, typename Errors>
void for_each_member(Visitor&& visit, Errors& errors) {
  visit.text("taxonomy", errors.taxonomy);
  visit.text("statement", errors.statement);
  visit.text("probabilities", errors.probabilities);
  visit.text("file", errors.file);
  visit.text("ids", errors.ids);
  visit.text("classes_file", errors.classes_file);
  visit.text("run", errors.run);
  visit.text("method", errors.method);
  visit.text("rank", errors.rank);
  visit.text("ties", errors.ties);
  visit.text("compat", errors.compat);
  visit.text("slice", errors.slice);
  visit.text("coarse", errors.coarse);
  visit.truth("adjusted", errors.adjusted);
  visit.truth("relative", errors.relative);
  visit.number("fraction", errors.fraction);
  visit.count("keep", errors.keep);
  visit.list("removals", errors.removals);
  visit.list("classes", errors.classes);
  visit.count("examples", errors.examples);
  visit.count("errors", errors.errors);
  visit.number("noise_share", errors.noise_share);
  visit.list("labels", errors.labels);
  visit.list("suspected", errors.suspected);
  visit.list("thresholds", errors.thresholds);
  visit.list("prior", errors.prior);
  visit.list("noise", errors.noise);
  visit.list("wrong", errors.wrong);
  visit.list("pairs", errors.pairs);
  visit.count("generation", errors.generation);
  visit.count("number", errors.number);
  visit.count("set_id", errors.set_id);
  visit.count("set_generation", errors.set_generation);
  visit.count("items", errors.items);
  visit.count("deleted_items", errors.deleted_items);
  visit.list("marks", errors.marks);
}

/// Vectors by class have an entry a class, or none; pairs name classes.
bool is_sound(const LabelErrors& errors) {
  const size_t classes = errors.classes.size();
  const auto fits = [&](size_t size) { return size == 0 || size == classes; };
  const auto names = [&](int32_t k) { return k >= -1 && k < static_cast<int64_t>(classes); };
  for (const SuspectedPair& pair : errors.pairs)
    if (!names(pair.given) || !names(pair.suggested)) return false;
  return fits(errors.labels.size()) && fits(errors.suspected.size()) &&
         fits(errors.thresholds.size()) && fits(errors.prior.size()) && fits(errors.noise.size()) &&
         fits(errors.wrong.size());
}

}  // namespace

std::string encode(const LabelErrors& errors) {
  Writer writer;
  for (const auto& [kind, word] : kKinds)
    if (kind == errors.of) writer.text("of", word);
  for_each_member(writer, errors);
  writer.text("fingerprint", fmt::format("{:016x}", errors.fingerprint));
  return writer.finish();
}

LabelErrors decode_label_errors(std::string_view text) {
  LabelErrors errors;
  try {
    io::JsonDocument document;
    const Reader reader(document.parse_copy(text));
    for_each_member(reader, errors);
    std::string of, fingerprint;
    reader.text("of", of);
    reader.text("fingerprint", fingerprint);
    for (const auto& [kind, word] : kKinds)
      if (of == word) errors.of = kind;
    errors.fingerprint = std::strtoull(fingerprint.c_str(), nullptr, 16);
    if (!is_sound(errors)) throw io::RecordError{{}, "its parts do not agree"};
  } catch (const io::RecordError& error) {
    throw Error(ErrorCode::kCorruption, "what was found as label errors is damaged: " +
                                            error.sentence() + "; run FIND LABEL ERRORS again");
  }
  return errors;
}

std::optional<LabelErrors> label_errors_of(const storage::Catalog& catalog,
                                           std::string_view taxonomy) {
  const std::string* text = catalog.document(kLabelErrors, taxonomy);
  if (text == nullptr) return std::nullopt;
  return decode_label_errors(*text);
}

std::optional<LabelErrors> last_label_errors(const storage::Catalog& catalog) {
  std::optional<LabelErrors> last;
  for (const std::string& name : catalog.documents(kLabelErrors)) {
    std::optional<LabelErrors> errors = label_errors_of(catalog, name);
    if (!last || errors->number > last->number) last = std::move(errors);
  }
  return last;
}

}  // namespace cupel::exec
