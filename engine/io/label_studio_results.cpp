#include "engine/io/label_studio_results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/io/label_studio_shape.hpp"

namespace cupel::io {
namespace {

/// The types of answers, and where in the value they stand.
struct AnswerType {
  std::string_view type;
  std::string_view member;
};
constexpr AnswerType kAnswers[] = {
    {"choices", "choices"}, {"taxonomy", "taxonomy"}, {"rating", "rating"},    {"number", "number"},
    {"textarea", "text"},   {"datetime", "datetime"}, {"pairwise", "selected"}};

const AnswerType* answer_named(std::string_view type) {
  const auto* found = std::find_if(std::begin(kAnswers), std::end(kAnswers),
                                   [&](const AnswerType& answer) { return answer.type == type; });
  return found == std::end(kAnswers) ? nullptr : found;
}

const JsonNode* present(const JsonNode& object, std::string_view key) {
  const JsonNode* found = object.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

StudioResult result_of(const JsonNode& node) {
  if (!node.is_object()) throw RecordError{{}, "must be an object, but is " + node.in_words()};
  StudioResult result;
  result.node = &node;
  const JsonNode* type = present(node, "type");
  if (type == nullptr) missing("type");
  result.type = text_of(*type);
  result.shape = shape_named(result.type);
  if (const JsonNode* id = present(node, "id")) result.id = identifier_of(*id);
  const JsonNode* name = present(node, "from_name");
  result.name = name == nullptr ? result.type : text_of(*name);
  check_name(result.name, "\"from_name\"");
  return result;
}

/// The kinds of results that no row can carry have names of the file's choosing.
std::string lost_kind(std::string_view type) {
  constexpr size_t kLongName = 40;
  const bool plain = std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
  if (type.empty() || type.size() > kLongName || !plain) return "other results";
  return type == "relation" ? "relations" : fmt::format("\"{}\" results", type);
}

void add_value(std::vector<Scalar>& values, const JsonNode& node, const std::string& where) {
  switch (node.kind) {
    case JsonKind::kText: values.emplace_back(node.text); return;
    case JsonKind::kInteger: values.emplace_back(node.integer); return;
    case JsonKind::kNumber: values.emplace_back(node.number); return;
    case JsonKind::kBool: values.emplace_back(node.boolean); return;
    default: throw RecordError{where, "must be a text or a number, but is " + node.in_words()};
  }
}

std::string joined(const JsonNode& path, const std::string& where) {
  std::string text;
  for (const JsonNode& step : path) {
    if (!step.is_text()) throw RecordError{where, "must be texts, but holds " + step.in_words()};
    if (&step != &*path.begin()) text += '/';
    text += step.text;
  }
  return text;
}

/// The member under which a region of JSON-MIN has its labels, which tells the shape, too.
std::string_view labels_member(const JsonNode& region) {
  if (!region.is_object()) return {};
  for (const JsonNode& member : region) {
    if (member.key.ends_with("labels") && !shape_named(member.key).empty()) return member.key;
  }
  return {};
}

}  // namespace

bool is_minimal_answer(const JsonNode& member) {
  if (member.is_array() && !member.empty()) return !labels_member(*member.begin()).empty();
  const JsonNode* choices = member.is_object() ? member.find("choices") : nullptr;
  return choices != nullptr && choices->is_array();
}

void StudioResults::take_minimal(const JsonNode& record, const Failed& failed) {
  top_.clear();
  about_.clear();
  labels_.clear();
  for (const JsonNode& member : record) {
    if (!is_minimal_answer(member)) continue;
    if (member.is_object()) {
      top_.push_back({&member, &member, {}, "choices", member.key, {}, std::string(member.key)});
      continue;
    }
    size_t index = 0;
    for (const JsonNode& region : member) {
      const std::string where = fmt::format("{}[{}]", member.key, index++);
      const std::string_view type = labels_member(region);
      if (type.empty()) {
        failed(region, {where, "must be a region like the first, but is " + region.in_words()});
      } else {
        top_.push_back({&region, &region, {}, type, member.key, shape_named(type), where});
      }
    }
  }
}

void StudioResults::sort(const JsonNode& list, const Lost& lost, const Failed& failed) {
  top_.clear();
  about_.clear();
  labels_.clear();
  std::vector<StudioResult> answers;
  size_t index = 0;
  for (const JsonNode& node : list) {
    const size_t number = index++;
    try {
      StudioResult result = result_of(node);
      result.where = fmt::format("result[{}]", number);
      result.order = number;
      const JsonNode* value = present(node, "value");
      const bool names_region =
          result.type == "labels" && value != nullptr && value->find("start") == nullptr;
      if (result.shape.empty() && answer_named(result.type) == nullptr && !names_region) {
        lost(lost_kind(result.type));
        continue;
      }
      if (!result.shape.empty()) about_.try_emplace(result.id);
      if (value == nullptr) missing("value");
      result.value = &object_of(*value);
      if (names_region) {
        const JsonNode* labels = present(*value, "labels");
        if (labels != nullptr) labels_.emplace(result.id, &list_of(*labels, "value."));
      } else if (!result.shape.empty()) {
        top_.push_back(result);
      } else {
        answers.push_back(result);
      }
    } catch (const RecordError& error) {
      failed(node, error.below(fmt::format("result[{}]", number)));
    }
  }
  for (const auto& [region, labels] : labels_) {
    if (!about_.contains(region)) lost(lost_kind("labels"));
  }
  for (const StudioResult& answer : answers) {
    const auto region = answer.id.empty() ? about_.end() : about_.find(answer.id);
    (region == about_.end() ? top_ : region->second).push_back(answer);
  }
  std::sort(top_.begin(), top_.end(),
            [](const StudioResult& a, const StudioResult& b) { return a.order < b.order; });
}

const std::vector<StudioResult>* StudioResults::about(std::string_view region) const {
  const auto found = region.empty() ? about_.end() : about_.find(region);
  return found == about_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> StudioResults::labels_of(const StudioResult& region) const {
  const JsonNode* list = present(*region.value, region.type);
  if (list != nullptr) list_of(*list, "value.");
  if (list == nullptr || list->empty()) {
    const auto found = labels_.find(region.id);
    list = found == labels_.end() ? nullptr : found->second;
  }
  std::vector<std::string_view> labels;
  if (list == nullptr) return labels;
  for (const JsonNode& label : *list) {
    const std::string where = fmt::format("value.{}[{}]", list->key, labels.size());
    if (!label.is_text()) throw RecordError{where, "must be a text, but is " + label.in_words()};
    if (label.text.empty()) throw RecordError{where, "is empty"};
    check_name(label.text, "a label");
    labels.push_back(label.text);
  }
  return labels;
}

bool is_choice(std::string_view type) { return type == "choices" || type == "taxonomy"; }

std::vector<Scalar> values_of(const StudioResult& answer, std::deque<std::string>& texts) {
  const std::string_view key = answer_named(answer.type)->member;
  const JsonNode* said = present(*answer.value, key);
  std::vector<Scalar> values;
  if (said == nullptr) return values;
  const std::string where = fmt::format("value.{}", key);
  if (!said->is_array()) {
    add_value(values, *said, where);
    return values;
  }
  for (const JsonNode& one : *said) {
    const std::string place = fmt::format("{}[{}]", where, values.size());
    if (one.is_array()) {
      values.emplace_back(std::string_view(texts.emplace_back(joined(one, place))));
    } else {
      add_value(values, one, place);
    }
  }
  return values;
}

}  // namespace cupel::io
