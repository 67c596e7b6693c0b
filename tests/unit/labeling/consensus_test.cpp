#include "engine/labeling/consensus.hpp"

#include <gtest/gtest.h>

namespace cupel::labeling {
namespace {

Answer says(const std::string& worker, const std::string& label, bool reviewer = false) {
  Answer answer;
  answer.worker = worker;
  answer.reviewer = reviewer;
  if (label == kNoneOfThese) {
    answer.kind = AnswerKind::kNone;
  } else if (label == "several") {
    answer.kind = AnswerKind::kSeveral;
  } else {
    answer.label = label;
  }
  return answer;
}

TEST(Consensus, NoAnswerIsOpen) {
  const Consensus consensus = decide(std::vector<Answer>{});
  EXPECT_EQ(consensus.outcome, Outcome::kOpen);
  EXPECT_EQ(consensus.answers, 0U);
  EXPECT_EQ(consensus.agreement, 0);
}

TEST(Consensus, ThePluralityWins) {
  const Consensus consensus =
      decide(std::vector{says("a", "cat"), says("b", "dog"), says("c", "cat"), says("d", "fish"),
                         says("e", kNoneOfThese)});
  EXPECT_EQ(consensus.outcome, Outcome::kAgreed);
  EXPECT_EQ(consensus.label, "cat");
  EXPECT_DOUBLE_EQ(consensus.agreement, 0.4);
  EXPECT_EQ(consensus.answers, 5U);
  EXPECT_FALSE(consensus.reviewed);
}

TEST(Consensus, EqualFirstPlacesAreATie) {
  const Consensus consensus =
      decide(std::vector{says("a", "cat"), says("b", "dog"), says("c", "dog"), says("d", "cat")});
  EXPECT_EQ(consensus.outcome, Outcome::kTie);
  EXPECT_EQ(consensus.label, "");
  EXPECT_DOUBLE_EQ(consensus.agreement, 0.5);
  EXPECT_EQ(decide(std::vector{says("a", "cat"), says("b", kNoneOfThese)}).outcome, Outcome::kTie);
}

TEST(Consensus, NoneAndSeveralAreAnswersOfTheirOwn) {
  const Consensus none =
      decide(std::vector{says("a", kNoneOfThese), says("b", kNoneOfThese), says("c", "cat")});
  EXPECT_EQ(none.outcome, Outcome::kNone);
  EXPECT_EQ(none.label, "");
  EXPECT_DOUBLE_EQ(none.agreement, 2.0 / 3);
  EXPECT_EQ(
      decide(std::vector{says("a", "several"), says("b", "several"), says("c", "cat")}).outcome,
      Outcome::kSeveral);
}

TEST(Consensus, ReviewersOutrankWorkers) {
  const std::vector answers{says("a", "cat"), says("b", "cat"), says("c", "cat"),
                            says("r", "dog", true)};
  const Consensus consensus = decide(answers);
  EXPECT_EQ(consensus.outcome, Outcome::kAgreed);
  EXPECT_EQ(consensus.label, "dog");
  EXPECT_EQ(consensus.answers, 1U);
  EXPECT_EQ(consensus.agreement, 1);
  EXPECT_TRUE(consensus.reviewed);
  const Consensus torn =
      decide(std::vector{says("a", "cat"), says("r", "dog", true), says("s", "cat", true)});
  EXPECT_EQ(torn.outcome, Outcome::kTie);
  EXPECT_TRUE(torn.reviewed);
}

TEST(Consensus, WeightsDecideAndAreForgiving) {
  const std::vector answers{says("a", "cat"), says("b", "dog"), says("c", "dog")};
  EXPECT_EQ(decide(answers, {{"a", 0.9}, {"b", 0.3}, {"c", 0.3}}).label, "cat");
  EXPECT_DOUBLE_EQ(decide(answers, {{"a", 0.9}, {"b", 0.3}, {"c", 0.3}}).agreement, 0.6);
  EXPECT_EQ(decide(answers, {{"a", 0.5}}).label, "dog");
  EXPECT_EQ(decide(answers, {{"a", -5}, {"b", 0.3}, {"c", 0.3}}).label, "cat") << "-5 is no weight";
  EXPECT_EQ(decide(answers, {{"a", 0}, {"b", 0}, {"c", 0}}).label, "dog");
  EXPECT_DOUBLE_EQ(decide(answers, {{"a", 0}, {"b", 0}, {"c", 0}}).agreement, 2.0 / 3);
}

TEST(Consensus, SumsOfTheSameWeightsInAnotherOrderAreATie) {
  const std::vector answers{says("a", "cat"), says("b", "cat"), says("c", "cat"),
                            says("d", "dog"), says("e", "dog"), says("f", "dog")};
  const Consensus consensus =
      decide(answers, {{"a", 0.1}, {"b", 0.2}, {"c", 0.3}, {"d", 0.3}, {"e", 0.2}, {"f", 0.1}});
  EXPECT_EQ(consensus.outcome, Outcome::kTie);
}

Task task_of(const std::string& given, bool calibration = false) {
  Task task;
  task.given_label = given;
  task.calibration = calibration;
  return task;
}

TEST(Report, CountsByWorkerClassAndPair) {
  const std::vector<Task> tasks{task_of("cat", true), task_of("cat"), task_of("cat"),
                                task_of("dog"),       task_of("dog"), task_of("fish")};
  const std::vector<std::vector<Answer>> answers{
      {says("a", "dog"), says("b", "cat"), says("r", "dog", true)},  // reviewed: dog
      {says("a", "cat"), says("b", "cat")},                          // kept
      {says("a", "cat"), says("b", "dog")},                          // tie
      {says("a", kNoneOfThese), says("b", kNoneOfThese), says("c", "dog")},
      {says("a", "several")},
      {}};
  std::vector<Consensus> consensus;
  for (const auto& of_task : answers) consensus.push_back(decide(of_task));
  const ProjectReport result = report(tasks, answers, consensus);

  ASSERT_EQ(result.workers.size(), 4U);
  const WorkerReport& a = result.workers[0];
  EXPECT_EQ(a.worker, "a");
  EXPECT_EQ(a.answers, 5U);
  EXPECT_EQ(a.compared, 3U) << "not the tie, and not the task that he answered alone";
  EXPECT_EQ(a.agree, 3U);
  EXPECT_EQ(a.calibration_answers, 1U);
  EXPECT_EQ(a.calibration_right, 1U);
  const WorkerReport& b = result.workers[1];
  EXPECT_EQ(b.worker, "b");
  EXPECT_EQ(b.answers, 4U);
  EXPECT_EQ(b.compared, 3U);
  EXPECT_EQ(b.agree, 2U);
  EXPECT_EQ(b.calibration_answers, 1U);
  EXPECT_EQ(b.calibration_right, 0U);
  EXPECT_EQ(result.workers[2].worker, "c");
  EXPECT_EQ(result.workers[2].agree, 0U);
  EXPECT_EQ(result.workers[3].worker, "r");
  EXPECT_TRUE(result.workers[3].reviewer);
  EXPECT_EQ(result.workers[3].calibration_answers, 0U);

  ASSERT_EQ(result.classes.size(), 3U);
  const ClassReport& cat = result.classes[0];
  EXPECT_EQ(cat.label, "cat");
  EXPECT_EQ(cat.tasks, 3U);
  EXPECT_EQ(cat.decided, 2U);
  EXPECT_EQ(cat.kept, 1U);
  EXPECT_EQ(cat.changed, 1U);
  EXPECT_EQ(cat.ties, 1U);
  EXPECT_DOUBLE_EQ(cat.mean_agreement, 1);
  const ClassReport& dog = result.classes[1];
  EXPECT_EQ(dog.tasks, 2U);
  EXPECT_EQ(dog.decided, 2U);
  EXPECT_EQ(dog.none, 1U);
  EXPECT_EQ(dog.several, 1U);
  EXPECT_DOUBLE_EQ(dog.mean_agreement, (2.0 / 3 + 1) / 2);
  EXPECT_EQ(result.classes[2].open, 1U);
  EXPECT_EQ(result.classes[2].mean_agreement, 0);

  std::vector<std::string> cells;
  for (const ConfusionCell& cell : result.confusion) {
    cells.push_back(cell.given + ">" + cell.answered + ":" + std::to_string(cell.tasks));
  }
  EXPECT_EQ(cells, (std::vector<std::string>{"cat>cat:1", "cat>dog:1", "cat>tie:1",
                                             "dog>none of these:1", "dog>several labels:1"}));
}

TEST(Report, OfNothingIsEmpty) {
  const ProjectReport result = report({}, {}, {});
  EXPECT_TRUE(result.workers.empty());
  EXPECT_TRUE(result.classes.empty());
  EXPECT_TRUE(result.confusion.empty());
}

}  // namespace
}  // namespace cupel::labeling
