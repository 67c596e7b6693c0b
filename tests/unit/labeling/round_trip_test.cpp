#include "cupel/table.hpp"
#include "engine/labeling/task_files.hpp"
#include "scratch.hpp"

// Tasks are written, a tool's export is imitated from the written file alone, and its answers are
// read: they must be those that were given.

namespace cupel::labeling {
namespace {

using io::JsonNode;

constexpr const char* kHostileLabel = "\"cat\" <b>&amp;</b> \\ $image {{none}} ✓ 𝔡";
constexpr const char* kTime = "2024-05-06T07:08:09.5Z";

std::vector<Task> hostile_tasks() {
  std::vector<Task> tasks;
  for (uint32_t i = 0; i < 5; ++i) tasks.push_back(sample_task(i, i < 2 ? 0 : 1));
  tasks[1].reference_id = "line\nbreak \"quoted\" \\ </script> ]]> -- 日本";
  tasks[1].choices = {kHostileLabel, "cat"};
  tasks[2].taxonomy.clear();
  tasks[2].annotation_id = "a-2";
  tasks[2].box = Task::Box{10, 20.5, 30, 40};
  tasks[2].width = 200;
  tasks[2].height = 100;
  tasks[3].choices.clear();
  tasks[3].score.reset();
  tasks[3].predicted_label.clear();
  return tasks;
}

/// What is said to a task: an index of the choices on offer for each worker.
std::vector<size_t> picks(size_t task) {
  return {task % 2, (task + 1) % 2, task % 3 == 0 ? 2U : 0U};
}

std::string in_json(std::string_view text) { return json_quote(text); }

class RoundTrip : public testing::Test {
 protected:
  void send(TaskFormat format) {
    Sending sending(scratch_ / "out", sample_project(format), {});
    for (const Task& task : hostile_tasks()) sending.add(task);
    sending.publish();
  }

  /// Calls `f` with each record of the batch files that were written.
  template <typename F>
  void each_record(const std::string& extension, F&& f) {
    for (const char* batch : {"out/batch-000-calibration", "out/batch-001"}) {
      const std::string text = content_of(scratch_ / (batch + extension));
      std::string list = text;
      if (extension == ".jsonl") {
        std::replace(list.begin(), list.end(), '\n', ',');
        list.pop_back();
        list = "[" + list + "]";
      }
      io::JsonDocument document;
      const std::string wrapped = "{\"list\":" + list + "}";
      for (const JsonNode& record : *document.parse_copy(wrapped).find("list")) {
        f(record);
        ++records_;
      }
    }
    EXPECT_EQ(records_, 5U);
  }

  void expect(const Task& task, std::string_view choice, const std::string& worker,
              bool reviewer = false) {
    Answer answer;
    answer.task_id = task.task_id;
    answer.reference_id = task.reference_id;
    answer.worker = worker;
    answer.reviewer = reviewer;
    answer.answered_at = parse_timestamp(kTime);
    if (choice == kNoneOfThese) {
      answer.kind = AnswerKind::kNone;
    } else {
      answer.label = choice;
    }
    expected_.push_back(words(answer));
  }

