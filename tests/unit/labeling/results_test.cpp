#include "scratch.hpp"

namespace cupel::labeling {
namespace {

using Texts = std::vector<std::string>;

TEST(Results, JsonlInEveryDress) {
  const Scratch scratch;
  const auto file =
      scratch.write("r.jsonl",
                    "\xEF\xBB\xBF{\"task_id\":\"t1\",\"label\":\"cat\"}\n"
                    "\n"
                    "{\"task_id\":\"t1\",\"labels\":[\"dog\",\"dog\"]}\n"
                    "{\"task_id\":\"t1\",\"none\":true,\"worker\":12}\n"
                    "{\"task_id\":\"t1\",\"labels\":[\"dog\",\"cat\"],\"none\":false}\n"
                    "{\"reference_id\":7,\"label\":\"none of these\",\"worker\":\"\"}\n"
                    "{\"task_id\":\"t2\",\"choices\":[\"cat\"]}");
  EXPECT_EQ(answers_of(file, "jsonl"),
            (Texts{"t1|| =cat", "t1|| =dog", "t1||12 none", "t1|| several", "|7| none"}));
  const auto list = scratch.write("r.json", "[{\"task_id\":\"t1\",\"label\":\"cat\"}]");
  EXPECT_EQ(answers_of(list, "jsonl"), (Texts{"t1|| =cat"}));
}

TEST(Results, ReadingTwiceGivesTheSame) {
  const Scratch scratch;
  const auto file = scratch.write("r.jsonl",
                                  "{\"task_id\":\"t1\",\"label\":\"cat\"}\n"
                                  "{\"task_id\":\"t1\",\"label\":\"dog\"}\n");
  EXPECT_EQ(answers_of(file, "jsonl"), answers_of(file, "jsonl"));
}

TEST(Results, LabelStudioInEveryDress) {
  const Scratch scratch;
  const std::string other =
      "[{\"data\":{\"image\":\"x\"},\"meta\":{\"reference_id\":\"r9\"},\"completions\":[{"
      "\"result\":"
      "[{\"type\":\"rectangle\",\"value\":{}},{\"type\":\"choices\",\"from_name\":\"mine\","
      "\"value\":{\"choices\":[\"cat\",\"dog\"]}}],\"ground_truth\":true}]},"
      "{\"data\":{\"task_id\":\"t1\"},\"annotations\":[]}]";
  EXPECT_EQ(answers_of(scratch.write("a.json", other), "label_studio"), (Texts{"|r9|! several"}));
  const std::string both =
      "[{\"data\":{\"task_id\":\"t1\"},\"annotations\":[{\"result\":["
      "{\"type\":\"choices\",\"from_name\":\"quality\",\"value\":{\"choices\":[\"blurred\"]}},"
      "{\"type\":\"choices\",\"from_name\":\"answer\",\"value\":{\"choices\":[\"cat\"]}}]}]}]";
  EXPECT_EQ(answers_of(scratch.write("b.json", both), "label_studio"), (Texts{"t1|| =cat"}));
  const std::string minimal =
      "[{\"task_id\":\"t1\",\"annotator\":\"e@x.org\",\"answer\":{\"choices\":[\"cat\",\"dog\"]}}]";
  EXPECT_EQ(answers_of(scratch.write("c.json", minimal), "label_studio"),
            (Texts{"t1||e@x.org several"}));
}

TEST(Results, ScaleInEveryDress) {
  const Scratch scratch;
  const auto read = [&](const std::string& text) {
    return answers_of(scratch.write("s.json", text), "scale");
  };
  EXPECT_EQ(read("{\"task_id\":\"5c\",\"unique_id\":\"t1\",\"response\":{\"category\":\"cat\"}}"),
            (Texts{"t1||respondent-1 =cat"}));
  EXPECT_EQ(read("{\"unique_id\":\"t1\",\"response\":{\"category\":[\"cat\",\"dog\"]}}\n"
                 "{\"unique_id\":\"t2\",\n\"response\":{\"category\":[\"none of these\"]}}"),
            (Texts{"t1||respondent-1 several", "t2||respondent-1 none"}));
  EXPECT_EQ(read("{\"unique_id\":\"t1\",\"metadata\":{\"taxonomy\":\"animal\"},\"response\":"
                 "{\"taxonomies\":{\"mood\":\"sad\",\"animal\":[\"cat\"]}}}"),
            (Texts{"t1||respondent-1 =cat"}));
  EXPECT_EQ(read("{\"unique_id\":\"t1\",\"response\":{\"annotations\":[{\"label\":\"cat\","
                 "\"type\":\"box\",\"left\":1},{\"label\":\"cat\"}]}}"),
            (Texts{"t1||respondent-1 =cat"}));
  EXPECT_EQ(read("{\"unique_id\":\"t1\",\"response\":{\"annotations\":{\"q\":[\"cat\",\"dog\"]}}}"),
            (Texts{"t1||respondent-1 =cat", "t1||respondent-2 =dog"}));
  EXPECT_EQ(read("{\"task_id\":\"5c\",\"status\":\"completed\",\"response\":{\"category\":\"cat\"},"
                 "\"task\":{\"unique_id\":\"t1\",\"completed_at\":\"2016-06-23T09:10:02.798Z\"}}"),
            (Texts{"t1||respondent-1 =cat 2016-06-23T09:10:02.798Z"}));
  EXPECT_EQ(read("[{\"unique_id\":\"t1\",\"status\":\"pending\"},"
                 "{\"unique_id\":\"t2\",\"status\":\"canceled\"}]"),
            (Texts{}));
}

TEST(Results, VotesCountAsAnswers) {
  const Scratch scratch;
  const std::string text =
      "[{\"id\":20,\"url\":\"u\",\"given_original_label\":7,\"given_original_label_name\":"
      "\"horse\","
      "\"our_guessed_label\":5,\"our_guessed_label_name\":\"dog\","
      "\"mturk\":{\"given\":2,\"guessed\":1,\"neither\":1,\"both\":1}},"
      "{\"id\":\"n-1\",\"given_original_label_name\":\"cat\",\"our_guessed_label_name\":\"dog\","
      "\"mturk\":{\"given\":0,\"guessed\":0,\"neither\":0,\"both\":0}}]";
  EXPECT_EQ(answers_of(scratch.write("v.json", text), "votes"),
            (Texts{"|20|vote-1 =horse", "|20|vote-2 =horse", "|20|vote-3 =dog",
                   "|20|vote-4 several", "|20|vote-5 none"}));
}

TEST(Results, ProgressIsToldAndMayStop) {
  const Scratch scratch;
  std::string text;
  for (int i = 0; i < 5; ++i) text += fmt::format("{{\"task_id\":\"t{}\",\"label\":\"a\"}}\n", i);
  ResultsRequest request{scratch.write("r.jsonl", text), "jsonl"};
  uint64_t told = 0;
  int answers = 0;
  request.progress = [&](uint64_t done, uint64_t total) {
    EXPECT_EQ(total, text.size());
    told = done;
    if (answers == 3) throw Error(ErrorCode::kInterrupted, "stopped");
  };
  EXPECT_EQ(error_of([&] { read_results(request, [&](const Answer&) { ++answers; }); }),
            "interrupted: stopped");
  EXPECT_EQ(answers, 3);
  EXPECT_LE(told, text.size());
}

TEST(Results, WhatNoFormatFits) {
  const Scratch scratch;
  const auto error = [&](const std::string& text) {
    const auto file = scratch.write("r.json", text);
    std::string sentence = error_of([&] { answers_of(file, ""); });
    const size_t at = sentence.find(file.string());
    if (at != std::string::npos) sentence.replace(at, file.string().size(), "FILE");
    return sentence;
  };
  const std::string known = "; there are scale, label_studio, jsonl, votes";
  EXPECT_EQ(
      error("[]"),
      "unsupported: cannot tell what labeling results FILE holds, which has no records" + known);
  EXPECT_EQ(
      error(""),
      "unsupported: cannot tell what labeling results FILE holds, which has no records" + known);
  EXPECT_EQ(error("{\"x\":1}"),
            "unsupported: cannot tell what labeling results FILE holds" + known);
  EXPECT_EQ(results_error(scratch, "csv", "x"),
            "unsupported: 'csv' is no format of labeling results" + known);
}

struct Broken {
  const char* content;
  const char* sentence;
};

void expect_errors(const std::string& format, const std::vector<Broken>& cases) {
  const Scratch scratch;
  for (const Broken& broken : cases) {
    EXPECT_EQ(
        results_error(scratch, format, broken.content),
        fmt::format("constraint: FILE, {}; correct it and import the file again", broken.sentence))
        << broken.content;
  }
}

TEST(BrokenResults, Jsonl) {
  expect_errors(
      "jsonl",
      {{"{\"task_id\":\"t\",\"label\":\"a\"}\n{\"label\":\"cat\"}",
        "line 2: \"task_id\" is missing"},
       {"{\"task_id\":\"t\",\"label\":\"\"}", "line 1: \"label\" is empty"},
       {"{\"task_id\":\"t\",\"label\":3}",
        "line 1: \"label\" must be a text, but is the integer 3"},
       {"{\"task_id\":\"t\"}",
        "line 1: an answer needs one of \"label\", \"labels\" and \"none\": true, but has none of "
        "them"},
       {"{\"task_id\":\"t\",\"label\":\"a\",\"none\":true}",
        "line 1: an answer needs one of \"label\", \"labels\" and \"none\": true, but has more of "
        "them"},
       {"{\"task_id\":\"t\",\"labels\":[]}", "line 1: the answer chooses nothing"},
       {"{\"task_id\":\"t\",\"label\":\"a\",\"role\":\"boss\"}",
        "line 1: \"role\" must be \"worker\" or \"reviewer\", but is the text \"boss\""},
       {"{\"task_id\":\"t\",\"label\":\"a\",\"answered_at\":\"soon\"}",
        "line 1: \"answered_at\" is no date and time as ISO 8601 writes it, but the text \"soon\""},
       {"{\"task_id\":\"t\",\"label\":\"a\\u0007b\"}", "line 1: a label holds a control character"},
       {"{\"task_id\":\"t\",\"answers\":[{\"label\":\"a\"},{\"label\":null}]}",
        "line 1: \"answers[1]\": an answer needs one of \"label\", \"labels\" and \"none\": true, "
        "but has none of them"},
       {"{\"task_id\":\"t\",\"answers\":[\"a\"]}",
        "line 1: \"answers[0]\" must be an object, but is the text \"a\""},
       {"{\"task_id\":\"t\",\"label\":\"a\"",
        "line 1: the record is not valid JSON at its byte 1 (the file ends in this line: it looks "
        "cut off)"}});
}

TEST(BrokenResults, LabelStudio) {
  expect_errors(
      "label_studio",
      {{"[{\"data\":{\"image\":\"x\"},\"annotations\":[]}]",
        "record 1 (byte 1): \"data.task_id\" is missing"},
       {"[{\"data\":{\"task_id\":\"t\"}}]",
        "record 1 (byte 1): \"annotations\" is missing: export the project as JSON"},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[1]}]",
        "record 1 (byte 1): \"annotations[0]\" is a number only: export the annotations in full"},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[{\"result\":[]}]}]",
        "record 1 (byte 1): \"annotations[0].result\" holds no choices: the annotation was "
        "submitted "
        "without an answer"},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[{\"id\":1}]}]",
        "record 1 (byte 1): \"annotations[0].result\" is missing"},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[{\"result\":[{\"type\":\"choices\","
        "\"value\":{\"choices\":\"cat\"}}]}]}]",
        "record 1 (byte 1): \"annotations[0].value.choices\" must be a list, but is the text "
        "\"cat\""},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[]},\n {\"data\":[]}]",
        "record 2 (byte 45): \"data\" must be an object, but is a list"},
       {"[{\"task_id\":\"t\",\"annotator\":1}]",
        "record 1 (byte 1): \"answer\" is missing: the choices of the labeling config must have "
        "this name"},
       {"[{\"data\":{\"task_id\":\"t\"},\"annotations\":[{\"updated_at\":\"x\",\"result\":[]}]}]",
        "record 1 (byte 1): \"annotations[0].updated_at\" is no date and time as ISO 8601 writes "
        "it, but the text \"x\""}});
  const Scratch scratch;
  EXPECT_EQ(
      results_error(scratch, "label_studio", "[{\"data\":{\"task_id\":\"t\"}"),
      "constraint: FILE ends at byte 24 in the middle of the value that begins at byte 1: the "
      "file is cut off or has an unclosed bracket or text");
}

TEST(BrokenResults, Scale) {
  expect_errors(
      "scale",
      {{"{\"task_id\":\"5c\",\"response\":{\"category\":\"a\"}}",
        "record 1 (byte 0): \"unique_id\" is missing"},
       {"{\"unique_id\":\"t\"}", "record 1 (byte 0): \"response\" is missing"},
       {"{\"unique_id\":\"t\",\"response\":{}}",
        "record 1 (byte 0): \"response\": it has none of \"annotations\", \"category\" and "
        "\"taxonomies\""},
       {"{\"unique_id\":\"t\",\"response\":{\"annotations\":{\"label\":{\"response\":[]}}}}",
        "record 1 (byte 0): \"response\": nobody's answer is in it"},
       {"{\"unique_id\":\"t\",\"response\":{\"annotations\":{\"label\":{\"response\":[[]]}}}}",
        "record 1 (byte 0): \"response\": the answer chooses nothing"},
       {"{\"unique_id\":\"t\",\"response\":{\"annotations\":{\"a\":[\"x\"],\"b\":[\"y\"]}}}",
        "record 1 (byte 0): \"response.annotations.label\" is missing"},
       {"{\"unique_id\":\"t\",\"response\":{\"annotations\":{}}}",
        "record 1 (byte 0): \"response.annotations\" is empty"},
       {"{\"unique_id\":\"t\",\"response\":{\"annotations\":[{\"type\":\"box\"}]}}",
        "record 1 (byte 0): \"response.label\" is missing"},
       {"{\"docs\":[{\"unique_id\":\"t\",\"status\":\"pending\"},{\"metadata\":[]}]}",
        "record 1 (byte 0): \"docs[1].metadata\" must be an object, but is a list"},
       {"[{\"unique_id\":\"t\",\"completed_at\":5,\"response\":{\"category\":\"a\"}}]",
        "record 1 (byte 1): \"completed_at\" must be a text, but is the integer 5"}});
}

TEST(BrokenResults, Votes) {
  const std::string names = "\"given_original_label_name\":\"a\",\"our_guessed_label_name\":\"b\"";
  const std::string negative =
      "[{\"id\":1," + names + ",\"mturk\":{\"given\":-1,\"guessed\":0,\"neither\":0,\"both\":0}}]";
  const std::string huge = "[{\"id\":1," + names +
                           ",\"mturk\":{\"given\":1,\"guessed\":9000000000000,\"neither\":0,"
                           "\"both\":0}}]";
  const std::string incomplete =
      "[{\"id\":1," + names + ",\"mturk\":{\"given\":1,\"guessed\":1,\"both\":0}}]";
  expect_errors(
      "votes",
      {{"[{\"mturk\":{}}]", "record 1 (byte 1): \"id\" is missing"},
       {"[{\"id\":1}]", "record 1 (byte 1): \"mturk\" is missing"},
       {"[{\"id\":1,\"mturk\":{}}]", "record 1 (byte 1): \"given_original_label_name\" is missing"},
       {negative.c_str(), "record 1 (byte 1): \"mturk.given\" must be from 0 to 10000, but is -1"},
       {huge.c_str(),
        "record 1 (byte 1): \"mturk.guessed\" must be from 0 to 10000, but is "
        "9000000000000"},
       {incomplete.c_str(), "record 1 (byte 1): \"neither\" is missing"}});
}

const std::string kWhole[] = {
    "[{\"data\":{\"task_id\":\"t\"},\"annotations\":[{\"completed_by\":{\"id\":1},\"result\":[{"
    "\"type\":\"choices\",\"value\":{\"choices\":[\"c\"]}}]}]}]",
    "{\"unique_id\":\"t\",\"response\":{\"annotations\":{\"label\":{\"response\":[[\"a\"]]}}}}",
    "{\"task_id\":\"t\",\"answers\":[{\"label\":\"a\",\"worker\":\"w\"}]}"};

TEST(BrokenResults, NoPrefixOfAFileIsTakenForTheWhole) {
  const Scratch scratch;
  for (const std::string& text : kWhole) {
    for (size_t cut = 0; cut < text.size(); ++cut) {
      const auto file = scratch.write("cut.json", text.substr(0, cut));
      EXPECT_NE(error_of([&] { read_results({file, ""}, [](const Answer&) {}); }), "none") << cut;
    }
  }
}

TEST(BrokenResults, AnyByteMayBeWrong) {
  const Scratch scratch;
  size_t refused = 0;
  for (const std::string& text : kWhole) {
    for (size_t at = 0; at < text.size(); ++at) {
      for (const char wrong : {'\0', '\"', '[', '\xff'}) {
        std::string damaged = text;
        damaged[at] = wrong;
        const auto file = scratch.write("damaged.json", damaged);
        const std::string error = error_of([&] { read_results({file, ""}, [](const Answer&) {}); });
        EXPECT_TRUE(error == "none" || error.starts_with("constraint: ") ||
                    error.starts_with("unsupported: "))
            << error;
        refused += error != "none" ? 1 : 0;
      }
    }
  }
  EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace cupel::labeling
