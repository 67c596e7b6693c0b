#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "cupel/error.hpp"
#include "engine/labeling/consensus.hpp"

namespace cupel::labeling {
namespace {

constexpr double kSmoothing = 0.1;  ///< of an answer, for each true class of a worker
constexpr double kSettled = 1e-6;   ///< movement of the log-likelihood, a task
constexpr uint32_t kMostRounds = 100;
constexpr uint64_t kMostNumbers = uint64_t{1} << 28;
constexpr size_t kPollTasks = 4096;

bool is_none(const Answer& answer) {
  return answer.kind == AnswerKind::kNone || answer.label == kNoneOfThese;
}

/// A worker's confusions stand in columns: one for each answer that he ever gave, over the true
/// classes. An answer that he never gave needs none, as no task asks for its probability.
struct Column {
  uint32_t worker = 0;
  uint32_t answered = 0;
  std::vector<double> counts;  ///< expected, by true class; then the logarithm of the probability
};

class Estimator {
 public:
  Estimator(const std::vector<std::vector<Answer>>& tasks, const std::function<void()>& poll)
      : poll_(poll) {
    name_classes(tasks);
    index_answers(tasks);
    start_from_majority();
  }

  DawidSkene run() {
    double before = 0;
    while (result_.iterations < kMostRounds && !result_.classes.empty()) {
      estimate_workers();
      const double likelihood = estimate_tasks();
      ++result_.iterations;
      const double moved = std::abs(likelihood - before);
      before = likelihood;
      if (result_.iterations > 1 && moved < kSettled * static_cast<double>(answered_)) break;
    }
    return std::move(result_);
  }

 private:
  void name_classes(const std::vector<std::vector<Answer>>& tasks) {
    std::set<std::string> labels;
    bool none = false;
    std::set<std::string> workers;
    for (const auto& answers : tasks) {
      for (const Answer& answer : answers) {
        if (answer.kind == AnswerKind::kSeveral) continue;
        workers.insert(answer.worker);
        if (is_none(answer)) {
          none = true;
        } else {
          labels.insert(answer.label);
        }
      }
    }
    result_.classes.assign(labels.begin(), labels.end());
    if (none) result_.classes.emplace_back(kNoneOfThese);
    classes_ = result_.classes.size();
    workers_.assign(workers.begin(), workers.end());
  }

  uint32_t class_of(const Answer& answer) const {
    if (is_none(answer)) return static_cast<uint32_t>(classes_ - 1);
    const auto end = result_.classes.end() - (result_.classes.back() == kNoneOfThese ? 1 : 0);
    return static_cast<uint32_t>(std::lower_bound(result_.classes.begin(), end, answer.label) -
                                 result_.classes.begin());
  }

  void index_answers(const std::vector<std::vector<Answer>>& tasks) {
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> known;
    first_.push_back(0);
    for (const auto& answers : tasks) {
      for (const Answer& answer : answers) {
        if (answer.kind == AnswerKind::kSeveral) continue;
        const auto worker = static_cast<uint32_t>(
            std::lower_bound(workers_.begin(), workers_.end(), answer.worker) - workers_.begin());
        const uint32_t answered = class_of(answer);
        const auto [at, fresh] =
            known.try_emplace({worker, answered}, static_cast<uint32_t>(columns_.size()));
        if (fresh) columns_.push_back({worker, answered, {}});
        answers_.push_back(at->second);
      }
      first_.push_back(answers_.size());
      if (first_.back() > first_[first_.size() - 2]) ++answered_;
    }
    if ((columns_.size() + tasks.size() + workers_.size()) * classes_ > kMostNumbers) {
      throw Error(ErrorCode::kLimit,
                  "there are too many labels for the weights of so many workers and tasks: decide "
                  "without weights, or label by label");
    }
    for (Column& column : columns_) column.counts.resize(classes_);
  }

  void start_from_majority() {
    result_.posterior.assign(first_.size() - 1, std::vector<double>(classes_));
    for (size_t task = 0; task + 1 < first_.size(); ++task) {
      const double share = 1 / static_cast<double>(first_[task + 1] - first_[task]);
      for (size_t i = first_[task]; i < first_[task + 1]; ++i) {
        result_.posterior[task][columns_[answers_[i]].answered] += share;
      }
    }
  }

