#include "scratch.hpp"

namespace cupel::labeling {
namespace {

TEST(Instructions, ReplaceThePlaceholders) {
  Project project = sample_project(TaskFormat::kJsonl);
  project.description = "Look **well**.";
  EXPECT_EQ(instructions("{{project}}: {{ description }} {{none}}|{{labels}}|{{examples}}", project,
                         {{"cat", {"https://x/1.jpg", "dir/a b.png"}}, {"dog", {}}}),
            "pets: Look **well**. none of these|- cat\n- dog\n- fish\n- none of these|"
            "### cat\n\n![cat](<https://x/1.jpg>)\n![cat](<dir/a b.png>)");
  EXPECT_EQ(instructions("{{examples}}", project, {}), "There are none.");
}

TEST(Instructions, TheBuiltInOnesNameAllThereIs) {
  Project project = sample_project(TaskFormat::kJsonl);
  project.description = "Pets of the town.";
  const std::string text = instructions("", project, {{"fish", {"f.jpg"}}});
  for (const char* part : {"# pets", "Pets of the town.", "- dog", "*none of these*", "<f.jpg>"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(text.find("{{"), std::string::npos);
}

TEST(Instructions, AnUnknownPlaceholderIsNamed) {
  EXPECT_EQ(error_of([] { instructions("a {{lables}} b", Project(), {}); }),
            "name: the instructions' template asks for {{lables}}, which is unknown; it may use "
            "{{project}}, {{description}}, {{labels}}, {{examples}} and {{none}}");
}

TEST(Instructions, OtherBracesAreText) {
  const Project project = sample_project(TaskFormat::kJsonl);
  for (const char* text : {"{{", "}}", "{{ }}", "{ {none} }", "{{two words}}", "{{none", "{}"}) {
    EXPECT_EQ(instructions(text, project, {}), text);
  }
  EXPECT_EQ(instructions("{{{none}}}", project, {}), "{none of these}");
}

TEST(Instructions, NamesOfTheDataAreNeverMarkup) {
  Project project = sample_project(TaskFormat::kJsonl);
  project.name = "<script>x</script> [a](javascript:b) {{labels}}";
  project.labels = {"*bold*\n# Head", "`code` & <img src=x>", "![i](u)"};
  EXPECT_EQ(instructions("{{project}}", project, {}),
            "&lt;script&gt;x&lt;/script&gt; \\[a\\]\\(javascript:b\\) \\{\\{labels\\}\\}");
  EXPECT_EQ(instructions("{{labels}}", project, {}),
            "- \\*bold\\* \\# Head\n- \\`code\\` &amp; &lt;img src=x&gt;\n- \\!\\[i\\]\\(u\\)\n"
            "- none of these");
  EXPECT_EQ(instructions("{{examples}}", project, {{"a](b", {"x>) <script>\n\\&lt;"}}}),
            "### a\\]\\(b\n\n![a\\]\\(b](<x%3E) %3Cscript%3E%0A%5C&amp;lt;>)");
}

}  // namespace
}  // namespace cupel::labeling
