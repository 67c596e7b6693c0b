#include <fmt/format.h>

#include "engine/io/record_parts.hpp"
#include "engine/labeling/results.hpp"

namespace cupel::labeling {
namespace {

using io::JsonNode;
using io::RecordError;

/// A count beyond this is damage, not a poll.
constexpr int64_t kMostVotes = 10000;

struct Poll {
  const char* key;
  AnswerKind kind;
  std::string label;
};

int64_t votes_of(const JsonNode& mturk, const char* key) {
  const int64_t votes = io::integer_of(need(mturk, key), "mturk.");
  if (votes < 0 || votes > kMostVotes) {
    throw RecordError{fmt::format("mturk.{}", key),
                      fmt::format("must be from 0 to {}, but is {}", kMostVotes, votes)};
  }
  return votes;
}

}  // namespace

void read_votes_record(const JsonNode& record, const AnswerSink& sink) {
  Answer answer;
  answer.reference_id = io::identifier_of(need(record, "id"));
  if (answer.reference_id.empty()) throw RecordError{"id", "is empty"};
  const JsonNode& mturk = io::object_of(need(record, "mturk"));
  const Poll polls[] = {
      {"given", AnswerKind::kLabel, checked_label(need(record, "given_original_label_name"))},
      {"guessed", AnswerKind::kLabel, checked_label(need(record, "our_guessed_label_name"))},
      {"both", AnswerKind::kSeveral, {}},
      {"neither", AnswerKind::kNone, {}}};
  int64_t number = 0;
  for (const Poll& poll : polls) {
    answer.kind = poll.kind;
    answer.label = poll.label;
    for (int64_t left = votes_of(mturk, poll.key); left > 0; --left) {
      answer.worker = fmt::format("vote-{}", ++number);
      answer.keeper = AnswerKeeper::kRecord;
      answer.begins_record = number == 1;
      sink(answer);
    }
  }
}

}  // namespace cupel::labeling