  /// The M step: prior, confusions and accuracies from the posteriors.
  void estimate_workers() {
    result_.prior.assign(classes_, 0);
    std::vector<std::vector<double>> rows(workers_.size(), std::vector<double>(classes_));
    for (Column& column : columns_) std::fill(column.counts.begin(), column.counts.end(), 0.0);
    for (size_t task = 0; task + 1 < first_.size(); ++task) {
      poll_at(task);
      if (first_[task] == first_[task + 1]) continue;
      const std::vector<double>& posterior = result_.posterior[task];
      for (size_t c = 0; c < classes_; ++c) result_.prior[c] += posterior[c];
      for (size_t i = first_[task]; i < first_[task + 1]; ++i) {
        Column& column = columns_[answers_[i]];
        std::vector<double>& row = rows[column.worker];
        for (size_t c = 0; c < classes_; ++c) {
          column.counts[c] += posterior[c];
          row[c] += posterior[c];
        }
      }
    }
    for (double& share : result_.prior) share /= static_cast<double>(answered_);
    set_accuracies(rows);
  }

  /// Also turns the columns into logarithms.
  void set_accuracies(const std::vector<std::vector<double>>& rows) {
    const double share = kSmoothing / static_cast<double>(classes_);
    std::vector<double> right(workers_.size());
    std::vector<double> asked(workers_.size());
    for (size_t worker = 0; worker < workers_.size(); ++worker) {
      for (const double row : rows[worker]) {
        asked[worker] += row;
        right[worker] += row * share / (row + kSmoothing);
      }
    }
    for (Column& column : columns_) {
      const std::vector<double>& row = rows[column.worker];
      const uint32_t own = column.answered;
      right[column.worker] += row[own] * column.counts[own] / (row[own] + kSmoothing);
      for (size_t c = 0; c < classes_; ++c) {
        column.counts[c] = std::log((column.counts[c] + share) / (row[c] + kSmoothing));
      }
    }
    for (size_t worker = 0; worker < workers_.size(); ++worker) {
      result_.accuracy[workers_[worker]] = right[worker] / asked[worker];
    }
  }

  /// The E step: posteriors from prior and confusions. Returns the log-likelihood.
  double estimate_tasks() {
    double likelihood = 0;
    std::vector<double> log_prior(classes_);
    for (size_t c = 0; c < classes_; ++c) log_prior[c] = std::log(result_.prior[c]);
    for (size_t task = 0; task + 1 < first_.size(); ++task) {
      poll_at(task);
      std::vector<double>& posterior = result_.posterior[task];
      if (first_[task] == first_[task + 1]) {
        posterior = result_.prior;
        continue;
      }
      posterior = log_prior;
      for (size_t i = first_[task]; i < first_[task + 1]; ++i) {
        const std::vector<double>& logs = columns_[answers_[i]].counts;
        for (size_t c = 0; c < classes_; ++c) posterior[c] += logs[c];
      }
      const double most = *std::max_element(posterior.begin(), posterior.end());
      double sum = 0;
      for (double& share : posterior) sum += share = std::exp(share - most);
      for (double& share : posterior) share /= sum;
      likelihood += most + std::log(sum);
    }
    return likelihood;
  }

  void poll_at(size_t task) const {
    if (poll_ && task % kPollTasks == 0) poll_();
  }

  const std::function<void()>& poll_;
  DawidSkene result_;
  size_t classes_ = 0;
  std::vector<std::string> workers_;
  std::vector<Column> columns_;
  std::vector<uint32_t> answers_;  ///< of all tasks, as columns
  std::vector<size_t> first_;      ///< of each task in answers_; and the end
  uint64_t answered_ = 0;          ///< tasks with an answer that counts
};

}  // namespace

DawidSkene dawid_skene(const std::vector<std::vector<Answer>>& tasks,
                       const std::function<void()>& poll) {
  return Estimator(tasks, poll).run();
}

}  // namespace cupel::labeling
