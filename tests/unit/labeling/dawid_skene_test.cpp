#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "cupel/error.hpp"
#include "engine/labeling/consensus.hpp"

namespace cupel::labeling {
namespace {

Answer says(const std::string& worker, const std::string& label) {
  Answer answer;
  answer.worker = worker;
  answer.label = label;
  if (label == kNoneOfThese) {
    answer.kind = AnswerKind::kNone;
    answer.label.clear();
  }
  return answer;
}

/// The same by the book: full confusion matrices, probabilities instead of logarithms.
struct Twin {
  const std::vector<std::vector<Answer>>& tasks;
  std::vector<std::string> classes;
  std::map<std::string, double> accuracy;
  std::map<std::string, std::vector<std::vector<double>>> confusion;
  std::vector<std::vector<double>> posterior;
  std::vector<double> prior;
  uint32_t iterations = 0;

  size_t index(const Answer& answer) const {
    const std::string name = answer.kind == AnswerKind::kNone ? kNoneOfThese : answer.label;
    return static_cast<size_t>(std::find(classes.begin(), classes.end(), name) - classes.begin());
  }

  void start() {
    for (const auto& answers : tasks) {
      std::vector<double> share(classes.size());
      for (const Answer& answer : answers) {
        share[index(answer)] += 1.0 / static_cast<double>(answers.size());
      }
      posterior.push_back(share);
    }
  }

  void maximize() {
    const size_t k = classes.size();
    prior.assign(k, 0);
    confusion.clear();
    for (size_t i = 0; i < tasks.size(); ++i) {
      for (size_t c = 0; c < k; ++c) {
        prior[c] += posterior[i][c] / static_cast<double>(tasks.size());
      }
      for (const Answer& answer : tasks[i]) {
        auto& matrix = confusion[answer.worker];
        matrix.resize(k, std::vector<double>(k));
        for (size_t c = 0; c < k; ++c) matrix[c][index(answer)] += posterior[i][c];
      }
    }
    for (auto& [worker, matrix] : confusion) {
      accuracy[worker] = 0;
      double asked = 0;
      for (size_t c = 0; c < k; ++c) {
        double row = 0;
        for (const double count : matrix[c]) row += count;
        for (double& count : matrix[c]) {
          count = (count + 0.1 / static_cast<double>(k)) / (row + 0.1);
        }
        accuracy[worker] += row * matrix[c][c];
        asked += row;
      }
      accuracy[worker] /= asked;
    }
  }

  double expect() {
    double likelihood = 0;
    for (size_t i = 0; i < tasks.size(); ++i) {
      double sum = 0;
      for (size_t c = 0; c < classes.size(); ++c) {
        double p = prior[c];
        for (const Answer& answer : tasks[i]) p *= confusion[answer.worker][c][index(answer)];
        posterior[i][c] = p;
        sum += p;
      }
      for (double& p : posterior[i]) p /= sum;
      likelihood += std::log(sum);
    }
    return likelihood;
  }

