#include "engine/io/yaml_fields.hpp"

#include <simdjson.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace cupel::io {
namespace {

constexpr size_t kMostMembers = 1000;

uint64_t line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 0 : static_cast<uint64_t>(mark.line) + 1;
}

/// Takes the parser's events; no tree is built.
class Fields : public YAML::EventHandler {
 public:
  std::vector<YamlField> take() { return std::move(fields_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add({}, line_of(mark)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw LineError({{}, "aliases (*name) are not read; write the value out"}, line_of(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    add(value, line_of(mark));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(YamlField::Kind::kList, line_of(mark));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(YamlField::Kind::kMap, line_of(mark));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  /// How many lists and maps are open: 1 in the map that is the file, 2 in a member's value.
  enum Depth : size_t { kOutside, kTop, kInside };

  static constexpr const char* kNoMap = "the file must be a map, as in names: [car, bus]";

  [[noreturn]] static void no_key(uint64_t line) {
    throw LineError({{}, "a key must be a text"}, line);
  }

  void add(const std::string& text, uint64_t line) {
    if (depth_ == kOutside) throw LineError({{}, kNoMap}, line);
    if (depth_ == kTop && !has_key_) {
      add_member(text, line);
    } else if (depth_ == kTop) {
      fields_.back().text = text;
    } else if (depth_ == kInside) {
      add_inside(text, line);
    }
    if (depth_ == kTop) has_key_ = !has_key_;
  }

  void add_member(const std::string& key, uint64_t line) {
    const bool known = std::any_of(fields_.begin(), fields_.end(),
                                   [&](const YamlField& field) { return field.key == key; });
    if (known) throw LineError({key, "stands twice"}, line);
    if (fields_.size() == kMostMembers)
      throw LineError({{}, "the file has more than 1,000 members"}, line);
    fields_.push_back({key, line, YamlField::Kind::kScalar, {}, {}, false});
  }

  void add_inside(const std::string& text, uint64_t line) {
    YamlField& field = fields_.back();
    const bool is_key = field.kind == YamlField::Kind::kMap && !has_inner_key_;
    if (is_key)
      inner_key_ = text;
    else
      field.entries.push_back({std::exchange(inner_key_, {}), text, line});
    has_inner_key_ = is_key;
  }

  void open(YamlField::Kind kind, uint64_t line) {
    if (depth_ == kOutside && kind != YamlField::Kind::kMap) throw LineError({{}, kNoMap}, line);
    if (depth_ == kTop) {
      if (!has_key_) no_key(line);
      fields_.back().kind = kind;
      has_inner_key_ = false;
    } else if (depth_ == kInside) {
      if (fields_.back().kind == YamlField::Kind::kMap && !has_inner_key_) no_key(line);
      fields_.back().deeper = true;
      has_inner_key_ = false;
    }
    ++depth_;
  }

  void close() {
    if (--depth_ == kTop) has_key_ = false;
  }

  std::vector<YamlField> fields_;
  size_t depth_ = kOutside;
  bool has_key_ = false;  ///< in the file's map: a member's value comes next
  bool has_inner_key_ = false;
  std::string inner_key_;
};

}  // namespace

std::vector<YamlField> read_yaml(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size()))
    throw LineError({{}, "the file is not valid UTF-8"}, 0);
  Fields fields;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser(stream).HandleNextDocument(fields);
  } catch (const YAML::Exception& error) {
    throw LineError({{}, "the file is not valid YAML: " + error.msg}, line_of(error.mark));
  }
  return fields.take();
}

}  // namespace cupel::io
