#include "engine/plan/fields.hpp"
#include "tests/unit/bind/bind_fixture.hpp"

namespace cupel::tests {
namespace {

class Rewrite : public BindTest {
 protected:
  /// The condition of the first arm after rewriting; empty for every row.
  std::string rewritten(const std::string& text) {
    plan = plan::rewrite(bind(text));
    return plan.arms[0].where == nullptr ? "" : plan::print(*plan.arms[0].where, plan);
  }
  plan::Plan plan;
};

TEST_F(Rewrite, Constants) {
  EXPECT_EQ(rewritten("width > 2 + 3 * 4"), "width > 14");
  EXPECT_EQ(rewritten("width > 1 / 0"), "false");
  EXPECT_EQ(rewritten("width > 3 AND 1 = 1"), "width > 3");
  EXPECT_EQ(rewritten("width > 3 OR 1 = 1"), "");
  EXPECT_EQ(rewritten("width IN (3)"), "width = 3");
}

TEST_F(Rewrite, TestsWhoseAnswerIsKnown) {
  EXPECT_EQ(rewritten("metadata.nothing = 3"), "false");
  EXPECT_EQ(rewritten("metadata.nothing != 3"), "");
  EXPECT_EQ(rewritten("metadata.nothing IS MISSING"), "");
  EXPECT_EQ(rewritten("annotations.nothing = 0"), "");
  EXPECT_EQ(rewritten("annotations.nothing > 0"), "false");
  EXPECT_EQ(rewritten("annotations.car >= 0"), "");
  EXPECT_EQ(rewritten("annotations.car < 0"), "false");
  EXPECT_EQ(rewritten("annotations.car = 0"), "annotations.car = 0");
  EXPECT_EQ(rewritten("annotations.metadata.nothing = 3"), "false");
  EXPECT_TRUE(plan.arms[0].outputs.size() == 2 && plan.collections.size() == 1);
}

TEST_F(Rewrite, Negation) {
  EXPECT_EQ(rewritten("NOT NOT width > 3"), "width > 3");
  EXPECT_EQ(rewritten("NOT (width > 3 OR height > 3)"), "NOT (width > 3) AND NOT (height > 3)");
  EXPECT_EQ(rewritten("NOT (width != 3 AND height > 3)"), "width = 3 OR NOT (height > 3)");
  EXPECT_EQ(rewritten("NOT (width > 3 AND height > 3)"), "NOT (width > 3 AND height > 3)");
}

TEST_F(Rewrite, ChainsAreFlatAndCheapestFirst) {
  EXPECT_EQ(rewritten("(width > 3 AND (height > 3 AND width < 9))"),
            "width > 3 AND height > 3 AND width < 9");
  EXPECT_EQ(
      rewritten("annotations.area > 5 AND metadata.weather ~ 'a' AND metadata.weather = a AND "
                "width > 3"),
      "width > 3 AND metadata.weather = \"a\" AND metadata.weather ~ \"a\" AND "
      "annotations[area > 5]");
}

TEST_F(Rewrite, TestsOfTheItemBecomeOne) {
  rewritten("FROM annotations WHERE width > 3 AND label = car AND height > 3 AND slice = night");
  const auto& chain = std::get<plan::And>(plan.arms[0].where->node);
  ASSERT_EQ(chain.operands.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<plan::OnItem>(chain.operands[1]->node));
  EXPECT_EQ(plan::print(*plan.arms[0].where, plan),
            "label = \"car\" AND (item.slice = \"night\" AND item.width > 3 AND item.height > 3)");
}

TEST_F(Rewrite, EqualCollectionsAreShared) {
  rewritten(
      "SELECT annotations[area > 5].count WHERE annotations[area > 5].count > 1 AND "
      "annotations[area > 5].count < 9");
  EXPECT_EQ(plan.collections.size(), 1u);
  rewritten("SELECT width WHERE (annotations.area > 5) OR (annotations.area > 5)");
  EXPECT_EQ(plan.collections.size(), 1u);
}

TEST_F(Rewrite, ColumnsRead) {
  rewritten("SELECT width WHERE annotations.car > 1 AND slice = night");
  EXPECT_EQ(plan::columns_of(plan).size(), 4u);  // width, two counts of cars, the slice
}

}  // namespace
}  // namespace cupel::tests
