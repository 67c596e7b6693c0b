#include <fmt/format.h>

#include "engine/io/record_parts.hpp"
#include "engine/labeling/results.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

using Choices = std::vector<std::string>;

/// The member that answers our question: by its name, or the only one there is.
const JsonNode& answering(const JsonNode& object, std::string_view name) {
  if (const JsonNode* found = member(object, name)) return *found;
  const JsonNode* only = nullptr;
  for (const JsonNode& child : object) {
    if (only != nullptr) {
      throw RecordError{fmt::format("{}.{}", object.key, name), "is missing"};
    }
    only = &child;
  }
  if (only == nullptr) throw RecordError{std::string(object.key), "is empty"};
  return *only;
}

/// Text collection: a list with one element a respondent, each a text or a list of choices.
void read_field(const JsonNode& field, std::vector<Choices>& respondents) {
  const JsonNode& response = field.is_object() ? need(field, "response") : field;
  if (response.is_text()) {
    respondents.push_back(choices_of(response));
    return;
  }
  for (const JsonNode& respondent : io::list_of(response)) {
    respondents.push_back(choices_of(respondent));
  }
}

/// Image annotation: whatever was drawn, its labels are the answer.
void read_drawn(const JsonNode& annotations, std::vector<Choices>& respondents) {
  Choices labels;
  for (const JsonNode& drawn : annotations) {
    if (!drawn.is_object()) {
      throw RecordError{"annotations", "must hold objects, but holds " + drawn.in_words()};
    }
    labels.push_back(checked_label(need(drawn, "label")));
  }
  respondents.push_back(std::move(labels));
}

std::vector<Choices> read_response(const JsonNode& response, const std::string& taxonomy) {
  std::vector<Choices> respondents;
  if (const JsonNode* annotations = member(response, "annotations")) {
    if (annotations->is_array()) {
      read_drawn(*annotations, respondents);
    } else {
      read_field(answering(io::object_of(*annotations), kAnswerField), respondents);
    }
  } else if (const JsonNode* category = member(response, "category")) {
    respondents.push_back(choices_of(*category));
  } else if (const JsonNode* taxonomies = member(response, "taxonomies")) {
    respondents.push_back(choices_of(answering(io::object_of(*taxonomies), taxonomy)));
  } else {
    throw RecordError{{}, "it has none of \"annotations\", \"category\" and \"taxonomies\""};
  }
  if (respondents.empty()) throw RecordError{{}, "nobody's answer is in it"};
  return respondents;
}

void take_ids(const JsonNode& task, Answer& answer, std::string& taxonomy) {
  if (const JsonNode* metadata = member(task, "metadata")) {
    answer.task_id = identifier(io::object_of(*metadata), "task_id");
    answer.reference_id = identifier(*metadata, "reference_id");
    taxonomy = identifier(*metadata, "taxonomy");
  }
  // "task_id" at the top is Scale's own.
  if (answer.task_id.empty()) answer.task_id = identifier(task, "unique_id");
  if (answer.task_id.empty() && answer.reference_id.empty()) io::missing("unique_id");
}

bool is_reviewed(const JsonNode& task) {
  const std::string status = identifier(task, "customer_review_status");
  return status == "accepted" || status == "fixed";
}

void read_task(const JsonNode& task, const JsonNode* response, const AnswerSink& sink) {
  const std::string status = identifier(task, "status");
  if (status == "canceled" || status == "pending") return;
  Answer answer;
  std::string taxonomy;
  take_ids(task, answer, taxonomy);
  if (response == nullptr) response = &need(task, "response");
  answer.reviewer = is_reviewed(task);
  answer.answered_at = instant(task, "completed_at");
  if (!answer.answered_at) answer.answered_at = instant(task, "updated_at");
  try {
    std::vector<Choices> respondents = read_response(io::object_of(*response), taxonomy);
    for (size_t i = 0; i < respondents.size(); ++i) {
      set_choices(answer, std::move(respondents[i]));
      answer.worker = fmt::format("respondent-{}", i + 1);
      answer.keeper = AnswerKeeper::kRecord;
      answer.begins_record = i == 0;
      sink(answer);
    }
  } catch (const RecordError& error) {
    throw error.below("response");
  }
}

}  // namespace

void read_scale_record(const JsonNode& record, const AnswerSink& sink) {
  if (const JsonNode* docs = member(record, "docs")) {
    size_t index = 0;
    for (const JsonNode& task : io::list_of(*docs)) {
      const std::string place = fmt::format("docs[{}]", index++);
      if (!task.is_object()) {
        throw RecordError{place, "must be an object, but is " + task.in_words()};
      }
      try {
        read_task(task, nullptr, sink);
      } catch (const RecordError& error) {
        throw error.below(place);
      }
    }
    return;
  }
  // What a callback is sent holds the task inside.
  if (const JsonNode* task = member(record, "task")) {
    return read_task(io::object_of(*task), member(record, "response"), sink);
  }
  read_task(record, nullptr, sink);
}

}  // namespace cupel::labeling
