#include "engine/labeling/consensus.hpp"

#include <algorithm>
#include <cmath>

namespace cupel::labeling {
namespace {

/// Sums of the same weights in another order differ by less.
constexpr double kSame = 1e-9;

struct Candidate {
  AnswerKind kind = AnswerKind::kLabel;
  std::string_view label;
  double weight = 0;
  uint32_t answers = 0;
};

double weight_of(const std::map<std::string, double>& weights, const std::string& worker) {
  const auto found = weights.find(worker);
  const bool usable = found != weights.end() && std::isfinite(found->second) && found->second >= 0;
  return usable ? found->second : 1;
}

std::vector<Candidate> candidates(std::span<const Answer> answers, bool reviewers_only,
                                  const std::map<std::string, double>& weights) {
  std::vector<Candidate> result;
  for (const Answer& answer : answers) {
    if (reviewers_only && !answer.reviewer) continue;
    auto same = std::find_if(result.begin(), result.end(), [&](const Candidate& other) {
      return other.kind == answer.kind &&
             (answer.kind != AnswerKind::kLabel || other.label == answer.label);
    });
    if (same == result.end()) {
      result.push_back({answer.kind, answer.label});
      same = std::prev(result.end());
    }
    same->weight += weight_of(weights, answer.worker);
    ++same->answers;
  }
  return result;
}

Outcome outcome_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kLabel: return Outcome::kAgreed;
    case AnswerKind::kNone: return Outcome::kNone;
    case AnswerKind::kSeveral: break;
  }
  return Outcome::kSeveral;
}

}  // namespace

Consensus decide(std::span<const Answer> answers, const std::map<std::string, double>& weights) {
  Consensus result;
  result.reviewed = std::any_of(answers.begin(), answers.end(),
                                [](const Answer& answer) { return answer.reviewer; });
  std::vector<Candidate> all = candidates(answers, result.reviewed, weights);
  if (all.empty()) return result;
  double total = 0;
  for (const Candidate& candidate : all) {
    result.answers += candidate.answers;
    total += candidate.weight;
  }
  if (total <= 0) {
    for (Candidate& candidate : all) candidate.weight = candidate.answers;
    total = result.answers;
  }
  const auto best =
      std::max_element(all.begin(), all.end(),
                       [](const Candidate& a, const Candidate& b) { return a.weight < b.weight; });
  const auto firsts = std::count_if(all.begin(), all.end(), [&](const Candidate& candidate) {
    return candidate.weight >= best->weight - kSame * total;
  });
  result.agreement = best->weight / total;
  result.outcome = firsts > 1 ? Outcome::kTie : outcome_of(best->kind);
  if (result.outcome == Outcome::kAgreed) result.label = best->label;
  return result;
}

Consensus decide(const DawidSkene& estimate, size_t task, std::span<const Answer> answers) {
  Consensus plain = decide(answers);
  const bool countable = std::any_of(answers.begin(), answers.end(), [](const Answer& answer) {
    return answer.kind != AnswerKind::kSeveral;
  });
  if (plain.reviewed || !countable || plain.outcome == Outcome::kSeveral) return plain;
  const std::vector<double>& posterior = estimate.posterior.at(task);
  const auto best = std::max_element(posterior.begin(), posterior.end());
  const auto firsts = std::count_if(posterior.begin(), posterior.end(),
                                    [&](double share) { return share >= *best - kSame; });
  plain.agreement = *best;
  plain.label.clear();
  const std::string& label = estimate.classes[static_cast<size_t>(best - posterior.begin())];
  if (firsts > 1) {
    plain.outcome = Outcome::kTie;
  } else if (label == kNoneOfThese) {
    plain.outcome = Outcome::kNone;
  } else {
    plain.outcome = Outcome::kAgreed;
    plain.label = label;
  }
  return plain;
}

}  // namespace cupel::labeling
