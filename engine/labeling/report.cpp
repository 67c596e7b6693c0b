#include <algorithm>
#include <tuple>

#include "cupel/error.hpp"
#include "engine/labeling/consensus.hpp"

namespace cupel::labeling {
namespace {

bool is_decided(const Consensus& consensus) {
  return consensus.outcome == Outcome::kAgreed || consensus.outcome == Outcome::kNone ||
         consensus.outcome == Outcome::kSeveral;
}

bool agrees(const Answer& answer, const Consensus& consensus) {
  switch (consensus.outcome) {
    case Outcome::kAgreed:
      return answer.kind == AnswerKind::kLabel && answer.label == consensus.label;
    case Outcome::kNone: return answer.kind == AnswerKind::kNone;
    case Outcome::kSeveral: return answer.kind == AnswerKind::kSeveral;
    case Outcome::kOpen:
    case Outcome::kTie: break;
  }
  return false;
}

class Reporter {
 public:
  void add(const Task& task, const std::vector<Answer>& answers, const Consensus& consensus) {
    add_workers(task, answers, consensus);
    add_class(task, consensus);
    if (consensus.outcome != Outcome::kOpen) {
      ++confusion_[{task.given_label, answered(consensus)}];
    }
  }

  ProjectReport finish() {
    ProjectReport report;
    for (auto& [name, worker] : workers_) {
      worker.worker = name;
      report.workers.push_back(std::move(worker));
    }
    for (auto& [label, of_class] : classes_) {
      of_class.label = label;
      if (of_class.decided > 0) {
        of_class.mean_agreement /= static_cast<double>(of_class.decided);
      }
      report.classes.push_back(std::move(of_class));
    }
    for (const auto& [labels, tasks] : confusion_) {
      report.confusion.push_back({labels.first, labels.second, tasks});
    }
    // Names are in order already.
    std::stable_sort(report.workers.begin(), report.workers.end(),
                     [](const auto& a, const auto& b) { return a.answers > b.answers; });
    const auto more_tasks = [](const auto& a, const auto& b) { return a.tasks > b.tasks; };
    std::stable_sort(report.classes.begin(), report.classes.end(), more_tasks);
    std::stable_sort(report.confusion.begin(), report.confusion.end(), more_tasks);
    return report;
  }

 private:
  static std::string answered(const Consensus& consensus) {
    switch (consensus.outcome) {
      case Outcome::kAgreed: return consensus.label;
      case Outcome::kNone: return kNoneOfThese;
      case Outcome::kSeveral: return "several labels";
      case Outcome::kOpen:
      case Outcome::kTie: break;
    }
    return "tie";
  }

  void add_workers(const Task& task, const std::vector<Answer>& answers,
                   const Consensus& consensus) {
    std::vector<Answer> reviews;
    for (const Answer& answer : answers) {
      if (answer.reviewer) reviews.push_back(answer);
    }
    const Consensus truth = decide(reviews);
    for (const Answer& answer : answers) {
      WorkerReport& worker = workers_[answer.worker];
      worker.reviewer |= answer.reviewer;
      ++worker.answers;
      const bool others = std::any_of(answers.begin(), answers.end(), [&](const Answer& other) {
        return other.worker != answer.worker;
      });
      if (others && is_decided(consensus)) {
        ++worker.compared;
        if (agrees(answer, consensus)) ++worker.agree;
      }
      if (task.calibration && !answer.reviewer && is_decided(truth)) {
        ++worker.calibration_answers;
        if (agrees(answer, truth)) ++worker.calibration_right;
      }
    }
  }

  void add_class(const Task& task, const Consensus& consensus) {
    ClassReport& of_class = classes_[task.given_label];
    ++of_class.tasks;
    switch (consensus.outcome) {
      case Outcome::kOpen: ++of_class.open; break;
      case Outcome::kTie: ++of_class.ties; break;
      case Outcome::kNone: ++of_class.none; break;
      case Outcome::kSeveral: ++of_class.several; break;
      case Outcome::kAgreed:
        ++(consensus.label == task.given_label ? of_class.kept : of_class.changed);
        break;
    }
    if (!is_decided(consensus)) return;
    ++of_class.decided;
    of_class.mean_agreement += consensus.agreement;
  }

  std::map<std::string, WorkerReport> workers_;
  std::map<std::string, ClassReport> classes_;
  std::map<std::pair<std::string, std::string>, uint64_t> confusion_;
};

}  // namespace

ProjectReport report(const std::vector<Task>& tasks,
                     const std::vector<std::vector<Answer>>& answers,
                     const std::vector<Consensus>& consensus) {
  if (answers.size() != tasks.size() || consensus.size() != tasks.size()) {
    throw Error(ErrorCode::kInternal, "a labeling report was asked for with parts of other tasks");
  }
  Reporter reporter;
  for (size_t i = 0; i < tasks.size(); ++i) reporter.add(tasks[i], answers[i], consensus[i]);
  return reporter.finish();
}

}  // namespace cupel::labeling
