#include <map>

#include "tests/unit/bind/bind_fixture.hpp"

namespace cupel::tests {
namespace {

/// Knows some rows by name. "zero" and "opposite" are rows with which there are problems.
class NamedExamples final : public bind::Examples {
 public:
  std::vector<bind::Example> find(const storage::VectorSet& set,
                                  std::span<const std::string> texts) const override {
    static const std::map<std::string, uint64_t, std::less<>> kRows = {
        {"a", 0}, {"b", 1}, {"zero", 2}, {"opposite", 3}};
    std::vector<bind::Example> found;
    for (const std::string& text : texts) {
      const auto row = kRows.find(text);
      if (row == kRows.end())
        found.push_back({std::nullopt, "there is no row '" + text + "'", text == "aa" ? "a" : ""});
      else if (text == "zero")
        found.push_back({row->second, "'zero' has no vector in embedding '" + set.name + "'", ""});
      else
        found.push_back({row->second, "", ""});
    }
    return found;
  }
  bool have_direction(const storage::VectorSet&, std::span<const uint64_t> rows) const override {
    return std::find(rows.begin(), rows.end(), 3u) == rows.end();
  }
};

class SimilarityBind : public BindTest {
 protected:
  SimilarityBind() { examples = std::make_shared<NamedExamples>(); }

