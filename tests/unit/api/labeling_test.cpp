#include "engine/exec/labeling.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "engine/exec/change.hpp"
#include "storage/dataset.hpp"
#include "storage/durable_file.hpp"
#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kItems = 8;

std::string item(int n) { return "i" + std::to_string(n); }

/// Items "i0" … with the category "cat" in the taxonomy "pet", and a slice of all of them.
class LabelingTest : public ::testing::Test {
 protected:
  LabelingTest() : database_(open(directory_.path())), session_(database_.session()) {
    session_.append_items(numbered_items(kItems)).value();
    std::vector<ObjectRow> labels(kItems);
    for (int n = 0; n < kItems; ++n) {
      labels[n].reference_id = item(n);
      labels[n].label = n == 0 ? "dog" : n == 1 ? "bird" : "cat";
      labels[n].type = "category";
      labels[n].taxonomy = "pet";
    }
    session_.append_annotations(labels).value();
    run(session_, "CREATE SLICE all_of_them AS metadata.n >= 0");
  }

  std::string out(const std::string& name = "tasks") const { return directory_.path(name); }
  std::string send(const std::string& name = "tasks", const std::string& options = "") const {
    return "SEND SLICE all_of_them TO LABELING '" + out(name) + "' PROJECT pets" + options;
  }
  Table import(const std::string& name, const std::string& lines) {
    return run(session_, "IMPORT LABELING RESULTS FROM '" + directory_.file(name, lines) +
                             "' OF PROJECT pets");
  }
  static std::string answer(int task, const std::string& worker, const std::string& label,
                            const std::string& more = "") {
    return R"({"task_id":"pets-00000)" + std::to_string(task + 1) + R"(","worker":")" + worker +
           R"(","label":")" + label + "\"" + more + "}\n";
  }
  std::string label(int n) {
    return one(session_, "SELECT annotations.pet WHERE reference_id = " + item(n)).as_text();
  }
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_.path("")))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  Directory directory_;
  Database database_;
  Session session_;
};

TEST_F(LabelingTest, SendingTellsItsFilesAndTheirTasks) {
  const Table sent = run(session_, send("tasks", " BATCH 3 CALIBRATION 2"));
  EXPECT_EQ(sent.message, "8 tasks in 3 batches of project 'pets' (calibration: 2)");
  std::map<std::string, Value> files;
  for (size_t row = 0; row < sent.rows(); ++row) {
    const fs::path path = sent.value(row, 0).as_text();
    EXPECT_TRUE(fs::exists(path)) << path;
    files[path.filename().string()] = sent.value(row, 1);
  }
  EXPECT_EQ(files["batch-000-calibration.jsonl"], Value(2));
  EXPECT_EQ(files["batch-001.jsonl"], Value(3));
  EXPECT_EQ(files["batch-002.jsonl"], Value(3));
  EXPECT_TRUE(files["instructions.md"].is_missing());
}

TEST_F(LabelingTest, BatchesAndTasksOfAProjectGoOn) {
  run(session_, send("one", " BATCH 4"));
  run(session_, send("two", " BATCH 8 CALIBRATION 1 AGAIN"));
  EXPECT_TRUE(fs::exists(out("two") + "/batch-003-calibration.jsonl"));
  EXPECT_TRUE(fs::exists(out("two") + "/batch-004.jsonl"));
  EXPECT_EQ(count(session_, "WHERE labeling.task_id > 'pets-000008'"), kItems);
  EXPECT_EQ(run(session_, "SHOW PROJECTS").value(0, 2), Value(2 * kItems));
}

TEST_F(LabelingTest, AStatementThatIsStoppedLeavesNoFiles) {
  const auto before = entries();
  session_.set_time_limit(1e-9);
  EXPECT_EQ(error_of(session_, send()).code(), ErrorCode::kLimit);
  session_.set_time_limit(0);
  EXPECT_EQ(entries(), before);
  EXPECT_EQ(run(session_, "SHOW PROJECTS").rows(), 0U);
  run(session_, send());
  session_.set_time_limit(1e-9);
  const std::string file = directory_.file("answers.jsonl", answer(0, "a", "cat"));
  EXPECT_EQ(error_of(session_, "IMPORT LABELING RESULTS FROM '" + file + "'").code(),
            ErrorCode::kLimit);
  EXPECT_EQ(error_of(session_, "APPLY LABELING RESULTS OF PROJECT pets").code(), ErrorCode::kLimit);
  session_.set_time_limit(0);
  EXPECT_EQ(count(session_, "WHERE labeling.status = completed"), 0);
}

