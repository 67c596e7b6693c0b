#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

#include "engine/plan/search.hpp"
#include "tests/unit/exec/query_world.hpp"

namespace cupel::tests {
namespace {

using plan::CompareOp;
using plan::ConditionPtr;
using plan::ExpressionPtr;
using plan::make_condition;
using plan::make_expression;
using storage::kAnnotations;
using storage::kItems;
using storage::TableId;
using Rows = std::vector<std::vector<Value>>;

class Similarity : public testing::TestWithParam<std::tuple<uint32_t, int>> {
 protected:
  Similarity() : world_(std::get<0>(GetParam()), 150, 420), pool_(std::get<1>(GetParam())) {
    plan_.probes = {world_.probe(kItems, world_.directed(kItems, 20, 1)),
                    world_.probe(kItems, world_.directed(kItems, 70, 3)),
                    world_.probe(kAnnotations, world_.directed(kAnnotations, 100, 2))};
  }

  static ExpressionPtr similarity(uint32_t probe) {
    return make_expression(plan::Similarity{probe}, Type::kFloat64);
  }
  static ConditionPtr above(ExpressionPtr value, double bound) {
    return make_condition(plan::CompareConstant{std::move(value), CompareOp::kGreater, bound});
  }
  static ExpressionPtr of_item(ExpressionPtr value) {
    const Type type = value->type;
    return make_expression(plan::OfItem{std::move(value)}, type);
  }
  uint32_t collection(plan::Collection::Function function, ConditionPtr where,
                      ExpressionPtr argument) {
    plan_.collections.push_back(
        {"annotations", kAnnotations, std::move(where), function, std::move(argument)});
    return static_cast<uint32_t>(plan_.collections.size() - 1);
  }
  void prepare_context(exec::Context& context) {
    context.snapshot = world_.snapshot;
    context.pool = &pool_;
  }
  Rows run() {
    exec::Context context;
    prepare_context(context);
    const auto stream =
        exec::run(std::make_shared<const plan::Plan>(plan_), RowForm::kFields, context);
    Rows rows;
    while (const auto batch = stream->next())
      for (size_t i = 0; i < batch->rows; ++i) {
        auto& row = rows.emplace_back();
        for (const ColumnData& column : batch->columns) row.push_back(column.value(i));
      }
    searched_ = context.search.has_value();
    return rows;
  }
  void expect_near(const Value& found, const Value& expected) {
    ASSERT_EQ(found.is_missing(), expected.is_missing());
    if (!found.is_missing()) {
      ASSERT_NEAR(found.as_double(), expected.as_double(), 1e-12);
    }
  }
  /// Every visible row's value of an expression, beside the twin's.
  void expect_values(TableId table, const ExpressionPtr& expression) {
    plan_.arms = {{.table = table, .outputs = {expression}}};
    plan_.outputs = {{"value", Type::kFloat64}};
    const Rows found = run();
    const std::vector<uint64_t> rows = world_.selected(plan_, plan_.arms[0]);
    ASSERT_EQ(found.size(), rows.size());
    size_t present = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Value expected = world_.evaluate(plan_, table, rows[i], *expression);
      present += expected.is_missing() ? 0 : 1;
      expect_near(found[i][0], expected);
    }
    EXPECT_GT(present, rows.size() / 4);
    EXPECT_LT(present, rows.size());
  }
  void expect_rows(TableId table, const ConditionPtr& where) {
    plan_.arms = {{.table = table, .where = where}};
    exec::Context context;
    prepare_context(context);
    const exec::RowSet set = exec::select_rows(plan_, context);
    std::vector<uint64_t> found;
    for (size_t c = 0; c < set.tables[0].chunks.size(); ++c)
      set.tables[0].chunks[c].for_each(
          [&](uint32_t row) { found.push_back(c * std::get<0>(GetParam()) + row); });
    const std::vector<uint64_t> expected = world_.selected(plan_, plan_.arms[0]);
    EXPECT_EQ(found, expected);
    EXPECT_FALSE(expected.empty());
  }
  /// The rows in the order of a similarity, by the search and by the general sort.
  void expect_search(TableId table, uint32_t probe, const ConditionPtr& where) {
    const ExpressionPtr row = world_.field(table, table == kItems ? "id" : "int");
    plan_.arms = {
        {.table = table, .where = where, .outputs = {row, similarity(probe)}, .order = {{}}}};
    plan_.outputs = {{"row", row->type}, {"similarity", Type::kFloat64}};
    plan_.descending = {true};
    plan_.arms[0].order = {similarity(probe)};
    ASSERT_TRUE(plan::searched_probe(plan_));
    const Rows found = run();
    ASSERT_TRUE(searched_);
    plan_.arms[0].order = {
        make_expression(plan::Arithmetic{plan::ArithmeticOp::kAdd, similarity(probe),
                                         make_expression(plan::Constant{Value(0)}, Type::kInt64)},
                        Type::kFloat64)};
    ASSERT_FALSE(plan::searched_probe(plan_));
    ASSERT_EQ(found, run());
    ASSERT_FALSE(searched_);
    const uint64_t all = world_.selected(plan_, plan_.arms[0]).size();
    EXPECT_EQ(found.size(), std::min(*plan_.limit, all - std::min(all, plan_.offset)));
  }

