#include <fmt/format.h>

#include "engine/io/record_parts.hpp"
#include "engine/labeling/results.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

bool is_true(const JsonNode& node, std::string_view key) {
  const JsonNode* flag = member(node, key);
  return flag != nullptr && flag->kind == io::JsonKind::kBool && flag->boolean;
}

/// Our ids, which travel in "data" (or "meta") because "id" is Label Studio's own.
bool take_ids(const JsonNode& from, Answer& answer) {
  answer.task_id = identifier(from, "task_id");
  answer.reference_id = identifier(from, "reference_id");
  return !answer.task_id.empty() || !answer.reference_id.empty();
}

void set_author(Answer& answer, const JsonNode* author) {
  if (author == nullptr) return;
  if (!author->is_object()) {
    answer.worker = io::identifier_of(*author);
  } else {
    // The number stands in every kind of export, the address only in some.
    answer.worker = identifier(*author, "id");
    if (answer.worker.empty()) answer.worker = identifier(*author, "email");
    const JsonNode* role = member(*author, "role");
    if (role != nullptr) {
      const std::string_view name = io::text_of(*role, "completed_by.");
      answer.reviewer = name == "reviewer" || name == "Reviewer" || name == "RE";
    }
  }
  io::check_name(answer.worker, "an annotator");
}

void set_time(Answer& answer, const JsonNode& from) {
  answer.answered_at = instant(from, "updated_at");
  if (!answer.answered_at) answer.answered_at = instant(from, "created_at");
}

/// All that was chosen with the control "answer"; where there is no such control, with any.
std::vector<std::string> chosen(const JsonNode& annotation) {
  std::vector<std::string> ours;
  std::vector<std::string> others;
  for (const JsonNode& result : io::list_of(need(annotation, "result"))) {
    if (!result.is_object()) {
      throw RecordError{"result", "must hold objects, but holds " + result.in_words()};
    }
    const JsonNode* type = member(result, "type");
    if (type == nullptr || !type->is_text() || type->text != "choices") continue;
    const JsonNode& choices = need(io::object_of(need(result, "value")), "choices");
    const JsonNode* control = member(result, "from_name");
    const bool of_ours =
        control != nullptr && control->is_text() && control->text == kAnswerControl;
    for (std::string& choice : choices_of(io::list_of(choices, "value."))) {
      (of_ours ? ours : others).push_back(std::move(choice));
    }
  }
  return ours.empty() ? others : ours;
}

void read_annotation(const JsonNode& annotation, Answer answer, const AnswerSink& sink) {
  if (is_true(annotation, "was_cancelled")) return;
  set_author(answer, member(annotation, "completed_by"));
  answer.reviewer = answer.reviewer || is_true(annotation, "ground_truth");
  set_time(answer, annotation);
  std::vector<std::string> choices = chosen(annotation);
  if (choices.empty()) {
    throw RecordError{"result", "holds no choices: the annotation was submitted without an answer"};
  }
  set_choices(answer, std::move(choices));
  sink(std::move(answer));
}

/// One annotation a record: the members of "data" and the controls' values side by side.
void read_minimal(const JsonNode& record, const AnswerSink& sink) {
  Answer answer;
  if (!take_ids(record, answer)) io::missing("task_id");
  const JsonNode* value = member(record, kAnswerControl);
  if (value == nullptr) {
    throw RecordError{kAnswerControl,
                      "is missing: the choices of the labeling config must have this name"};
  }
  set_choices(answer, choices_of(value->is_object() ? need(*value, "choices") : *value));
  set_author(answer, member(record, "annotator"));
  set_time(answer, record);
  sink(std::move(answer));
}

}  // namespace

void read_label_studio_record(const JsonNode& record, const AnswerSink& sink) {
  const JsonNode* data = member(record, "data");
  if (data == nullptr) return read_minimal(record, sink);
  Answer answer;
  const JsonNode* meta = member(record, "meta");
  if (!take_ids(io::object_of(*data), answer) &&
      (meta == nullptr || !take_ids(io::object_of(*meta), answer))) {
    io::missing("data.task_id");
  }
  const JsonNode* annotations = member(record, "annotations");
  if (annotations == nullptr) annotations = member(record, "completions");
  if (annotations == nullptr) {
    throw RecordError{"annotations", "is missing: export the project as JSON"};
  }
  size_t index = 0;
  for (const JsonNode& node : io::list_of(*annotations)) {
    const std::string place = fmt::format("{}[{}]", annotations->key, index++);
    if (!node.is_object()) {
      throw RecordError{place, node.kind == io::JsonKind::kInteger
                                   ? "is a number only: export the annotations in full"
                                   : "must be an object, but is " + node.in_words()};
    }
    try {
      read_annotation(node, answer, sink);
    } catch (const RecordError& error) {
      throw error.below(place);
    }
  }
}

}  // namespace cupel::labeling
