#include "engine/bind/live_slice.hpp"
#include "grammar/parse.hpp"
#include "tests/unit/bind/bind_fixture.hpp"

namespace cupel::tests {
namespace {

class QueryPlans : public BindTest {
 protected:
  std::string outputs(const std::string& text) {
    const plan::Plan plan = bind(text);
    std::string out;
    for (const plan::Output& output : plan.outputs)
      out += (out.empty() ? "" : ", ") + output.name + " " + std::string(to_string(output.type));
    return out;
  }
  plan::Plan update(const std::string& text) {
    const grammar::Statement statement = grammar::parse(text);
    columns.clear();
    return bind::bind_update(std::get<grammar::Update>(statement.node),
                             {data.snapshot(), run, &parameters}, columns, warnings);
  }
  std::string update_failure(const std::string& text) {
    try {
      update(text);
    } catch (const Error& error) {
      return error.message() + " | " + at(text, error.span());
    }
    return "no error";
  }
  std::string live_failure(const std::string& text, const std::string& name = "new") {
    try {
      bind::check_live_slice(grammar::parse_query(text), name, {data.snapshot(), run, nullptr});
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + " | " + error.message();
    }
    return "no error";
  }
  std::vector<std::string> columns;
};

TEST_F(QueryPlans, WholeRowsShowWhatTheQuerySpeaksOf) {
  EXPECT_EQ(
      outputs("metadata.weather = rain AND width > 5 AND metadata.weather != a ORDER BY height"),
      "reference_id text, metadata.weather text, width int64, height int64");
  EXPECT_EQ(outputs("annotations.dimensions.x < 6 AND annotations.car > 0 AND "
                    "annotations.dimensions.y < 4"),
            "reference_id text, annotations[dimensions.x < 6 AND dimensions.y < 4].count int64, "
            "annotations.car int64");
  EXPECT_EQ(outputs("annotations.clothing_type = dress"),
            "reference_id text, annotations.clothing_type text");
  EXPECT_EQ(outputs("slice = night"), "reference_id text");
  EXPECT_EQ(outputs("FROM annotations WHERE item.width > 5 AND area > 3"),
            "reference_id text, label text, item.width int64, area float64");
  EXPECT_EQ(outputs("FROM objects LIMIT 3"), "reference_id text, source text, label text");
  EXPECT_TRUE(bind("LIMIT 3").whole_rows);
  EXPECT_FALSE(bind("SELECT width").whole_rows);
}

TEST_F(QueryPlans, Select) {
  EXPECT_EQ(outputs("SELECT annotations.car, width * 2 AS twice, width / 2 WHERE width > 3"),
            "annotations.car int64, twice int64, width / 2 float64");
  EXPECT_EQ(outputs("SELECT width AS w ORDER BY w"), "w int64");
  EXPECT_EQ(failure("SELECT width > 3"),
            "type | a value is wanted here, and 'width > 3' is a condition | width > 3 | ");
}

TEST_F(QueryPlans, Groups) {
  EXPECT_EQ(explained("SELECT label, count() FROM annotations WHERE item.metadata.weather = rainy "
                      "GROUP BY label HAVING count() > 3 ORDER BY count() DESC LIMIT 5 OFFSET 2"),
            "FROM annotations\n"
            "  WHERE item.metadata.weather = \"rainy\"\n"
            "  GROUP BY label\n"
            "  SELECT label, count()\n"
            "  HAVING count() > 3\n"
            "  ORDER BY count() DESC\n"
            "  LIMIT 5 OFFSET 2\n");
  EXPECT_EQ(outputs("SELECT bucket(area, 10) AS size, sum(area), avg(area), min(label), "
                    "count(label = car) FROM annotations GROUP BY size"),
            "size float64, sum(area) float64, avg(area) float64, min(label) text, "
            "count(label = car) int64");
  const plan::Plan all = bind("SELECT count(), sum(width)");
  EXPECT_TRUE(all.grouped);
  EXPECT_FALSE(all.has_keys);
  EXPECT_EQ(all.outputs[1].type, Type::kInt64);
  EXPECT_EQ(all.noun, "groups");
  EXPECT_EQ(outputs("SELECT label AS what, count() * 2 AS n FROM annotations GROUP BY label "
                    "HAVING n > 3 ORDER BY what"),
            "what text, n int64");
}

TEST_F(QueryPlans, GroupErrors) {
  EXPECT_EQ(failure("SELECT area, count() FROM annotations GROUP BY label"),
            "type | 'area' differs within a group; add it to GROUP BY, or aggregate it as in "
            "max(area) | area | ");
  EXPECT_EQ(failure("width > 3 HAVING width > 5"),
            "type | HAVING is about groups; write WHERE, or add GROUP BY | width > 5 | WHERE");
  EXPECT_EQ(failure("width > 3 ORDER BY count()"),
            "type | ordering by 'count()' needs GROUP BY | count() | ");
  EXPECT_EQ(failure("SELECT sum(label) FROM annotations"),
            "type | sum needs numbers; label holds text | label | ");
  EXPECT_EQ(failure("width > count()"),
            "type | count(…) is over many rows; it stands in SELECT, HAVING and ORDER BY | count() "
            "| ");
}

TEST_F(QueryPlans, Update) {
  const plan::Plan plan = update(
      "UPDATE items SET metadata.weather = fog, metadata.a.b = item.width + 1, "
      "metadata.old = MISSING WHERE width > 3");
  EXPECT_EQ(columns,
            (std::vector<std::string>{"metadata.weather", "metadata.a.b", "metadata.old"}));
  const std::vector<plan::ExpressionPtr>& values = plan.arms[0].outputs;
  EXPECT_EQ(plan::print(*values[0], plan), "\"fog\"");
  EXPECT_EQ(plan::print(*values[1], plan), "width + 1");
  EXPECT_EQ(values[2], nullptr);
  EXPECT_EQ(update_failure("UPDATE items SET width = 3"),
            "'width' cannot be set; UPDATE sets metadata.NAME | width");
  EXPECT_EQ(update_failure("UPDATE annotations SET area = 3"),
            "'area' cannot be set; UPDATE sets metadata.NAME and label | area");
  EXPECT_EQ(update_failure("UPDATE annotations SET label = MISSING"),
            "a label cannot be removed; set it to a text | label");
  EXPECT_EQ(update_failure("UPDATE annotations SET label = 3"),
            "a label is text, and the value holds numbers | 3");
  EXPECT_EQ(update_failure("UPDATE items SET metadata.a = 1, metadata.a = 2"),
            "'metadata.a' is set twice | metadata.a");
}

TEST_F(QueryPlans, LiveSlices) {
  EXPECT_EQ(live_failure("width > 3"), "no error");
  EXPECT_EQ(live_failure("width > 3 LIMIT 5"),
            "constraint | a live slice is a set of rows and cannot have LIMIT; leave it out, or "
            "create a static slice");
  EXPECT_TRUE(live_failure("width > 3 ORDER BY width").starts_with("constraint | a live slice"));
  EXPECT_TRUE(live_failure("width > 3 SAMPLE 5").starts_with("constraint | a live slice"));
  EXPECT_TRUE(live_failure("SELECT count()").starts_with("constraint | a live slice"));
  EXPECT_TRUE(live_failure("width > ?").starts_with("constraint | a live slice"));
  live("other", "slice = new");
  live("new", "width > 3");
  EXPECT_EQ(live_failure("slice = other"),
            "constraint | live slices go round in a circle: 'new' → 'other' → 'new'");
  EXPECT_EQ(bind::live_slice_using(data.catalog(), "new"), "other");
  EXPECT_EQ(bind::live_slice_using(data.catalog(), "night"), "");
}

}  // namespace
}  // namespace cupel::tests