  void run() {
    start();
    double before = 0;
    for (;;) {
      ++iterations;
      maximize();
      const double likelihood = expect();
      const double moved = std::abs(likelihood - before);
      before = likelihood;
      const bool settled = moved < 1e-6 * static_cast<double>(tasks.size());
      if (iterations == 100 || (iterations > 1 && settled)) return;
    }
  }
};

struct Crowd {
  std::vector<size_t> truth;
  std::vector<std::vector<Answer>> tasks;
};

const std::vector<std::string> kClasses = {"bird", "cat", "dog", kNoneOfThese};

/// Every worker answers every task, right with his accuracy, else any other class.
Crowd simulate(size_t tasks, const std::vector<double>& accuracies, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1.0p-53; };
  Crowd crowd;
  for (size_t i = 0; i < tasks; ++i) {
    const size_t truth = random() % kClasses.size();
    std::vector<Answer> answers;
    for (size_t w = 0; w < accuracies.size(); ++w) {
      size_t said = truth;
      if (unit() >= accuracies[w]) said = (truth + 1 + random() % (kClasses.size() - 1)) % 4;
      answers.push_back(says("w" + std::to_string(w), kClasses[said]));
    }
    crowd.truth.push_back(truth);
    crowd.tasks.push_back(answers);
  }
  return crowd;
}

size_t right(const Crowd& crowd, const std::vector<std::vector<double>>& posterior) {
  size_t count = 0;
  for (size_t i = 0; i < crowd.truth.size(); ++i) {
    const auto best = std::max_element(posterior[i].begin(), posterior[i].end());
    if (static_cast<size_t>(best - posterior[i].begin()) == crowd.truth[i]) ++count;
  }
  return count;
}

TEST(DawidSkene, RecoversKnownAccuracies) {
  const std::vector<double> accuracies{0.95, 0.8, 0.7, 0.6, 0.4};
  const Crowd crowd = simulate(2000, accuracies, 1);
  const DawidSkene estimate = dawid_skene(crowd.tasks);
  EXPECT_EQ(estimate.classes, kClasses);
  for (size_t w = 0; w < accuracies.size(); ++w) {
    EXPECT_NEAR(estimate.accuracy.at("w" + std::to_string(w)), accuracies[w], 0.03) << w;
  }
  for (const double share : estimate.prior) EXPECT_NEAR(share, 0.25, 0.03);
  EXPECT_GT(right(crowd, estimate.posterior), 1900U);
}

TEST(DawidSkene, ManyClassesDoNotDrownTheWorkers) {
  std::mt19937_64 random(5);
  std::vector<std::vector<Answer>> tasks(2000);
  for (auto& answers : tasks) {
    const uint64_t truth = random() % 300;
    for (int i = 0; i < 5; ++i) {
      const uint64_t said = random() % 10 < 8 ? truth : random() % 300;
      answers.push_back(says("w" + std::to_string(random() % 20), "l" + std::to_string(said)));
    }
  }
  for (const auto& [worker, accuracy] : dawid_skene(tasks).accuracy) {
    EXPECT_NEAR(accuracy, 0.8, 0.1) << worker;
  }
}

TEST(DawidSkene, EqualsItsNaiveTwin) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    Crowd crowd = simulate(60 + 20 * seed, {0.9, 0.7, 0.5, 0.3}, seed);
    // Not everybody answers everything.
    std::mt19937_64 random(seed);
    for (auto& answers : crowd.tasks) {
      while (answers.size() > 1 && random() % 3 == 0) {
        answers.erase(answers.begin() + static_cast<std::ptrdiff_t>(random() % answers.size()));
      }
    }
    const DawidSkene estimate = dawid_skene(crowd.tasks);
    Twin expected{crowd.tasks, estimate.classes};
    expected.run();
    EXPECT_EQ(estimate.iterations, expected.iterations);
    ASSERT_EQ(estimate.accuracy.size(), expected.accuracy.size());
    for (const auto& [worker, accuracy] : expected.accuracy) {
      EXPECT_NEAR(estimate.accuracy.at(worker), accuracy, 1e-9);
    }
    for (size_t c = 0; c < expected.prior.size(); ++c) {
      EXPECT_NEAR(estimate.prior[c], expected.prior[c], 1e-9);
    }
    for (size_t i = 0; i < crowd.tasks.size(); ++i) {
      for (size_t c = 0; c < expected.prior.size(); ++c) {
        EXPECT_NEAR(estimate.posterior[i][c], expected.posterior[i][c], 1e-7);
      }
    }
  }
}

TEST(DawidSkene, ABadWorkerIsOutvotedByOneGoodOne) {
  // Two good workers, one who always says "cat": where a good one is alone with him, he loses.
  std::vector<std::vector<Answer>> tasks;
  const char* truth[] = {"cat", "dog", "bird"};
  for (int i = 0; i < 60; ++i) {
    tasks.push_back({says("good", truth[i % 3]), says("fine", truth[i % 3]), says("lazy", "cat")});
  }
  tasks.push_back({says("good", "dog"), says("lazy", "cat")});
  const DawidSkene estimate = dawid_skene(tasks);
  EXPECT_GT(estimate.accuracy.at("good"), 0.95);
  EXPECT_LT(estimate.accuracy.at("lazy"), 0.4);
  EXPECT_EQ(decide(tasks.back()).outcome, Outcome::kTie);
  const Consensus consensus = decide(estimate, tasks.size() - 1, tasks.back());
  EXPECT_EQ(consensus.outcome, Outcome::kAgreed);
  EXPECT_EQ(consensus.label, "dog");
  EXPECT_GT(consensus.agreement, 0.9);
  EXPECT_EQ(consensus.answers, 2U);
  EXPECT_EQ(decide(tasks.back(), estimate.accuracy).label, "dog") << "accuracies as weights";
}