TEST_F(LabelingTest, WhatIsNotPublishedIsGone) {
  auto dataset = storage::Dataset::open(":memory:", {});
  const auto transaction = dataset->begin();
  exec::Context context;
  const ItemRow row{"a", std::nullopt, std::nullopt, std::nullopt, {}};
  context.snapshot = transaction->view();
  exec::append_items(*transaction, std::span(&row, 1), false, context);
  transaction->flush();
  context.snapshot = transaction->view();
  exec::SendRequest request;
  request.rows = {0};
  request.slice = "s";
  request.directory = out();
  request.project = "p";
  request.taxonomy = "pet";
  const auto before = entries();
  {
    const exec::TaskSending sending(*transaction, request, context);
    EXPECT_FALSE(fs::exists(out()));
    EXPECT_NE(entries(), before);
  }
  EXPECT_EQ(entries(), before);
}

TEST_F(LabelingTest, ResultsAreCountedByOutcome) {
  run(session_, send());
  const Table table = import("a.jsonl", answer(0, "a", "cat") + answer(1, "a", "bird") +
                                            answer(2, "a", "cat") + answer(2, "b", "dog"));
  std::map<std::string, int64_t> tasks;
  for (size_t row = 0; row < table.rows(); ++row)
    tasks[table.value(row, 0).as_text()] = table.value(row, 1).as_int();
  const std::map<std::string, int64_t> expected{
      {"agreed", 2}, {"agreed: kept", 1}, {"agreed: changed", 1}, {"tie", 1},
      {"none", 0},   {"several", 0},      {"pending", 5}};
  EXPECT_EQ(tasks, expected);
}

TEST_F(LabelingTest, TheLaterAnswerOfAWorkerCounts) {
  run(session_, send());
  const std::string early = R"(,"answered_at":"2024-01-01T00:00:00Z")";
  const std::string late = R"(,"answered_at":"2024-01-02T00:00:00Z")";
  import("late.jsonl", answer(0, "a", "cat", late));
  EXPECT_NE(import("early.jsonl", answer(0, "a", "bird", early)).message.find("1 older"),
            std::string::npos);
  EXPECT_EQ(one(session_, "SELECT labeling.consensus WHERE metadata.n = 0"), Value("cat"));
  import("later.jsonl", answer(0, "a", "bird"));
  EXPECT_EQ(one(session_, "SELECT labeling.consensus WHERE metadata.n = 0"), Value("bird"));
}

TEST_F(LabelingTest, ConflictsAreRows) {
  run(session_, send());
  import("a.jsonl", answer(0, "a", "cat") + answer(1, "a", "cat") + answer(2, "a", "dog"));
  run(session_, "UPDATE annotations SET label = fish WHERE item.metadata.n = 1");
  const Table applied = run(session_, "APPLY LABELING RESULTS OF PROJECT pets");
  ASSERT_EQ(applied.rows(), 1U);
  std::vector<std::string> row;
  for (size_t column = 0; column < applied.columns.size(); ++column)
    row.push_back(to_text(applied.value(0, column)));
  EXPECT_EQ(row,
            (std::vector<std::string>{"conflict", "pets-000002", "i1", "", "bird", "fish", "cat",
                                      "the label was changed to 'fish' since it was sent"}));
  EXPECT_EQ(label(0), "cat");
  EXPECT_EQ(label(1), "fish");
  EXPECT_EQ(label(2), "dog");
}

TEST_F(LabelingTest, AReviewAfterwardsIsAppliedAndTheFirstLabelKept) {
  run(session_, send());
  import("a.jsonl", answer(0, "a", "cat"));
  run(session_, "APPLY LABELING RESULTS OF PROJECT pets");
  EXPECT_EQ(label(0), "cat");
  import("review.jsonl", answer(0, "rita", "bird", R"(,"role":"reviewer")"));
  EXPECT_EQ(run(session_, "APPLY LABELING RESULTS OF PROJECT pets").message,
            "1 relabeled, 0 confirmed, 0 conflicts, 7 pending");
  EXPECT_EQ(label(0), "bird");
  EXPECT_EQ(one(session_, "SELECT metadata.given_label FROM annotations WHERE item.metadata.n = 0"),
            Value("dog"));
}

TEST_F(LabelingTest, OfTwoTasksAboutOneLabelTheLaterDecides) {
  run(session_, send("one"));
  run(session_, send("two", " AGAIN"));
  import("a.jsonl", answer(0, "a", "bird") +
                        R"({"task_id":"pets-000009","worker":"a","label":"cat"})"
                        "\n");
  const Table applied = run(session_, "APPLY LABELING RESULTS OF PROJECT pets");
  ASSERT_EQ(applied.rows(), 1U);
  EXPECT_EQ(applied.value(0, 1), Value("pets-000001"));
  EXPECT_EQ(label(0), "cat");
  EXPECT_EQ(count(session_, "WHERE annotations.category.cat = 1"), kItems - 1);
}

