#include "engine/io/record_parts.hpp"
#include "engine/labeling/leftover.hpp"
#include "scratch.hpp"

namespace cupel::labeling {
namespace {

using Texts = std::vector<std::string>;

void send_three(const std::filesystem::path& directory, const Project& project,
                const std::function<bool(const std::string&)>& is_leftover = {},
                bool finished = true) {
  Sending sending(directory, project, is_leftover);
  sending.write_instructions("# How\n");
  sending.add(sample_task(0, 0));
  sending.add(sample_task(1, 0));
  sending.add(sample_task(2, 1));
  sending.publish();
  if (finished) {
    EXPECT_TRUE(sending.finish());
  }
}

bool always(const std::string&) { return true; }

TEST(Sending, WritesBatchesInstructionsConfigAndManifest) {
  const Scratch scratch;
  Project project = sample_project(TaskFormat::kLabelStudio);
  Sending sending(scratch / "out/", project, {});
  sending.write_instructions("# How\n");
  for (uint32_t i = 0; i < 5; ++i) sending.add(sample_task(i, (i + 1) / 2));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out"));
  sending.publish();
  EXPECT_EQ(sending.files(),
            (Texts{"instructions.md", "batch-000-calibration.json", "batch-001.json",
                   "batch-002.json", "labeling_config.xml", "manifest.json"}));
  EXPECT_EQ(scratch.names(), (Texts{"out"}));
  auto sorted = sending.files();
  sorted.emplace_back("unfinished.txt");
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(scratch.names("out"), sorted);
  EXPECT_TRUE(sending.finish());
  std::erase(sorted, "unfinished.txt");
  EXPECT_EQ(scratch.names("out"), sorted);
  EXPECT_FALSE(sending.set_aside());
  EXPECT_EQ(content_of(scratch / "out/instructions.md"), "# How\n");
}

TEST(Sending, TheManifestNamesAllFilesWithTheirCounts) {
  const Scratch scratch;
  for (const TaskFormat format :
       {TaskFormat::kScale, TaskFormat::kLabelStudio, TaskFormat::kJsonl}) {
    const std::string name = "out" + std::to_string(static_cast<int>(format));
    send_three(scratch / name, sample_project(format));
    io::JsonDocument document;
    const std::string text = content_of(scratch / (name + "/manifest.json"));
    const io::JsonNode& manifest = document.parse_copy(text);
    EXPECT_EQ(manifest.find("send_id")->text, "send-1");
    EXPECT_EQ(manifest.find("project")->text, "pets");
    EXPECT_EQ(manifest.find("tasks")->integer, 3);
    std::vector<std::string> named{"manifest.json"};
    for (const io::JsonNode& file : *manifest.find("files")) {
      const std::string path = name + "/" + std::string(file.find("file")->text);
      named.emplace_back(file.find("file")->text);
      if (file.find("tasks") == nullptr) continue;
      const std::string written = content_of(scratch / path);
      int64_t ids = 0;  // each task stands on a line of its own
      for (size_t at = written.find("\n{"); at != std::string::npos;
           at = written.find("\n{", at + 1)) {
        ++ids;
      }
      if (format == TaskFormat::kJsonl) ++ids;
      EXPECT_EQ(file.find("tasks")->integer, ids) << path;
      EXPECT_EQ(file.find("calibration")->boolean, file.find("batch")->integer == 0);
    }
    std::sort(named.begin(), named.end());
    EXPECT_EQ(scratch.names(name), named);
  }
}

TEST(Sending, RefusesWhatIsThere) {
  const Scratch scratch;
  const Project project = sample_project(TaskFormat::kJsonl);
  std::filesystem::create_directory(scratch / "empty");
  scratch.write("file", "x");
  std::filesystem::create_symlink("nowhere", scratch / "link");
  send_three(scratch / "sent", project);
  for (const char* name : {"empty", "sent"}) {
    EXPECT_EQ(
        error_of([&] { Sending(scratch / name, project, [](const auto&) { return false; }); }),
        "conflict: " + (scratch / name).string() +
            " is there already: name a directory that does not exist");
  }
  for (const char* name : {"file", "link"}) {
    EXPECT_EQ(error_of([&] { Sending(scratch / name, project, {}); }),
              "conflict: " + (scratch / name).string() +
                  " is there already and is no directory: name a directory that does not exist");
  }
  EXPECT_EQ(error_of([&] { Sending(scratch / "no/such/place", project, {}); }).substr(0, 16),
            "io: cannot make ");
  EXPECT_EQ(error_of([&] { Sending("/", project, {}); }),
            "io: cannot write /: name a new directory for the tasks");
  EXPECT_EQ(scratch.names(), (Texts{"empty", "file", "link", "sent"}));
}

TEST(Sending, SetsALeftoverOfItsOwnAside) {
  const Scratch scratch;
  Project project = sample_project(TaskFormat::kScale);
  send_three(scratch / "out", project, {}, false);
  std::filesystem::create_directory(scratch / "out.left-1");
  project.send_id = "send-2";
  project.format = TaskFormat::kJsonl;
  Texts asked;
  send_three(scratch / "out", project, [&](const std::string& send_id) {
    asked.push_back(send_id);
    return send_id == "send-1";
  });
  EXPECT_EQ(asked, (Texts{"send-1", "send-1"}));
  EXPECT_EQ(scratch.names(), (Texts{"out", "out.left-1", "out.left-2"}));
  EXPECT_EQ(scratch.names("out"), (Texts{"batch-000-calibration.jsonl", "batch-001.jsonl",
                                         "instructions.md", "manifest.json"}));
  EXPECT_NE(content_of(scratch / "out/manifest.json").find("send-2"), std::string::npos);
  EXPECT_NE(content_of(scratch / "out.left-2/manifest.json").find("send-1"), std::string::npos);
}

TEST(Sending, ReplacesNothingThatIsNotMarked) {
  const Scratch scratch;
  const Project project = sample_project(TaskFormat::kJsonl);
  send_three(scratch / "out", project);
  EXPECT_EQ(error_of([&] { Sending(scratch / "out", project, always); }),
            "conflict: " + (scratch / "out").string() +
                " is there already: name a directory that does not exist");
  std::filesystem::create_directory(scratch / "out/unfinished.txt");
  EXPECT_THROW(Sending(scratch / "out", project, always), Error);
}

TEST(Sending, TheMarkGoesOnceTheSendingIsKnown) {
  const Scratch scratch;
  send_three(scratch / "out", sample_project(TaskFormat::kJsonl), {}, false);
  const auto is_marked = [&] { return std::filesystem::exists(scratch / "out/unfinished.txt"); };
  finish_leftover(scratch / "out", [](const std::string&) { return false; });
  EXPECT_TRUE(is_marked());
  finish_leftover(scratch / "out", [](const std::string& id) { return id == "send-1"; });
  EXPECT_FALSE(is_marked());
  // Nothing else is touched, and nothing is thrown.
  scratch.write("out/manifest.json", "{");
  scratch.write("out/unfinished.txt", "x");
  finish_leftover(scratch / "out", always);
  EXPECT_TRUE(is_marked());
  finish_leftover(scratch / "nowhere", always);
  scratch.write("file", "x");
  finish_leftover(scratch / "file", always);
}

TEST(Sending, KeepsALeftoverThatHoldsSomethingElse) {
  const Scratch scratch;
  const Project project = sample_project(TaskFormat::kJsonl);
  send_three(scratch / "out", project, {}, false);
  scratch.write("out/answers.jsonl", "precious");
  EXPECT_EQ(error_of([&] { Sending(scratch / "out", project, always); }),
            "conflict: " + (scratch / "out").string() +
                " is there already (left by a sending that was cut off, but with "
                "\"answers.jsonl\" in it, which is not of it): name a directory that does not "
                "exist");
  EXPECT_EQ(content_of(scratch / "out/answers.jsonl"), "precious");
}

TEST(Sending, ADamagedManifestIsNobodysLeftover) {
  const Scratch scratch;
  const Project project = sample_project(TaskFormat::kJsonl);
  std::filesystem::create_directory(scratch / "out");
  scratch.write("out/unfinished.txt", "x");
  for (const char* manifest :
       {"", "{", "[]", "{\"send_id\":1,\"files\":[]}", "{\"send_id\":\"s\"}",
        "{\"send_id\":\"s\",\"files\":[1]}", "{\"send_id\":\"s\",\"files\":[{}]}"}) {
    scratch.write("out/manifest.json", manifest);
    EXPECT_EQ(error_of([&] { Sending(scratch / "out", project, always); }),
              "conflict: " + (scratch / "out").string() +
                  " is there already: name a directory that does not exist")
        << manifest;
  }
}

TEST(Sending, NothingIsLeftOfAnAbandonedOne) {
  const Scratch scratch;
  {
    Sending sending(scratch / "out", sample_project(TaskFormat::kScale), {});
    sending.write_instructions("x");
    sending.add(sample_task(0, 0));
    EXPECT_EQ(scratch.names().size(), 1U);
  }
  EXPECT_TRUE(scratch.names().empty());
}

TEST(Sending, DoesNotOverwriteWhatAppearsMeanwhile) {
  const Scratch scratch;
  {
    Sending sending(scratch / "out", sample_project(TaskFormat::kJsonl), {});
    sending.add(sample_task(0, 0));
    std::filesystem::create_directory(scratch / "out");
    EXPECT_THROW(sending.publish(), Error);
  }
  EXPECT_EQ(scratch.names(), (Texts{"out"}));
  EXPECT_TRUE(scratch.names("out").empty());
}

TEST(Sending, OfNoTasksIsAManifest) {
  const Scratch scratch;
  Sending sending(scratch / "out", sample_project(TaskFormat::kJsonl), {});
  sending.publish();
  EXPECT_EQ(scratch.names("out"), (Texts{"manifest.json", "unfinished.txt"}));
}

TEST(ProjectDocument, ComesBackAsItWas) {
  Project project = sample_project(TaskFormat::kLabelStudio);
  project.name = "a \"b\" \\ \n ✓";
  project.description = "two\nlines";
  project.labels = {"", "none of these", "x\ty"};
  project.seed = ~uint64_t{0};
  project.tasks = 12345678901;
  project.batches = 17;
  project.directories = {"/a", "b c"};
  const Project again = decode_project(encode_project(project));
  EXPECT_EQ(again.name, project.name);
  EXPECT_EQ(again.taxonomy, project.taxonomy);
  EXPECT_EQ(again.slice, project.slice);
  EXPECT_EQ(again.format, project.format);
  EXPECT_EQ(again.description, project.description);
  EXPECT_EQ(again.labels, project.labels);
  EXPECT_EQ(again.seed, project.seed);
  EXPECT_EQ(again.tasks, project.tasks);
  EXPECT_EQ(again.batches, project.batches);
  EXPECT_EQ(again.send_id, project.send_id);
  EXPECT_EQ(again.directories, project.directories);
}

TEST(ProjectDocument, DamageIsNamed) {
  const std::string good = encode_project(sample_project(TaskFormat::kJsonl));
  const auto damaged = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return error_of([&] { decode_project(text); });
  };
  const std::string start = "corruption: the stored document of a labeling project is damaged: ";
  EXPECT_EQ(damaged("\"name\"", "\"nome\""), start + "\"name\" is missing");
  EXPECT_EQ(damaged("\"jsonl\"", "\"xml\""), start + "\"format\" is unknown");
  EXPECT_EQ(damaged("\"7\"", "\"7x\""), start + "\"seed\" is no number");
  EXPECT_EQ(damaged("\"batches\":0", "\"batches\":-1"), start + "\"batches\" is out of range");
  EXPECT_EQ(damaged("\"tasks\":0", "\"tasks\":\"0\""),
            start + "\"tasks\" must be an integer, but is the text \"0\"");
  for (size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_NE(error_of([&] { decode_project(good.substr(0, cut)); }), "none");
  }
}

}  // namespace
}  // namespace cupel::labeling
