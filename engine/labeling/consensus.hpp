#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/labeling/task.hpp"

namespace cupel::labeling {

enum class Outcome { kOpen, kAgreed, kTie, kNone, kSeveral };

/// What the answers to one task come to.
struct Consensus {
  Outcome outcome = Outcome::kOpen;  ///< kOpen: no answer yet
  std::string label;                 ///< kAgreed
  double agreement = 0;              ///< share (of weight) of the winning answer, 0 to 1; of a tie,
                                     ///< that of each of the first places
  uint32_t answers = 0;              ///< that counted
  bool reviewed = false;             ///< decided by reviewers alone
};

/// Plurality of (weighted) answers, "none of these" and several labels at once being answers of
/// their own. Reviewers' answers, where there are some, are the only ones that count. Equal first
/// places are a tie. `weights` by worker; a worker without one, or with one that is no number of at
/// least 0, weighs 1. Where all weights are 0, each answer counts 1.
Consensus decide(std::span<const Answer> answers,
                 const std::map<std::string, double>& weights = {});

/// How much a worker is worth, and the posterior of every task, estimated as by Dawid and Skene
/// ("Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", 1979).
struct DawidSkene {
  std::vector<std::string> classes;  ///< labels, then "none of these" where it was answered
  /// By worker: how often he is right, expected over the tasks that he answered.
  std::map<std::string, double> accuracy;
  /// By task, by class; the prior where nobody answered.
  std::vector<std::vector<double>> posterior;
  std::vector<double> prior;  ///< by class
  uint32_t iterations = 0;
};
/// `tasks[i]`: the answers to task i (kSeveral is left out). Deterministic; starts from the
/// majority; ends when the log-likelihood moves by less than 1e-6 a task, or after 100 rounds.
/// Confusions are smoothed, so that one answer cannot rule a class out: each row of a worker's
/// matrix gets a tenth of an answer, spread evenly. (A fixed amount in each cell would drown what
/// workers say where there are many classes.) A reviewer is a worker here.
/// Memory: 8 bytes for each class of each task, of each worker, and of each pair of a worker and an
/// answer that he gave. Throws Error(kLimit) where that is more than 2 GiB; what `poll` throws
/// passes.
DawidSkene dawid_skene(const std::vector<std::vector<Answer>>& tasks,
                       const std::function<void()>& poll = {});
/// The consensus by the posterior: the likeliest class; agreement is its probability; equal first
/// places are a tie. Where reviewers answered, or most say "several", it is decide(answers).
Consensus decide(const DawidSkene& estimate, size_t task, std::span<const Answer> answers);

/// Agreement, for audits.
struct WorkerReport {
  std::string worker;
  bool reviewer = false;
  uint64_t answers = 0;
  uint64_t agree = 0;  ///< with the consensus (of tasks that have one, other workers in it)
  uint64_t compared = 0;
  /// Of the calibration tasks, against what the reviewers answered there. Not for reviewers.
  uint64_t calibration_right = 0, calibration_answers = 0;
};
struct ClassReport {
  std::string label;                ///< given
  uint64_t tasks = 0, decided = 0;  ///< decided: kept, changed, none and several
  uint64_t kept = 0;                ///< consensus = given
  uint64_t changed = 0, none = 0, ties = 0, several = 0, open = 0;
  double mean_agreement = 0;  ///< of decided tasks
};
struct ConfusionCell {
  std::string given, answered;  ///< "none of these", "tie" and "several labels" among `answered`
  uint64_t tasks = 0;
};
struct ProjectReport {
  std::vector<WorkerReport> workers;     ///< most answers first, then by name
  std::vector<ClassReport> classes;      ///< most tasks first, then by name
  std::vector<ConfusionCell> confusion;  ///< most tasks first, then by names; open tasks left out
};
/// `answers[i]` and `consensus[i]` belong to `tasks[i]`.
ProjectReport report(const std::vector<Task>& tasks,
                     const std::vector<std::vector<Answer>>& answers,
                     const std::vector<Consensus>& consensus);

}  // namespace cupel::labeling
