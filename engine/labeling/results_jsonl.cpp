#include <fmt/format.h>

#include "engine/io/record_parts.hpp"
#include "engine/labeling/results.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

/// What was chosen, from exactly one of "label", "labels" and "none".
std::vector<std::string> choices_in(const JsonNode& node) {
  const JsonNode* label = member(node, "label");
  const JsonNode* labels = member(node, "labels");
  const JsonNode* none = member(node, "none");
  bool is_none = false;
  if (none != nullptr) {
    if (none->kind != io::JsonKind::kBool) {
      throw RecordError{"none", "must be true or false, but is " + none->in_words()};
    }
    is_none = none->boolean;
  }
  const int given = (label != nullptr ? 1 : 0) + (labels != nullptr ? 1 : 0) + (is_none ? 1 : 0);
  if (given != 1) {
    throw RecordError{{},
                      fmt::format("an answer needs one of \"label\", \"labels\" and \"none\": "
                                  "true, but {}",
                                  given == 0 ? "has none of them" : "has more of them")};
  }
  if (is_none) return {kNoneOfThese};
  if (label != nullptr) return {checked_label(*label)};
  return choices_of(io::list_of(*labels));
}

bool is_reviewer(const JsonNode& node) {
  const JsonNode* role = member(node, "role");
  if (role == nullptr) return false;
  const std::string_view name = io::text_of(*role);
  if (name == "reviewer") return true;
  if (name == "worker") return false;
  throw RecordError{"role",
                    fmt::format("must be \"worker\" or \"reviewer\", but is {}", role->in_words())};
}

void read_answer(const JsonNode& node, Answer answer, const AnswerSink& sink) {
  set_choices(answer, choices_in(node));
  answer.worker = identifier(node, "worker");
  io::check_name(answer.worker, "a worker");
  answer.reviewer = is_reviewer(node);
  answer.answered_at = instant(node, "answered_at");
  sink(std::move(answer));
}

}  // namespace

void read_jsonl_record(const JsonNode& record, const AnswerSink& sink) {
  Answer answer;
  answer.task_id = identifier(record, "task_id");
  answer.reference_id = identifier(record, "reference_id");
  if (answer.task_id.empty() && answer.reference_id.empty()) io::missing("task_id");
  const JsonNode* answers = member(record, "answers");
  if (answers == nullptr) {
    // A task line as it was sent: nobody has answered it.
    const bool open = member(record, "choices") != nullptr && member(record, "label") == nullptr &&
                      member(record, "labels") == nullptr && member(record, "none") == nullptr;
    if (!open) read_answer(record, std::move(answer), sink);
    return;
  }
  size_t index = 0;
  for (const JsonNode& node : io::list_of(*answers)) {
    const std::string place = fmt::format("answers[{}]", index++);
    if (!node.is_object()) {
      throw RecordError{place, "must be an object, but is " + node.in_words()};
    }
    try {
      read_answer(node, answer, sink);
    } catch (const RecordError& error) {
      throw error.below(place);
    }
  }
}

}  // namespace cupel::labeling