  Scratch scratch_;
  std::vector<Task> tasks_ = hostile_tasks();
  std::vector<std::string> expected_;
  size_t records_ = 0;
};

TEST_F(RoundTrip, Jsonl) {
  send(TaskFormat::kJsonl);
  std::string lines;
  std::string flat;
  each_record(".jsonl", [&](const JsonNode& record) {
    std::vector<std::string> offered;
    for (const JsonNode& choice : *record.find("choices")) offered.emplace_back(choice.text);
    EXPECT_EQ(offered.back(), kNoneOfThese);
    const Task& task = tasks_[records_];
    EXPECT_EQ(record.find("version")->integer, 42);
    std::string answers;
    int worker = 0;
    for (const size_t pick : picks(records_)) {
      const std::string& choice = offered[std::min(pick, offered.size() - 1)];
      const std::string answer =
          fmt::format("\"worker\":\"w{}\",\"role\":\"{}\",\"answered_at\":\"{}\",{}", worker,
                      worker == 2 ? "reviewer" : "worker", kTime,
                      choice == kNoneOfThese ? "\"none\":true" : "\"label\":" + in_json(choice));
      answers += fmt::format("{}{{{}}}", answers.empty() ? "" : ",", answer);
      flat += fmt::format("{{\"task_id\":{},\"reference_id\":{},{}}}\r\n", in_json(task.task_id),
                          in_json(task.reference_id), answer);
      expect(task, choice, fmt::format("w{}", worker), worker == 2);
      ++worker;
    }
    std::string line(record.raw);
    line.pop_back();
    lines += fmt::format("{},\"answers\":[{}]}}\n", line, answers);
  });
  EXPECT_EQ(answers_of(scratch_.write("answered.jsonl", lines), "jsonl"), expected_);
  EXPECT_EQ(answers_of(scratch_.write("flat.jsonl", flat), "jsonl"), expected_);
}

TEST_F(RoundTrip, JsonlTasksThatNobodyAnsweredAreNoAnswers) {
  send(TaskFormat::kJsonl);
  EXPECT_TRUE(answers_of(scratch_ / "out/batch-001.jsonl", "jsonl").empty());
}

/// `$name` in the config, and the name of its <Choices>.
std::vector<std::string> variables(const std::string& config) {
  std::vector<std::string> names;
  for (size_t at = config.find("\"$"); at != std::string::npos; at = config.find("\"$", at + 1)) {
    names.push_back(config.substr(at + 2, config.find('"', at + 2) - at - 2));
  }
  return names;
}

std::string control_name(const std::string& config, const std::string& tag) {
  const std::string opening = "<" + tag + " name=\"";
  const size_t at = config.find(opening);
  if (at == std::string::npos) return {};
  const size_t begin = at + opening.size();
  return config.substr(begin, config.find('"', begin) - begin);
}

TEST_F(RoundTrip, LabelStudio) {
  send(TaskFormat::kLabelStudio);
  const std::string config = content_of(scratch_ / "out/labeling_config.xml");
  std::string list;
  std::string minimal;
  each_record(".json", [&](const JsonNode& record) {
    const JsonNode& data = *record.find("data");
    for (const std::string& name : variables(config)) EXPECT_NE(data.find(name), nullptr) << name;
    std::vector<std::string> offered;
    for (const JsonNode& choice : *data.find("choices")) {
      offered.emplace_back(choice.find("value")->text);
    }
    EXPECT_EQ(offered.back(), kNoneOfThese);
    std::string annotations = "{\"id\":7,\"completed_by\":9,\"was_cancelled\":true,\"result\":[]}";
    size_t worker = 0;
    for (const size_t pick : picks(records_)) {
      const std::string& choice = offered[std::min(pick, offered.size() - 1)];
      const char* author = worker == 0   ? "4"
                           : worker == 1 ? "{\"id\":5,\"email\":\"e@x.org\",\"first_name\":\"\"}"
                                         : "{\"email\":\"r@x.org\",\"role\":\"reviewer\"}";
      annotations += fmt::format(
          ",{{\"id\":8,\"completed_by\":{},\"result\":[{{\"value\":{{\"choices\":[{}]}},"
          "\"id\":\"Dx\",\"from_name\":\"{}\",\"to_name\":\"image\",\"type\":\"choices\","
          "\"origin\":\"manual\"}}],\"was_cancelled\":false,\"ground_truth\":false,"
          "\"created_at\":\"2020-01-01T00:00:00Z\",\"updated_at\":\"{}\",\"lead_time\":4.2}}",
          author, in_json(choice), control_name(config, "Choices"), kTime);
      expect(tasks_[records_], choice,
             worker == 0   ? "4"
             : worker == 1 ? "5"
                           : "r@x.org",
             worker == 2);
      ++worker;
    }
    list += fmt::format(
        "{}{{\"id\":{},\"annotations\":[{}],\"drafts\":[],\"predictions\":[],"
        "\"data\":{},\"meta\":{},\"project\":3}}",
        list.empty() ? "" : ",\n", records_ + 100, annotations, data.raw, record.find("meta")->raw);
  });
  EXPECT_EQ(answers_of(scratch_.write("export.json", "[" + list + "]"), "label_studio"), expected_);
}

TEST_F(RoundTrip, LabelStudioMinimal) {
  send(TaskFormat::kLabelStudio);
  const std::string name =
      control_name(content_of(scratch_ / "out/labeling_config.xml"), "Choices");
  std::string list;
  each_record(".json", [&](const JsonNode& record) {
    const JsonNode& data = *record.find("data");
    EXPECT_EQ(data.find(name), nullptr) << "the answer would overwrite the task's own member";
    std::string task(data.raw);
    task.pop_back();
    const std::string choice(data.find("choices")->begin().operator*().find("value")->text);
    list += fmt::format(
        "{}{},\"id\":1,\"{}\":{},\"annotator\":4,\"annotation_id\":6,"
        "\"created_at\":\"2020-01-01T00:00:00Z\",\"updated_at\":\"{}\","
        "\"lead_time\":1.5}}",
        list.empty() ? "" : ",", task, name, in_json(choice), kTime);
    expect(tasks_[records_], choice, "4");
  });
  EXPECT_EQ(answers_of(scratch_.write("min.json", "[" + list + "]"), "label_studio"), expected_);
}

TEST_F(RoundTrip, Scale) {
  send(TaskFormat::kScale);
  std::string list;
  each_record(".json", [&](const JsonNode& record) {
    const JsonNode& field = *record.find("fields")->begin();
    std::vector<std::string> offered;
    for (const JsonNode& choice : *field.find("choices")) {
      offered.emplace_back(choice.find("value")->text);
    }
    EXPECT_EQ(offered.back(), kNoneOfThese);
    const Task& task = tasks_[records_];
    EXPECT_EQ(record.find("unique_id")->text, task.task_id);
    EXPECT_EQ(record.find("attachments")->begin().operator*().find("content")->text,
              task.image_location);
    std::string responses;
    int respondent = 0;
    for (const size_t pick : picks(records_)) {
      const std::string& choice = offered[std::min(pick, offered.size() - 1)];
      responses += fmt::format("{}[{}]", responses.empty() ? "" : ",", in_json(choice));
      expect(task, choice, fmt::format("respondent-{}", ++respondent), records_ == 4);
    }
    const std::string_view name = field.find("field_id")->text;
    list += fmt::format(
        "{}{{\"task_id\":\"5c84d0fe{}\",\"type\":\"textcollection\",\"status\":\"completed\","
        "\"unique_id\":{},\"metadata\":{},\"params\":{{\"attachments\":{},\"fields\":[{}]}},"
        "\"completed_at\":\"{}\",{}\"response\":{{\"annotations\":{{\"{}\":{{\"type\":"
        "\"category\",\"field_id\":\"{}\",\"response\":[{}]}}}}}}}}",
        list.empty() ? "" : ",", records_, record.find("unique_id")->raw,
        record.find("metadata")->raw, record.find("attachments")->raw, field.raw, kTime,
        records_ == 4 ? "\"customer_review_status\":\"fixed\"," : "", name, name, responses);
  });
  EXPECT_EQ(answers_of(scratch_.write("tasks.json", "[" + list + "]"), "scale"), expected_);
  EXPECT_EQ(
      answers_of(scratch_.write("docs.json", "{\"docs\":[" + list + "],\"total\":5}"), "scale"),
      expected_);
}

TEST_F(RoundTrip, ABoxIsDrawnInPercentAndReadOnly) {
  Project project = sample_project(TaskFormat::kLabelStudio);
  project.taxonomy.clear();
  std::string text;
  append_label_studio_task(text, project, tasks_[2]);
  io::JsonDocument document;
  const JsonNode& task = document.parse_copy(text);
  const JsonNode& region = *task.find("predictions")->begin().operator*().find("result")->begin();
  EXPECT_TRUE(region.find("readonly")->boolean);
  const std::string config = label_studio_config(project);
  EXPECT_EQ(region.find("from_name")->text, control_name(config, "Rectangle"));
  EXPECT_EQ(region.find("to_name")->text, control_name(config, "Image"));
  const JsonNode& value = *region.find("value");
  EXPECT_EQ(value.find("x")->number, 5);
  EXPECT_EQ(value.find("y")->number, 20.5);
  EXPECT_EQ(value.find("width")->number, 15);
  EXPECT_EQ(value.find("height")->number, 40);
  EXPECT_EQ(task.find("data")->find("question")->text,
            "Which label fits the object in the box (left 10, top 20.5, width 30, height 40 "
            "pixels)?");
  EXPECT_EQ(
      control_name(label_studio_config(sample_project(TaskFormat::kLabelStudio)), "Rectangle"), "");
}

TEST_F(RoundTrip, NoneOfTheseIsOfferedOnceAndLast) {
  const Project project = sample_project(TaskFormat::kJsonl);
  Task task = sample_task(1, 1);
  task.choices = {kNoneOfThese, "cat"};
  EXPECT_EQ(offered(project, task), (std::vector<std::string>{"cat", kNoneOfThese}));
  task.choices.clear();
  EXPECT_EQ(offered(project, task), (std::vector<std::string>{"cat", "dog", "fish", kNoneOfThese}));
}

TEST_F(RoundTrip, FormatsByName) {
  for (const TaskFormat format :
       {TaskFormat::kScale, TaskFormat::kLabelStudio, TaskFormat::kJsonl}) {
    EXPECT_EQ(format_named(format_name(format)), format);
  }
  EXPECT_FALSE(format_named("csv"));
}

}  // namespace
}  // namespace cupel::labeling
