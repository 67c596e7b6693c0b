#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "tests/unit/exec/query_world.hpp"

namespace cupel::tests {
namespace {

using plan::make_condition;
using plan::make_expression;
using Rows = std::vector<std::vector<Value>>;

class QuerySink : public testing::TestWithParam<std::tuple<uint32_t, int>> {
 protected:
  QuerySink() : world_(std::get<0>(GetParam()), 150, 420), pool_(std::get<1>(GetParam())) {
    plan_.arms = {{storage::kItems, make_condition(plan::CompareConstant{
                                        field("tiny"), plan::CompareOp::kGreater, Value(-2)})}};
  }
  plan::ExpressionPtr field(const std::string& name) { return world_.field(storage::kItems, name); }
  plan::Arm& arm() { return plan_.arms.front(); }
  static plan::ExpressionPtr slot(uint32_t index) {
    return make_expression(plan::Slot{index}, Type::kAny);
  }
  void output(const std::string& name) {
    arm().outputs.push_back(field(name));
    plan_.outputs.push_back({name, arm().outputs.back()->type});
  }
  void order(const std::string& name, bool descending) {
    arm().order.push_back(field(name));
    plan_.descending.push_back(descending);
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
    while (const auto batch = stream->next()) {
      EXPECT_GT(batch->rows, 0U);
      for (size_t i = 0; i < batch->rows; ++i) {
        auto& row = rows.emplace_back();
        for (const ColumnData& column : batch->columns) row.push_back(column.value(i));
      }
    }
    return rows;
  }
  /// The rows of the twin, in the plan's order, with its outputs.
  Rows twin() {
    std::vector<uint64_t> rows = world_.selected(plan_, arm());
    std::stable_sort(rows.begin(), rows.end(), [&](uint64_t a, uint64_t b) {
      for (size_t k = 0; k < arm().order.size(); ++k) {
        const Value left = value(a, arm().order[k]);
        const Value right = value(b, arm().order[k]);
        int by = sort_compare(left, right);
        if (plan_.descending[k] && !left.is_missing() && !right.is_missing()) by = -by;
        if (by != 0) return by < 0;
      }
      return false;
    });
    Rows out;
    for (size_t i = plan_.offset; i < rows.size() && out.size() < plan_.limit.value_or(~0U); ++i) {
      auto& row = out.emplace_back();
      for (const auto& expression : arm().outputs) row.push_back(value(rows[i], expression));
    }
    return out;
  }
  Value value(uint64_t row, const plan::ExpressionPtr& expression) {
    return world_.evaluate(plan_, storage::kItems, row, *expression);
  }