TEST_F(LabelingTest, ComparedPairsComeDisagreementsFirst) {
  run(session_, send());
  import("a.jsonl", answer(0, "a", "cat") + answer(1, "a", "cat") + answer(2, "a", "cat"));
  run(session_, "SEND SLICE all_of_them TO LABELING '" + out("b") + "' PROJECT other AGAIN");
  const std::string file =
      directory_.file("b.jsonl", R"({"reference_id":"i0","worker":"b","label":"cat"})"
                                 "\n"
                                 R"({"reference_id":"i1","worker":"b","none":true})"
                                 "\n"
                                 R"({"reference_id":"i2","worker":"b","label":"cat"})"
                                 "\n"
                                 R"({"reference_id":"i3","worker":"b","label":"cat"})"
                                 "\n");
  run(session_, "IMPORT LABELING RESULTS FROM '" + file + "' OF PROJECT other");
  const Table compared = run(session_, "COMPARE LABELS OF PROJECT pets AND other");
  EXPECT_EQ(compared.message, "2 of 3 agree (66.7 %); kappa 0.00");
  EXPECT_EQ(texts(compared, 0), (std::vector<std::string>{"bird", "cat", "dog"}));
  EXPECT_EQ(texts(compared, 1), (std::vector<std::string>{"cat", "cat", "cat"}));
  EXPECT_EQ(texts(compared, 2), (std::vector<std::string>{"none of these", "cat", "cat"}));
}

TEST_F(LabelingTest, WeighingNamelessAnswersIsDoubted) {
  run(session_, send());
  import("a.jsonl", R"({"task_id":"pets-000001","label":"cat"})"
                    "\n");
  EXPECT_EQ(run(session_, "APPLY LABELING RESULTS OF PROJECT pets WEIGHTED").warnings.size(), 1U);
  import("b.jsonl", answer(1, "a", "cat"));
  EXPECT_TRUE(run(session_, "APPLY LABELING RESULTS OF PROJECT pets WEIGHTED").warnings.empty());
}

TEST_F(LabelingTest, TransactionsTakeAllButSending) {
  run(session_, send());
  run(session_, "BEGIN");
  EXPECT_EQ(error_of(session_, send("more", " AGAIN")).code(), ErrorCode::kConflict);
  import("a.jsonl", answer(0, "a", "cat"));
  run(session_, "APPLY LABELING RESULTS OF PROJECT pets");
  EXPECT_EQ(label(0), "cat");
  run(session_, "DROP PROJECT pets");
  run(session_, "ROLLBACK");
  EXPECT_EQ(label(0), "dog");
  EXPECT_EQ(count(session_, "WHERE labeling.status = pending"), kItems);
}

TEST_F(LabelingTest, AnExportCarriesWhatWasAnswered) {
  run(session_, send());
  import("a.jsonl", answer(0, "a", "cat") + answer(0, "b", "dog") + answer(0, "c", "cat"));
  run(session_, "EXPORT reference_id = i0 TO '" + out("rows.jsonl") + "'");
  Database copy = open();
  Session session = copy.session();
  run(session, "IMPORT ITEMS FROM '" + out("rows.jsonl") + "'");
  const std::string fields =
      "SELECT labeling.outcome, labeling.consensus, labeling.agreement, labeling.batch";
  const Table was = run(session_, fields + " WHERE reference_id = i0");
  const Table is = run(session, fields);
  for (size_t column = 0; column < was.columns.size(); ++column)
    EXPECT_EQ(is.value(0, column), was.value(0, column));
}

TEST_F(LabelingTest, ChoicesAreTheMostProbable) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 3), }";
  header.resize(117, ' ');
  header += '\n';
  std::string npy = std::string("\x93NUMPY\x01\x00", 8);
  npy += static_cast<char>(header.size());
  npy += '\0';
  npy += header;
  for (int n = 0; n < kItems; ++n) {
    for (const float number : {0.1F, 0.2F, 0.7F}) {  // bird, cat, dog
      char bytes[4];
      std::memcpy(bytes, &number, 4);
      npy.append(bytes, 4);
    }
  }
  run(session_, "IMPORT PROBABILITIES FROM '" + directory_.file("p.npy", npy) + "' AS p");
  run(session_, "FIND LABEL ERRORS USING PROBABILITIES p");
  run(session_, send("tasks", " CHOICES 2"));
  const std::string lines = storage::read_file(out() + "/batch-001.jsonl");
  const auto line_of = [&](int n) {
    const size_t at = lines.find("\"reference_id\":\"" + item(n) + "\"");
    return lines.substr(at, lines.find('\n', at) - at);
  };
  EXPECT_NE(line_of(2).find(R"("choices":["dog","cat","none of these"])"), std::string::npos);
  EXPECT_NE(line_of(1).find(R"("choices":["dog","bird","none of these"])"), std::string::npos);
}

}  // namespace
}  // namespace cupel::testing
