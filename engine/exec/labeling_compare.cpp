#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_tasks.hpp"

namespace cupel::exec {
namespace {

using labeling::Outcome;
using storage::kItems;

struct Said {
  std::string given, answer;
};

/// What a decided task says; nothing for a tie, and while it is open.
std::optional<std::string> answer_of(const TaskRow& task) {
  switch (task.consensus.outcome) {
    case Outcome::kAgreed: return task.consensus.label;
    case Outcome::kNone: return labeling::kNoneOfThese;
    case Outcome::kSeveral: return "several labels";
    case Outcome::kTie:
    case Outcome::kOpen: break;
  }
  return std::nullopt;
}

/// By item, or by annotation where objects are asked about: what the project's last decided task
/// about it says.
std::map<uint64_t, Said> said_by(const std::string& project, bool objects, const Context& context) {
  std::map<uint64_t, Said> said;
  for (const TaskRow& task : read_tasks(context.snapshot, project, context))
    if (auto answer = answer_of(task))
      said.insert_or_assign(objects ? task.annotation.value_or(0) : task.item,
                            Said{task.given_label, std::move(*answer)});
  return said;
}

/// Cohen, "A Coefficient of Agreement for Nominal Scales" (1960).
class Kappa {
 public:
  void add(const std::string& first, const std::string& second) {
    ++first_[first];
    ++second_[second];
    ++tasks_;
    if (first == second) ++agreed_;
  }
  std::optional<double> value() const {
    const auto total = static_cast<double>(tasks_);
    double chance = 0;
    for (const auto& [label, count] : first_) {
      const auto other = second_.find(label);
      if (other != second_.end())
        chance += static_cast<double>(count) / total * static_cast<double>(other->second) / total;
    }
    if (tasks_ == 0 || chance >= 1) return std::nullopt;
    return (static_cast<double>(agreed_) / total - chance) / (1 - chance);
  }

 private:
  std::map<std::string, uint64_t> first_, second_;
  uint64_t tasks_ = 0, agreed_ = 0;
};

}  // namespace

Comparison compare_projects(const std::string& first, const std::string& second,
                            const Context& context) {
  const bool objects = find_project(context.snapshot->catalog(), first)->taxonomy.empty();
  const auto a = said_by(first, objects, context);
  const auto b = said_by(second, objects, context);
  Comparison result;
  Kappa kappa;
  std::map<std::tuple<std::string, std::string, std::string>, uint64_t> pairs;
  for (const auto& [subject, said] : a) {
    const auto other = b.find(subject);
    if (other == b.end()) continue;
    kappa.add(said.answer, other->second.answer);
    ++pairs[{said.given, said.answer, other->second.answer}];
    ++result.tasks;
    if (said.answer == other->second.answer) ++result.agreed;
  }
  for (const auto& [labels, tasks] : pairs)
    result.pairs.push_back({std::get<0>(labels), std::get<1>(labels), std::get<2>(labels), tasks});
  std::stable_sort(result.pairs.begin(), result.pairs.end(),
                   [](const LabelPair& x, const LabelPair& y) {
                     const bool agree_x = x.first == x.second;
                     const bool agree_y = y.first == y.second;
                     return std::tuple(agree_x, y.tasks) < std::tuple(agree_y, x.tasks);
                   });
  result.kappa = kappa.value();
  return result;
}

}  // namespace cupel::exec