  QueryWorld world_;
  exec::Pool pool_;
  plan::Plan plan_;
};

TEST_P(QuerySink, ReturnsRowsInTableOrderWithinTheLimit) {
  for (const char* name :
       {"id", "flag", "int", "huge", "half", "text", "plain", "time", "mixed", "nothing"})
    output(name);
  EXPECT_EQ(run(), twin());
  for (const uint64_t offset : {0, 1, 60, 1000})
    for (const uint64_t limit : {0, 1, 10, 70, 1000}) {
      plan_.offset = offset;
      plan_.limit = limit;
      ASSERT_EQ(run(), twin()) << offset << " " << limit;
    }
}

TEST_P(QuerySink, SortsByAnyTypeInBothDirections) {
  output("id");
  for (const char* name : {"flag", "tiny", "huge", "tenth", "text", "plain", "time", "mixed"})
    for (const bool descending : {false, true}) {
      arm().order.clear();
      plan_.descending.clear();
      order(name, descending);
      order("short", !descending);
      for (const uint64_t limit : {3, 20, 1000}) {
        plan_.limit = limit;
        plan_.offset = limit / 3;
        ASSERT_EQ(run(), twin()) << name;
      }
      plan_.limit.reset();
      ASSERT_EQ(run(), twin()) << name;
    }
}

TEST_P(QuerySink, SelectsTheRowsThatOrderAndLimitLeave) {
  output("id");
  order("half", true);
  plan_.limit = 9;
  exec::Context context;
  prepare_context(context);
  const exec::RowSet set = exec::select_rows(plan_, context);
  EXPECT_EQ(set.count(), 9U);
  Rows expected = twin();
  Rows found;
  for (size_t c = 0; c < set.tables[0].chunks.size(); ++c)
    set.tables[0].chunks[c].for_each([&](uint32_t row) {
      found.push_back({value(c * std::get<0>(GetParam()) + row, field("id"))});
    });
  const auto less = [](const auto& a, const auto& b) { return sort_compare(a[0], b[0]) < 0; };
  std::sort(expected.begin(), expected.end(), less);
  std::sort(found.begin(), found.end(), less);
  EXPECT_EQ(found, expected);
}

TEST_P(QuerySink, SamplesTheSameRowsForASeed) {
  output("id");
  const Rows all = run();
  plan_.sample = 20;
  const Rows once = run();
  EXPECT_EQ(once.size(), 20U);
  EXPECT_EQ(once, run());
  for (const auto& row : once) EXPECT_NE(std::find(all.begin(), all.end(), row), all.end());
  plan_.seed = 1;
  EXPECT_NE(once, run());
  plan_.sample = 100000;
  EXPECT_EQ(run(), all);
}

TEST_P(QuerySink, GroupsByKeysOfAnyType) {
  plan_.grouped = plan_.has_keys = true;
  plan_.aggregates = {plan::Aggregation::kCount, plan::Aggregation::kCount, plan::Aggregation::kSum,
                      plan::Aggregation::kSum,   plan::Aggregation::kAvg,   plan::Aggregation::kMin,
                      plan::Aggregation::kMax};
  arm().arguments = {nullptr,        field("half"), field("int"),  field("tenth"),
                     field("tenth"), field("text"), field("mixed")};
  arm().filters.assign(7, nullptr);
  for (uint32_t i = 0; i < 9; ++i) {
    plan_.group_outputs.push_back(slot(i));
    plan_.outputs.push_back({"c" + std::to_string(i), Type::kAny});
  }
  for (const char* name : {"flag", "tiny", "half", "text", "plain", "time", "mixed", "nothing"}) {
    arm().keys = {field(name), field("flag")};
    std::vector<std::pair<std::vector<Value>, std::vector<uint64_t>>> groups;
    for (const uint64_t row : world_.selected(plan_, arm())) {
      std::vector<Value> key = {value(row, arm().keys[0]), value(row, arm().keys[1])};
      // The first of the values that are the same stands for them: 2 for 2.0.
      for (const auto& group : groups)
        if (sort_compare(group.first[0], key[0]) == 0) key[0] = group.first[0];
      auto at = std::find_if(groups.begin(), groups.end(),
                             [&](const auto& group) { return group.first == key; });
      if (at == groups.end()) at = groups.insert(groups.end(), {key, {}});
      at->second.push_back(row);
    }
    Rows expected;
    for (const auto& [key, rows] : groups) {
      std::vector<Value> row = {key[0], key[1], static_cast<int64_t>(rows.size())};
      int64_t halves = 0, whole = 0, wholes = 0, reals = 0;
      double real = 0;
      Value least, most;
      for (const uint64_t r : rows) {
        if (!value(r, field("half")).is_missing()) ++halves;
        if (const Value v = value(r, field("int")); v.is_int()) whole += v.as_int(), ++wholes;
        if (const Value v = value(r, field("tenth")); v.is_double()) real += v.as_double(), ++reals;
        if (const Value v = value(r, field("text")); !v.is_missing())
          if (least.is_missing() || sort_compare(v, least) < 0) least = v;
        if (const Value v = value(r, field("mixed")); !v.is_missing())
          if (most.is_missing() || sort_compare(v, most) > 0) most = v;
      }
      row.insert(row.end(),
                 {halves, wholes == 0 ? Value() : Value(whole), reals == 0 ? Value() : Value(real),
                  reals == 0 ? Value() : Value(real / static_cast<double>(reals)), least, most});
      expected.push_back(row);
    }
    ASSERT_EQ(run(), expected) << name;
  }
}

TEST_P(QuerySink, CountsWithoutKeysAlsoOverNoRows) {
  plan_.grouped = true;
  plan_.aggregates = {plan::Aggregation::kCount, plan::Aggregation::kCount};
  arm().arguments = {nullptr, nullptr};
  const auto filter =
      make_condition(plan::CompareConstant{field("flag"), plan::CompareOp::kEqual, Value(true)});
  arm().filters = {nullptr, filter};
  plan_.group_outputs = {slot(0), slot(1)};
  plan_.outputs = {{"all", Type::kInt64}, {"some", Type::kInt64}};
  const auto rows = world_.selected(plan_, arm());
  const auto some = std::count_if(rows.begin(), rows.end(), [&](uint64_t row) {
    return world_.holds(plan_, storage::kItems, row, *filter);
  });
  EXPECT_EQ(run(), (Rows{{static_cast<int64_t>(rows.size()), int64_t{some}}}));
  plan_.aggregates.push_back(plan::Aggregation::kSum);
  arm().arguments.push_back(field("half"));
  plan_.group_outputs.push_back(slot(2));
  plan_.outputs.push_back({"sum", Type::kFloat64});
  arm().where = make_condition(plan::Always{false});
  EXPECT_EQ(run(), (Rows{{0, 0, Value()}}));
}

TEST_P(QuerySink, AppliesHavingAndOrderToGroups) {
  plan_.grouped = plan_.has_keys = true;
  plan_.aggregates = {plan::Aggregation::kCount};
  arm().keys = {field("tiny")};
  arm().arguments = {nullptr};
  plan_.group_outputs = {slot(0), slot(1)};
  plan_.outputs = {{"tiny", Type::kInt64}, {"count", Type::kInt64}};
  plan_.group_order = {slot(0)};
  plan_.descending = {true};
  plan_.having = make_condition(plan::CompareConstant{slot(0), plan::CompareOp::kLess, Value(3)});
  plan_.limit = 3;
  const Rows rows = run();
  ASSERT_EQ(rows.size(), 3U);
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i][0], Value(2 - static_cast<int>(i)));
}

TEST_P(QuerySink, StopsAtItsLimits) {
  output("id");
  order("text", false);
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
  EXPECT_EQ(code_of([](exec::Context& c) { c.deadline = std::chrono::steady_clock::time_point(); }),
            ErrorCode::kLimit);
}

INSTANTIATE_TEST_SUITE_P(ChunksAndThreads, QuerySink,
                         testing::Combine(testing::Values(1U, 7U, 64U, 65536U),
                                          testing::Values(1, 2)));

TEST(Pool, ThrowsTheFailureOfTheLowestIndex) {
  exec::Pool pool(3);
  std::atomic<int> calls{0};
  pool.parallel_for(1000, [&](size_t) { pool.parallel_for(2, [&](size_t) { ++calls; }); });
  EXPECT_EQ(calls, 2000);
  for (int round = 0; round < 50; ++round) {
    try {
      pool.parallel_for(100, [](size_t i) {
        if (i >= 10) throw i;
      });
      FAIL();
    } catch (size_t i) {
      EXPECT_EQ(i, 10U);
    }
  }
}

}  // namespace
}  // namespace cupel::tests
