#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/labeling/task.hpp"

namespace cupel::labeling {

/// Which rows go into which batch. Rows come worst first. The calibration batch (number 0) is drawn
/// by `seed`, balanced over the given labels: round robin over the labels, a random row of each
/// until it is full; the round begins with labels in a random order, so that no letter of the
/// alphabet is preferred where there are more labels than places. The other rows follow in their
/// order, `batch` a batch.
struct BatchPlan {
  std::vector<uint32_t> batch;  ///< by row
  uint32_t batches = 0;  ///< how many; 0 counts where there is calibration, else they begin at 1
};
/// The same arguments give the same plan on every platform. Throws Error(kConstraint) when
/// `batch_size` is 0.
BatchPlan plan_batches(const std::vector<std::string>& given_labels, uint32_t batch_size,
                       uint32_t calibration, uint64_t seed);

/// The best examples of a label, shown in the instructions.
struct LabelExamples {
  std::string label;
  std::vector<std::string> image_locations;
};
/// The text for the labelers, in Markdown. `template_text`: the user's own, or empty for the
/// built-in one; `{{project}}`, `{{description}}`, `{{labels}}`, `{{examples}}` and `{{none}}` are
/// replaced; any other `{{word}}` is an Error(kName) that names it. The description is the user's
/// Markdown and stands as it is; names and image locations are data and cannot become markup.
std::string instructions(std::string_view template_text, const Project& project,
                         const std::vector<LabelExamples>& examples);

/// Writes a sending: one file a batch (`batch-000-calibration.json(l)`, `batch-001.json(l)`, …),
/// `instructions.md`, for Label Studio `labeling_config.xml`, and `manifest.json` (project, send
/// id, format, files with their task counts, the labels). Everything is written and synced in a
/// directory beside, with the mark `unfinished.txt` in it; `publish` renames it to `directory`;
/// `finish` takes the mark away, when the sending is committed. The destructor removes what was not
/// published. A directory that exists is refused, unless it holds the mark, `is_leftover(send_id)`
/// says that the sending its manifest names never happened, and there is nothing else in it: then
/// it is renamed to `directory`.left-1 (or -2, …). Nothing that was published is ever deleted.
/// Throws Error: kConflict (something is there), kIo.
///
/// The formats (one record a task; docs: labeling):
/// - jsonl: the task as one object a line.
/// - label_studio: a list for import, `data` + `meta`; a box is a read-only `rectangle` region in
///   `predictions` (percent), where the image's size is known. There is no predicted choice: an
///   answer that is filled in already is an answer that nobody checks.
/// - scale: a list of bodies for POST /v1/task/textcollection (the categorization endpoint is
///   deprecated in its favour): `attachments`, one `fields` entry of type category named "label",
///   `unique_id`, `metadata`, `project`, `batch`. There is no `instruction`: Rapid projects carry
///   it themselves.
class Sending {
 public:
  Sending(const std::filesystem::path& directory, const Project& project,
          const std::function<bool(const std::string& send_id)>& is_leftover);
  ~Sending();
  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;
  void write_instructions(const std::string& text);
  /// Batches in order, tasks in order.
  void add(const Task& task);
  /// Makes all of it durable under its own name.
  void publish();
  /// Takes the mark from what was published. False where that failed.
  bool finish() noexcept;
  /// Where publish() has put a leftover that stood in the way.
  const std::optional<std::filesystem::path>& set_aside() const;
  /// The names of the files so far, without the directory and the mark; after publish all of them,
  /// the manifest last.
  const std::vector<std::string>& files() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The answers of a results file. The format is recognised from the content or given ("scale",
/// "label_studio", "jsonl", "votes"). A record that cannot be read throws Error(kConstraint) with
/// its place; nothing is skipped silently. Throws kUnsupported when no format fits.
/// - jsonl: one object a line (or in a list): {task_id | reference_id, label | none: true |
///   labels: […], worker, role: worker | reviewer, answered_at}, or the task line itself with a
///   list `answers` of such objects added; a task line without one is not answered yet.
/// - label_studio: the JSON export (`annotations`, in old files `completions`; cancelled ones do
///   not count) or JSON-MIN. The answer is the result of type `choices` from "answer", else any
///   choices. A reviewer is who has the role "reviewer" in `completed_by`, or marked the annotation
///   as `ground_truth`.
/// - scale: task objects (a list, one a line, the `docs` of the tasks endpoint, a callback's body)
///   with `response.annotations.label` of text collection (one element a respondent), or the
///   older `response.category`, `response.taxonomies`, or the labels of an image annotation. Tasks
///   that are pending or canceled have no answers. The respondents have no names: "respondent-1",
///   …. Where `customer_review_status` is accepted or fixed, the response is a reviewer's.
/// - votes: the published CIFAR-10 form, a list of {id, given_original_label_name,
///   our_guessed_label_name, mturk: {given, guessed, both, neither}}, each vote an answer of an
///   unnamed worker ("vote-1", …) to the item whose reference id is `id`.
/// A record of scale or votes holds all answers to its task (AnswerKeeper::kRecord). An answer that
/// names nobody has the worker "" (kFile).
struct ResultsRequest {
  std::filesystem::path file;
  std::string format;  ///< empty: recognised
  /// Told how many bytes are read, and how many there are; may throw to stop.
  std::function<void(uint64_t done, uint64_t total)> progress = {};
};
using AnswerSink = std::function<void(Answer answer)>;
/// Returns the format that was read.
std::string read_results(const ResultsRequest& request, const AnswerSink& sink);

}  // namespace cupel::labeling