  void embedding(const std::string& name, storage::TableId table = kItems) {
    storage::VectorSet set;
    set.name = name;
    set.table = table;
    set.width = 4;
    data.catalog().add_vectors(set);
  }
};

TEST_F(SimilarityBind, NamesTheEmbeddingThatItMeans) {
  embedding("clip");
  EXPECT_EQ(where("similarity(\"a\") > 0.5"), "similarity(\"a\", embedding = clip) > 0.5");
  EXPECT_EQ(where("similarity('a', 'b', embedding = 'clip') > similarity(\"b\")"),
            "similarity(\"a\", \"b\", embedding = clip) > similarity(\"b\", embedding = clip)");
  embedding("dino v2");
  EXPECT_EQ(where("similarity(\"a\", embedding = \"dino v2\") > 0.5"),
            "similarity(\"a\", embedding = \"dino v2\") > 0.5");
}

TEST_F(SimilarityBind, KeepsEachProbeOnce) {
  embedding("clip");
  const plan::Plan plan = bind(
      "similarity('a', 'b') > 0.5 AND similarity(\"b\") < 0.9 ORDER BY similarity('a', 'b') DESC "
      "LIMIT 3 EXACT");
  ASSERT_EQ(plan.probes.size(), 2U);
  EXPECT_EQ(plan.probes[0].examples, (std::vector<uint64_t>{0, 1}));
  EXPECT_EQ(plan.probes[1].examples, (std::vector<uint64_t>{1}));
  EXPECT_EQ(plan.probes[0].set, plan.probes[1].set);
  EXPECT_TRUE(plan.exact);
  EXPECT_FALSE(bind("similarity('a') > 0.5 LIMIT 3").exact);
}

TEST_F(SimilarityBind, TakesParameters) {
  embedding("clip");
  parameters.named["example"] = "b";
  parameters.named["embedding"] = "clip";
  parameters.named["number"] = 3;
  EXPECT_EQ(where("similarity($example, embedding = $embedding) > 0.5"),
            "similarity(\"b\", embedding = clip) > 0.5");
  EXPECT_EQ(failure("similarity($number) > 0.5"),
            "type | similarity takes the names of its examples as text, as in "
            "similarity(\"a.jpg\") | $number | ");
}

TEST_F(SimilarityBind, MentionsItsValue) {
  embedding("clip");
  const plan::Plan plan = bind("similarity('a') > 0.5 ORDER BY similarity(\"a\") DESC");
  ASSERT_EQ(plan.outputs.size(), 2U);
  EXPECT_EQ(plan.outputs[1].name, "similarity(\"a\", embedding = clip)");
  EXPECT_EQ(plan.outputs[1].type, Type::kFloat64);
}

TEST_F(SimilarityBind, ComparesObjectsByTheirOwnVectorsOrThoseOfTheirItem) {
  embedding("clip");
  add_runs();
  EXPECT_EQ(explained("FROM annotations WHERE similarity(\"a\") > 0.5"),
            "FROM annotations\n"
            "  WHERE similarity(\"a\", embedding = clip) > 0.5\n"
            "  SELECT item.reference_id AS reference_id, label, "
            "similarity(\"a\", embedding = clip)\n");
  const plan::Plan of_item = plan::rewrite(bind("FROM annotations WHERE similarity(\"a\") > 0.5"));
  EXPECT_TRUE(std::holds_alternative<plan::OnItem>(of_item.arms[0].where->node));
  embedding("crops", kObjects);
  EXPECT_EQ(where("FROM annotations WHERE similarity(\"a\") > 0.5"),
            "similarity(\"a\", embedding = crops) > 0.5");
  EXPECT_EQ(where("FROM annotations WHERE similarity(\"a\", embedding = clip) > 0.5"),
            "similarity(\"a\", embedding = clip) > 0.5");
  EXPECT_EQ(where("annotations[similarity(\"a\") > 0.8]"),
            "annotations[similarity(\"a\", embedding = crops) > 0.8]");
  EXPECT_EQ(where("annotations.max(similarity(\"a\")) > 0.8"),
            "annotations.max(similarity(\"a\", embedding = crops)) > 0.8");
  EXPECT_EQ(where("FROM predictions WHERE similarity(\"a\") > 0.8"),
            "similarity(\"a\", embedding = clip) > 0.8");
}

TEST_F(SimilarityBind, MeansOneEmbeddingInAllSources) {
  add_runs();
  embedding("crops", first);
  EXPECT_EQ(explained("FROM objects WHERE similarity(\"a\") > 0.5"),
            "FROM annotations\n"
            "  WHERE false\n"
            "  SELECT item.reference_id AS reference_id, \"annotations\" AS source, label, "
            "similarity(\"a\", embedding = crops)\n"
            "FROM predictions(\"first\")\n"
            "  WHERE similarity(\"a\", embedding = crops) > 0.5\n"
            "  SELECT item.reference_id AS reference_id, \"predictions(\"\"first\"\")\" AS source, "
            "label, similarity(\"a\", embedding = crops)\n");
  EXPECT_TRUE(warnings.empty());
  embedding("boxes", kObjects);
  EXPECT_EQ(failure("FROM objects WHERE similarity(\"a\") > 0.5"),
            "name | there are several embeddings: 'boxes', 'crops'; choose one with embedding = "
            "name | similarity(\"a\") | similarity(\"a\", embedding = boxes)");
}

TEST_F(SimilarityBind, RefusesWhatIsNoExample) {
  embedding("clip");
  EXPECT_EQ(failure("similarity(\"a\", \"aa\") > 0.5"),
            "name | there is no row 'aa' | \"aa\" | \"a\"");
  EXPECT_EQ(failure("similarity(\"xyz\") > 0.5"), "name | there is no row 'xyz' | \"xyz\" | ");
  EXPECT_EQ(failure("similarity(\"zero\") > 0.5"),
            "constraint | 'zero' has no vector in embedding 'clip' | \"zero\" | ");
  EXPECT_EQ(failure("similarity(\"a\", \"opposite\") > 0.5"),
            "constraint | the vectors of these examples cancel each other out: their mean has no "
            "direction | similarity(\"a\", \"opposite\") | ");
}

TEST_F(SimilarityBind, RefusesOtherArguments) {
  embedding("clip");
  EXPECT_EQ(failure("similarity() > 0.5"),
            "type | similarity needs the names of one example or more, as in "
            "similarity(\"a.jpg\", \"b.jpg\") | similarity() | ");
  EXPECT_EQ(failure("similarity(a) > 0.5"),
            "type | similarity takes the names of its examples as text, as in "
            "similarity(\"a.jpg\") | a | \"a\"");
  EXPECT_EQ(failure("similarity(\"a\", 5) > 0.5"),
            "type | similarity takes the names of its examples as text, as in "
            "similarity(\"a.jpg\") | 5 | ");
  EXPECT_EQ(failure("similarity(\"a\", width = 5) > 0.5"),
            "type | similarity has one argument with a name, embedding, as in "
            "similarity(\"a.jpg\", embedding = clip) | similarity(\"a\", width = 5) | ");
  EXPECT_EQ(failure("similarity(\"a\", embedding = 5) > 0.5"),
            "type | embedding takes a name, as in embedding = clip | 5 | ");
  EXPECT_EQ(failure("similarity(\"a\", embedding = clop) > 0.5"),
            "name | there is no embedding 'clop'; there is 'clip' | clop | clip");
  EXPECT_EQ(failure("similarity(\"a\")"),
            "type | 'similarity(\"a\")' is no condition: it holds numbers; compare it, or write IS "
            "NOT MISSING | similarity(\"a\") | similarity(\"a\") > 0");
}

TEST_F(SimilarityBind, RefusesEmbeddingsOfOtherRows) {
  embedding("crops", kObjects);
  add_runs();
  EXPECT_EQ(failure("similarity(\"a\") > 0.5"),
            "type | embedding 'crops' is of annotations, of which an item has many; write "
            "annotations.max(similarity(\"a\", embedding = crops)), "
            "annotations[similarity(\"a\", embedding = crops) > 0.8], or query FROM annotations | "
            "similarity(\"a\") | annotations.max(similarity(\"a\", embedding = crops))");
  EXPECT_EQ(failure("FROM predictions WHERE similarity(\"a\", embedding = crops) > 0.5"),
            "type | embedding 'crops' is of annotations, not of predictions(\"first\") or of items "
            "| similarity(\"a\", embedding = crops) | ");
  EXPECT_EQ(failure("FROM predictions WHERE similarity(\"a\") > 0.5"),
            "type | embedding 'crops' is of annotations, not of predictions(\"first\") or of items "
            "| similarity(\"a\") | ");
}

TEST_F(SimilarityBind, ListsEmbeddingsToChooseFrom) {
  embedding("dino");
  embedding("clip");
  EXPECT_EQ(failure("similarity(\"a\") > 0.5"),
            "name | there are several embeddings: 'clip', 'dino'; choose one with embedding = name "
            "| similarity(\"a\") | similarity(\"a\", embedding = clip)");
}

TEST_F(SimilarityBind, IsAKeyOrAnArgumentOfGroups) {
  embedding("clip");
  EXPECT_EQ(explained("SELECT bucket(similarity('a'), 0.1) AS near, count() GROUP BY near"),
            "FROM items\n"
            "  GROUP BY bucket(similarity(\"a\", embedding = clip), 0.1)\n"
            "  SELECT bucket(similarity(\"a\", embedding = clip), 0.1) AS near, count()\n");
  EXPECT_EQ(failure("SELECT similarity('a'), count()"),
            "type | 'similarity(\"a\")' differs within a group; add it to GROUP BY, or aggregate "
            "it as in max(similarity(\"a\")) | similarity('a') | max(similarity(\"a\"))");
  EXPECT_EQ(failure("SELECT count() GROUP BY width HAVING similarity('a') > 0"),
            "type | 'similarity(\"a\")' differs within a group; add it to GROUP BY, or aggregate "
            "it as in max(similarity(\"a\")) | similarity('a') | max(similarity(\"a\"))");
}

TEST_F(SimilarityBind, TellsHowTheNearestAreFound) {
  embedding("clip");
  const std::string nearest = "ORDER BY similarity(\"a\") DESC LIMIT 3";
  const auto search = [&](const std::string& query) {
    const std::string text = explained(query);
    const size_t at = text.find("  SEARCH ");
    return at == std::string::npos ? "" : text.substr(at);
  };
  EXPECT_EQ(search("width > 5 " + nearest), "  SEARCH exact\n");
  EXPECT_EQ(search(nearest + " OFFSET 2"), "  SEARCH exact\n");
  data.catalog().mutable_vectors(1).vectors = 100'000;
  EXPECT_EQ(search("width > 5 " + nearest),
            "  SEARCH approximate where many rows match, expected recall 0.98 or more\n");
  EXPECT_EQ(search("SELECT width " + nearest),
            "  SEARCH approximate, expected recall 0.98 or more\n");
  EXPECT_EQ(search("SELECT width " + nearest + " EXACT"), "  SEARCH exact\n");
  for (const char* other : {"ORDER BY similarity(\"a\") LIMIT 3", "ORDER BY similarity(\"a\") DESC",
                            "ORDER BY similarity(\"a\") DESC, width LIMIT 3",
                            "ORDER BY -similarity(\"a\") DESC LIMIT 3",
                            "ORDER BY similarity(\"a\") DESC SAMPLE 5 LIMIT 3",
                            "ORDER BY similarity(\"a\") DESC LIMIT 99999 OFFSET 2",
                            "FROM annotations ORDER BY similarity(\"a\") DESC LIMIT 3"}) {
    EXPECT_EQ(search(std::string("SELECT reference_id ") + other), "") << other;
  }
}

}  // namespace
}  // namespace cupel::tests
