#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/labeling/consensus.hpp"
#include "engine/labeling/task.hpp"
#include "storage/transaction.hpp"

/// The relabeling round trip on the rows of a database: tasks are sent, answers come back, are
/// judged and applied. As with the changes of change.hpp, none of these commits, and after an Error
/// the transaction must go back to its savepoint or end. They read the context's snapshot: the
/// transaction's view as of now. Names (project, taxonomy) have been checked by the caller.
namespace cupel::exec {

// --- sending

struct SendRequest {
  std::vector<uint64_t> rows;  ///< of items, or of annotations, ascending
  bool objects = false;
  std::string slice;
  std::filesystem::path directory;
  std::string project;
  std::string taxonomy;  ///< of items; empty for objects
  labeling::TaskFormat format = labeling::TaskFormat::kJsonl;
  uint32_t batch = 3000, calibration = 0;
  uint64_t seed = 0;
  std::optional<uint64_t> choices;           ///< so many of the most probable; nothing: all
  std::optional<std::string> description;    ///< nothing: what the project has
  std::optional<std::string> template_text;  ///< of the instructions; nothing: the built-in one
  bool again = false;                        ///< also what is pending
  std::string database;                      ///< its uuid; empty for one in memory
  Timestamp now;
};
struct SentFile {
  std::string name;
  std::optional<uint64_t> tasks;  ///< of a batch
};
struct SendOutcome {
  std::vector<SentFile> files;
  uint64_t tasks = 0, calibration = 0;
  uint32_t batches = 0;
  std::string set_aside;  ///< where a leftover in the way is now; empty: there was none
};

/// A sending whose rows stand in the transaction and whose files are written, but not published.
/// Usage: publish(), commit the transaction, finish(). Destroyed without publish() it leaves no
/// files.
///
/// What a crash (or a commit that failed) leaves, and what becomes of it:
/// - before publish(): a directory `DIR.partial-…` under no name of its own, which nothing reads;
/// - between publish() and the commit: DIR, marked as unfinished, with a send id that the database
///   does not know. SEND to DIR again sets it aside as `DIR.left-1`;
/// - between the commit and finish(): DIR, marked, with a send id that the database knows. It is
///   never replaced, and the next SEND, IMPORT LABELING RESULTS or DROP PROJECT takes the mark away
///   (finish_sendings). Only a copy of the database from before the commit that is put in its place
///   ahead of that cannot tell DIR from a leftover; it is set aside then, not deleted, and SEND
///   says so;
/// - after finish(): DIR without mark. No database replaces it, not even an older copy of the one
///   that sent it.
/// The send id holds the uuid of the database, so that another one at its path has no leftovers;
/// ids of committed sendings are kept in a document, also when their project is dropped.
class TaskSending {
 public:
  /// Throws kConstraint (nothing to send), kConflict (tasks are pending, the directory is there),
  /// kUnsupported (no probabilities to choose by), kIo.
  TaskSending(storage::Transaction& transaction, const SendRequest& request,
              const Context& context);
  ~TaskSending();
  TaskSending(const TaskSending&) = delete;
  TaskSending& operator=(const TaskSending&) = delete;

  void publish();
  /// To be called after the commit. False where the mark could not be taken away.
  bool finish() noexcept;
  SendOutcome outcome() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The taxonomies of category annotations, sorted.
std::vector<std::string> taxonomies_of(const storage::Snapshot& snapshot, const Context& context);

// --- results

struct ResultsImport {
  std::filesystem::path file;
  std::string project;  ///< empty: found by the tasks
  std::string format;   ///< empty: recognised
  Timestamp now;
};
/// What became of the answers of a file.
struct AnswerCounts {
  uint64_t added = 0, replaced = 0;
  uint64_t withdrawn = 0;  ///< no longer in the record or file that they came from
  uint64_t known = 0;      ///< identical to one that was there
  uint64_t outdated = 0;   ///< older than one that was there
};
struct ResultsOutcome {
  std::string project, format;
  AnswerCounts answers;
  std::map<std::string, uint64_t> strange;  ///< labels that were not offered: their new answers
  // All tasks of the project, as they stand now.
  uint64_t kept = 0, changed = 0, ties = 0, none = 0, several = 0, open = 0;
};
/// Throws kConstraint (with the place) for an answer to no task.
ResultsOutcome import_results(storage::Transaction& transaction, const ResultsImport& request,
                              const Context& context);

// --- audit

labeling::ProjectReport audit_report(const std::string& project, const Context& context);

struct VerdictOutcome {
  uint64_t tasks = 0;
  uint64_t applied = 0;  ///< of them: their labels have been applied before
};
/// `tasks`: rows of the project's tasks; all must be completed.
VerdictOutcome give_verdict(storage::Transaction& transaction, const std::string& project,
                            std::span<const uint64_t> tasks, bool accept, const Context& context);
/// Completed tasks without a verdict.
std::vector<uint64_t> undecided_tasks(const std::string& project, const Context& context);
/// The tasks that a name means: a task id, or the reference id of an item.
struct NamedTasks {
  std::vector<uint64_t> completed;
  bool pending = false;  ///< some are
};
/// By name.
std::vector<NamedTasks> named_tasks(const std::string& project, std::span<const std::string> names,
                                    const Context& context);

// --- applying

struct ApplyRequest {
  std::string project;
  std::string taxonomy;
  double agreement = 0;   ///< at least
  bool weighted = false;  ///< by Dawid and Skene's estimate of the workers
};
/// Something happened to the label since the task was sent.
struct ApplyConflict {
  std::string task_id, reference_id, annotation_id;
  std::string given, current, answer;  ///< `current` is empty where there is none
  std::string what;
};
struct ApplyOutcome {
  uint64_t relabeled = 0, confirmed = 0;
  uint64_t added = 0;  ///< labels where there was none
  uint64_t below = 0, ties = 0, none = 0, several = 0, open = 0, rejected = 0, before = 0;
  bool nameless = false;  ///< workers were to be weighed, but their answers have no names
  std::vector<ApplyConflict> conflicts;  ///< in the order of tasks
};
ApplyOutcome apply_results(storage::Transaction& transaction, const ApplyRequest& request,
                           const Context& context);

// --- projects

/// What two projects say of the same items or annotations.
struct LabelPair {
  std::string given, first, second;
  uint64_t tasks = 0;
};
struct Comparison {
  std::vector<LabelPair> pairs;  ///< disagreements first, then by number of tasks, then by name
  uint64_t tasks = 0, agreed = 0;
  std::optional<double> kappa;  ///< Cohen's; nothing where chance explains everything
};
Comparison compare_projects(const std::string& first, const std::string& second,
                            const Context& context);

struct ProjectSummary {
  labeling::Project project;
  uint64_t tasks = 0, pending = 0, completed = 0, accepted = 0, rejected = 0, applied = 0;
  std::optional<Timestamp> created;  ///< of its first task
};
ProjectSummary summary_of(const std::string& project, const Context& context);

struct DropOutcome {
  uint64_t tasks = 0, answers = 0;
};
/// Forgets the project: document, tasks and answers. Its items tell of their latest task in another
/// project, or of none.
DropOutcome drop_project(storage::Transaction& transaction, const std::string& project,
                         const Context& context);

}  // namespace cupel::exec