  QueryWorld world_;
  exec::Pool pool_;
  plan::Plan plan_;
  bool searched_ = false;
};

TEST_P(Similarity, IsTheCosineToTheMeanOfItsExamples) {
  expect_values(kItems, similarity(0));
  expect_values(kItems, similarity(1));
  expect_values(kAnnotations, similarity(2));
  // The one example is similar to itself by exactly 1, and nothing is more so.
  plan_.arms = {{.table = kItems, .outputs = {similarity(0)}}};
  const Rows found = run();
  const auto most = std::max_element(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return sort_compare(a[0], b[0]) < 0 && !b[0].is_missing();
  });
  EXPECT_EQ((*most)[0], Value(1.0));
}

TEST_P(Similarity, StandsWhereNumbersStand) {
  expect_values(kItems, make_expression(plan::Negate{similarity(0)}, Type::kFloat64));
  expect_values(kItems, make_expression(plan::Arithmetic{plan::ArithmeticOp::kMultiply,
                                                         similarity(0), similarity(1)},
                                        Type::kFloat64));
  expect_values(kAnnotations, of_item(similarity(1)));
  const uint32_t most =
      collection(plan::Collection::Function::kMax, above(similarity(2), -0.1234), similarity(2));
  expect_values(kItems, make_expression(plan::OverObjects{most}, Type::kFloat64));
}

TEST_P(Similarity, IsComparedInConditions) {
  const auto any = [&](ConditionPtr where) {
    return make_condition(
        plan::AnyObject{collection(plan::Collection::Function::kAny, std::move(where), nullptr)});
  };
  expect_rows(kItems, above(similarity(0), 0.4321));
  expect_rows(kItems, make_condition(plan::Not{above(similarity(1), 0.4321)}));
  expect_rows(kItems, make_condition(plan::IsMissing{similarity(1)}));
  expect_rows(kItems, make_condition(plan::CompareExpressions{similarity(0), CompareOp::kLess,
                                                              similarity(1)}));
  expect_rows(kAnnotations, above(similarity(2), 0.4321));
  expect_rows(kAnnotations, make_condition(plan::OnItem{above(similarity(1), 0.4321)}));
  expect_rows(kItems, any(above(similarity(2), 0.8765)));
  const auto tiny = make_condition(
      plan::CompareConstant{world_.field(kItems, "tiny"), CompareOp::kGreater, Value(0)});
  expect_rows(kItems, make_condition(plan::And{{tiny, above(similarity(0), 0.1234)}}));
  expect_rows(kItems, make_condition(plan::Or{{above(similarity(1), 0.7654), tiny}}));
}

TEST_P(Similarity, MakesGroups) {
  plan_.grouped = plan_.has_keys = true;
  plan_.aggregates = {plan::Aggregation::kCount, plan::Aggregation::kMax};
  // Away from 0, which rounding would put into one bucket or the other.
  const ExpressionPtr moved = make_expression(
      plan::Arithmetic{plan::ArithmeticOp::kAdd, similarity(0),
                       make_expression(plan::Constant{Value(0.0123)}, Type::kFloat64)},
      Type::kFloat64);
  const ExpressionPtr key = make_expression(plan::Bucket{moved, 0.3456}, Type::kFloat64);
  plan_.arms = {{.table = kItems, .keys = {key}, .arguments = {nullptr, similarity(1)}}};
  plan_.arms[0].filters = {nullptr, nullptr};
  for (uint32_t i = 0; i < 3; ++i) {
    plan_.group_outputs.push_back(make_expression(plan::Slot{i}, Type::kAny));
    plan_.outputs.push_back({"c" + std::to_string(i), Type::kAny});
  }
  Rows expected;
  for (const uint64_t row : world_.selected(plan_, plan_.arms[0])) {
    const Value bucket = world_.evaluate(plan_, kItems, row, *key);
    auto group = std::find_if(expected.begin(), expected.end(), [&](const auto& known) {
      return known[0].is_missing()
                 ? bucket.is_missing()
                 : !bucket.is_missing() &&
                       std::fabs(known[0].as_double() - bucket.as_double()) < 1e-9;
    });
    if (group == expected.end()) group = expected.insert(expected.end(), {bucket, 0, Value()});
    (*group)[1] = (*group)[1].as_int() + 1;
    const Value value = world_.similarity(plan_.probes[1], row);
    if (!value.is_missing() && ((*group)[2].is_missing() || sort_compare(value, (*group)[2]) > 0))
      (*group)[2] = value;
  }
  const Rows found = run();
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    expect_near(found[i][0], expected[i][0]);
    EXPECT_EQ(found[i][1], expected[i][1]);
    expect_near(found[i][2], expected[i][2]);
  }
}

