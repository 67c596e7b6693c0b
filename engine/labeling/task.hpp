#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cupel/value.hpp"

/// The relabeling round trip: tasks go out in batch files, answers come back, a consensus is
/// formed. This room knows tasks, answers and their files; nothing of tables (engine/exec does
/// those).
namespace cupel::labeling {

/// One question to the labelers: what is in this image, or in this box of it?
struct Task {
  std::string task_id;  ///< unique in the database, also among dropped projects: "p-000017"
  uint32_t batch = 0;   ///< 0 is the calibration batch where there is one
  bool calibration = false;
  std::string reference_id;  ///< of the item
  std::string image_location;
  std::optional<int64_t> width, height;  ///< of the image, pixels
  std::string taxonomy;                  ///< of category labels; empty for objects
  std::string annotation_id;             ///< of the object in question; empty for categories
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;  ///< pixels, top left corner
  };
  std::optional<Box> box;  ///< of the object in question
  std::string given_label;
  std::string predicted_label;  ///< empty: none
  std::string coarse_label, predicted_coarse_label;
  std::optional<double> score;       ///< metadata.mislabel_score, larger is worse
  uint64_t generation = 0;           ///< of the dataset the task was sent from
  std::vector<std::string> choices;  ///< offered labels, most likely first; without "none of these"
};

enum class TaskFormat { kScale, kLabelStudio, kJsonl };

/// What is asked of all tasks of a project.
struct Project {
  std::string name;
  std::string taxonomy;  ///< empty: labels of objects
  std::string slice;     ///< last sent
  TaskFormat format = TaskFormat::kJsonl;
  std::string description;
  std::vector<std::string> labels;  ///< every label there is to choose from, sorted
  uint64_t seed = 0;
  uint64_t tasks = 0;                    ///< the number of the last one sent
  uint32_t batches = 0;                  ///< sent so far
  std::string send_id;                   ///< of the last sending; stands in its manifest too
  std::vector<std::string> directories;  ///< where they were written
};

/// "none of these": offered with every question, and an answer of its own.
inline constexpr const char* kNoneOfThese = "none of these";

/// Which later answer takes an answer's place.
enum class AnswerKeeper {
  kWorker,  ///< the worker's next one
  kRecord,  ///< the next record about its task, of a format whose records hold all that was
            ///< answered
  kFile,    ///< that of the same file, imported again: the worker has no name
};
enum class AnswerKind { kLabel, kNone, kSeveral };
/// What one worker said to one task.
struct Answer {
  std::string task_id;  ///< or empty where only `reference_id` is known
  std::string reference_id;
  std::string worker;  ///< "" where the file names nobody
  AnswerKeeper keeper = AnswerKeeper::kWorker;
  bool begins_record = false;  ///< kRecord: the first answer of one
  bool reviewer = false;       ///< reviewers' answers outrank workers'
  AnswerKind kind = AnswerKind::kLabel;
  std::string label;  ///< kLabel
  std::optional<Timestamp> answered_at;
};

std::string encode_project(const Project& project);  ///< JSON
Project decode_project(std::string_view json);       ///< throws Error(kCorruption)

}  // namespace cupel::labeling