TEST(DawidSkene, IsDeterministic) {
  const Crowd crowd = simulate(200, {0.9, 0.6, 0.5}, 3);
  const DawidSkene once = dawid_skene(crowd.tasks);
  const DawidSkene again = dawid_skene(crowd.tasks);
  EXPECT_EQ(once.accuracy, again.accuracy);
  EXPECT_EQ(once.posterior, again.posterior);
  EXPECT_EQ(once.iterations, again.iterations);
}

TEST(DawidSkene, SeveralIsLeftOutAndReviewersDecide) {
  Answer several = says("a", "");
  several.kind = AnswerKind::kSeveral;
  Answer review = says("r", "dog");
  review.reviewer = true;
  const std::vector<std::vector<Answer>> tasks{{says("a", "cat"), says("b", "cat")},
                                               {several},
                                               {},
                                               {says("a", "cat"), says("b", "cat"), review},
                                               {several, several, says("b", "cat")},
                                               {several, says("a", "cat"), says("b", "cat")}};
  const DawidSkene estimate = dawid_skene(tasks);
  EXPECT_EQ(estimate.classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(decide(estimate, 0, tasks[0]).label, "cat");
  EXPECT_EQ(decide(estimate, 1, tasks[1]).outcome, Outcome::kSeveral);
  EXPECT_EQ(decide(estimate, 2, tasks[2]).outcome, Outcome::kOpen);
  EXPECT_EQ(decide(estimate, 3, tasks[3]).label, "dog");
  EXPECT_TRUE(decide(estimate, 3, tasks[3]).reviewed);
  EXPECT_EQ(decide(estimate, 4, tasks[4]).outcome, Outcome::kSeveral);
  EXPECT_EQ(decide(estimate, 5, tasks[5]).label, "cat");
  EXPECT_EQ(estimate.posterior[2], estimate.prior);
}

TEST(DawidSkene, EqualPosteriorsAreATie) {
  const std::vector<std::vector<Answer>> tasks{{says("a", "cat"), says("b", "dog")},
                                               {says("a", "dog"), says("b", "cat")}};
  const DawidSkene estimate = dawid_skene(tasks);
  EXPECT_EQ(decide(estimate, 0, tasks[0]).outcome, Outcome::kTie);
}

TEST(DawidSkene, NothingAndAnInterruption) {
  const DawidSkene nothing = dawid_skene({});
  EXPECT_TRUE(nothing.classes.empty());
  EXPECT_EQ(nothing.iterations, 0U);
  EXPECT_EQ(dawid_skene({{}, {}}).posterior.size(), 2U);
  EXPECT_THROW(
      dawid_skene({{says("a", "cat")}}, [] { throw Error(ErrorCode::kInterrupted, "stopped"); }),
      Error);
}

TEST(DawidSkene, ManyTasksOfManyAnswersDoNotUnderflow) {
  std::vector<Answer> answers;
  for (int w = 0; w < 3000; ++w) answers.push_back(says("w" + std::to_string(w), "cat"));
  const std::vector<std::vector<Answer>> tasks{answers, {says("w0", "dog")}};
  const DawidSkene estimate = dawid_skene(tasks);
  EXPECT_EQ(decide(estimate, 0, tasks[0]).label, "cat");
  for (const auto& [worker, accuracy] : estimate.accuracy) {
    EXPECT_TRUE(accuracy >= 0 && accuracy <= 1 + 1e-9) << worker << accuracy;
  }
}

}  // namespace
}  // namespace cupel::labeling