TEST_P(Similarity, FindsTheRowsThatSortingFinds) {
  const auto tiny = [&](TableId table, int bound) {
    return make_condition(
        plan::CompareConstant{world_.field(table, "tiny"), CompareOp::kGreater, Value(bound)});
  };
  for (const uint64_t limit : {0, 1, 4, 60, 1000})
    for (const uint64_t offset : {0, 3, 100, 2000}) {
      plan_.limit = limit;
      plan_.offset = offset;
      if (limit == 0) {
        plan_.arms = {{.table = kItems, .order = {similarity(0)}}};
        plan_.descending = {true};
        EXPECT_TRUE(run().empty());
        continue;
      }
      expect_search(kItems, 0, nullptr);
      expect_search(kItems, 1, tiny(kItems, 0));
      expect_search(kItems, 1, make_condition(plan::IsMissing{similarity(0)}));
      expect_search(kItems, 1, make_condition(plan::Always{false}));
      expect_search(kAnnotations, 2, nullptr);
      expect_search(kAnnotations, 2, tiny(kAnnotations, 2));
    }
}

TEST_P(Similarity, PutsTheNearestFirstAndTheMissingLast) {
  plan_.limit = 1000;
  plan_.descending = {true};
  plan_.arms = {{.table = kItems, .outputs = {world_.field(kItems, "id")}}};
  plan_.arms[0].order = {similarity(0)};
  plan_.outputs = {{"id", Type::kText}};
  const Rows found = run();
  EXPECT_EQ(found.size(), world_.selected(plan_, plan_.arms[0]).size());
  std::map<std::string, uint64_t> row_of;
  for (uint64_t row = 0; row < world_.rows(kItems); ++row)
    row_of[world_.value(kItems, row, "id").as_text()] = row;
  for (size_t i = 1; i < found.size(); ++i) {
    const uint64_t before = row_of.at(found[i - 1][0].as_text());
    const uint64_t after = row_of.at(found[i][0].as_text());
    const Value left = world_.similarity(plan_.probes[0], before);
    const Value right = world_.similarity(plan_.probes[0], after);
    if (left.is_missing()) {
      EXPECT_TRUE(right.is_missing());
      EXPECT_LT(before, after);
    } else if (!right.is_missing()) {
      EXPECT_GE(left.as_double(), right.as_double() - 1e-12);
      if (world_.vector(kItems, before) == world_.vector(kItems, after)) {
        EXPECT_LT(before, after);
      }
    }
  }
}

TEST_P(Similarity, SelectsTheNearestAsASet) {
  plan_.limit = 9;
  plan_.offset = 2;
  plan_.descending = {true};
  plan_.arms = {{.table = kItems, .order = {similarity(1)}}};
  exec::Context context;
  prepare_context(context);
  EXPECT_EQ(exec::select_rows(plan_, context).count(), 9U);
  ASSERT_TRUE(context.search);
  EXPECT_TRUE(context.search->exact);
}

TEST_P(Similarity, StopsAtItsLimits) {
  plan_.limit = 9;
  plan_.descending = {true};
  plan_.arms = {{.table = kItems, .outputs = {similarity(0)}, .order = {similarity(0)}}};
  plan_.outputs = {{"similarity", Type::kFloat64}};
  std::atomic<bool> interrupt{true};
  const auto code_of = [&](auto&& change) {
    exec::Context context;
    prepare_context(context);
    change(context);
    try {
      exec::run(std::make_shared<const plan::Plan>(plan_), RowForm::kFields, context)->next();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(code_of([&](exec::Context& c) { c.interrupt = &interrupt; }), ErrorCode::kInterrupted);
  EXPECT_EQ(code_of([](exec::Context& c) { c.memory_bytes = 16; }), ErrorCode::kLimit);
}

INSTANTIATE_TEST_SUITE_P(ChunksAndThreads, Similarity,
                         testing::Combine(testing::Values(1U, 7U, 64U, 65536U),
                                          testing::Values(1, 2)));

}  // namespace
}  // namespace cupel::tests
