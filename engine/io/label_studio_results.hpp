#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/io/record_parts.hpp"

/// What an annotation or prediction of Label Studio holds: regions, and answers to questions about
/// them or about the image.
namespace cupel::io {

/// One result. The views live as long as the document.
struct StudioResult {
  const JsonNode* node = nullptr;
  const JsonNode* value = nullptr;
  std::string_view id;     ///< of its region; empty: none
  std::string_view type;   ///< `rectanglelabels`, `choices`, …
  std::string_view name;   ///< of the control, `from_name`; the type where there is none
  std::string_view shape;  ///< shape_named(type); empty: an answer
  std::string where;       ///< in the annotation: `result[2]`
  size_t order = 0;        ///< in the list
};

/// The results of one annotation or prediction, those that say more about a region at that region.
class StudioResults {
 public:
  using Lost = std::function<void(std::string_view what)>;
  using Failed = std::function<void(const JsonNode& node, const RecordError& error)>;

  /// What is no result that can be read goes to `failed`, with the path below `result`; what is
  /// of a type that no row can carry to `lost`.
  void sort(const JsonNode& list, const Lost& lost, const Failed& failed);

  /// The same of a record of JSON-MIN, which has no such list: what is_minimal_answer() names.
  void take_minimal(const JsonNode& record, const Failed& failed);

  /// In the order of the file: regions, and answers about the image.
  const std::vector<StudioResult>& top() const { return top_; }
  /// The answers about a region; null where there are none.
  const std::vector<StudioResult>* about(std::string_view region) const;
  /// The labels of a region: its own, else those that a result of the same id gives.
  std::vector<std::string_view> labels_of(const StudioResult& region) const;

 private:
  std::vector<StudioResult> top_;
  std::unordered_map<std::string_view, std::vector<StudioResult>> about_;
  std::unordered_map<std::string_view, const JsonNode*> labels_;
};

/// Whether a member of a record of JSON-MIN is surely what a control was answered, and no member of
/// the task's data: a list of labeled regions, or an object with a list of choices.
bool is_minimal_answer(const JsonNode& member);

/// What an answer says: choices, texts, numbers, paths in a taxonomy joined by `/` (which `texts`
/// holds). Throws RecordError.
std::vector<Scalar> values_of(const StudioResult& answer, std::deque<std::string>& texts);

/// Whether an answer chooses among given labels (`choices`, `taxonomy`), which makes it a category
/// of the image.
bool is_choice(std::string_view type);

}  // namespace cupel::io
