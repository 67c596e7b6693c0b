#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_tasks.hpp"

/// Which answers to a task count when files are imported one after the other.
///
/// 1. One answer a worker, the latest.
/// 2. Workers without a name are known by the file and their place in it, so that a file that is
///    imported again changes nothing, and those of another file are others.
/// 3. A record of a format whose respondents have no names says all that was answered to its task:
/// a
///    later record takes the place of the one before, also where it holds fewer answers. So do the
///    unnamed answers of a file that is imported again.
namespace cupel::exec {

/// The answers to one task in one file.
struct ReadAnswers {
  std::map<std::string, labeling::Answer> named;  ///< by worker
  std::vector<std::vector<labeling::Answer>> records;
  std::vector<labeling::Answer> unnamed;  ///< in the order of the file
};

/// Adds an answer of a file to those before it.
void add_read(ReadAnswers& answers, labeling::Answer answer, AnswerCounts& counts);

/// The answers to one task that are stored, and become stored.
class TaskAnswers {
 public:
  struct One {
    labeling::Answer answer;
    std::optional<uint64_t> row;  ///< in the hidden table; nothing: it is new
    bool changed = false;
    bool withdrawn = false;
  };

  void add_stored(AnswerRow stored);
  /// `file`: the number of the file (file_number).
  void take(ReadAnswers read, uint64_t file, AnswerCounts& counts);

  const std::map<std::string, One>& by_worker() const { return by_worker_; }
  /// Whether anything is to be written.
  bool touched() const { return touched_; }
  /// Those that count.
  std::vector<labeling::Answer> current() const;

 private:
  /// `is_last`: it is the later one, whatever the times say.
  void take_one(labeling::Answer answer, bool is_last, AnswerCounts& counts);
  template <typename IsOfSet>
  void take_set(std::vector<labeling::Answer> set, bool may_be_older, const IsOfSet& is_of_set,
                AnswerCounts& counts);

  std::map<std::string, One> by_worker_;
  bool touched_ = false;
};

/// The number of a results file among those of a project with unnamed answers, from 1 on; a file is
/// known by its path. Remembers a new one in the transaction.
uint64_t file_number(storage::Transaction& transaction, const std::string& project,
                     const std::filesystem::path& file);
/// To be called when a project is dropped.
void forget_files(storage::Transaction& transaction, const std::string& project);

/// Writes what has changed of the answers of a project's tasks. `answers`: by row of the task.
void write_answers(storage::Transaction& transaction, const std::string& project,
                   const std::map<uint64_t, const TaskAnswers*>& answers, const Context& context);

}  // namespace cupel::exec
