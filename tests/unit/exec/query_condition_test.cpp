#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/exec/query_world.hpp"

namespace cupel::tests {
namespace {

using plan::CompareOp;
using plan::ConditionPtr;
using plan::make_condition;
using plan::make_expression;
using Function = plan::Collection::Function;

const std::vector<CompareOp> kOps = {CompareOp::kEqual, CompareOp::kLess, CompareOp::kLessEqual,
                                     CompareOp::kGreater, CompareOp::kGreaterEqual};
const std::vector<std::string> kFields = {"flag",  "tiny", "short", "int",  "huge",  "half",
                                          "tenth", "text", "plain", "time", "mixed", "nothing"};

std::vector<Value> constants() {
  return {true,
          false,
          0,
          1,
          -2,
          2999,
          (int64_t{1} << 53) + 1,
          std::numeric_limits<int64_t>::max(),
          std::numeric_limits<int64_t>::min(),
          0.0,
          1.0,
          -0.5,
          0.1,
          2.5,
          9007199254740993.0,
          1e300,
          -1e300,
          std::numeric_limits<double>::infinity(),
          "car",
          "",
          "zz",
          "2021-06-01",
          Timestamp{1622505600000000},
          Value()};
}

class QueryCondition : public testing::TestWithParam<std::tuple<uint32_t, int>> {
 protected:
  QueryCondition() : world_(std::get<0>(GetParam()), 150, 420), pool_(std::get<1>(GetParam())) {}

  void expect_twin(storage::TableId table, ConditionPtr where) {
    plan_.arms = {{table, std::move(where)}};
    exec::Context context;
    context.snapshot = world_.snapshot;
    context.pool = &pool_;
    const exec::RowSet set = exec::select_rows(plan_, context);
    std::vector<uint64_t> found;
    for (size_t c = 0; c < set.tables[0].chunks.size(); ++c)
      set.tables[0].chunks[c].for_each(
          [&](uint32_t row) { found.push_back(c * std::get<0>(GetParam()) + row); });
    ASSERT_EQ(found, world_.selected(plan_, plan_.arms[0]))
        << plan::print(*plan_.arms[0].where, plan_);
  }
  ConditionPtr compares(const std::string& name, CompareOp op, const Value& constant,
                        storage::TableId table = storage::kItems) {
    return make_condition(plan::CompareConstant{world_.field(table, name), op, constant});
  }
  uint32_t collection(Function function, const std::string& argument, ConditionPtr where) {
    plan_.collections.push_back(
        {"annotations[…]", storage::kAnnotations, std::move(where), function,
         argument.empty() ? nullptr : world_.field(storage::kAnnotations, argument)});
    return static_cast<uint32_t>(plan_.collections.size() - 1);
  }

  QueryWorld world_;
  exec::Pool pool_;
  plan::Plan plan_;
};

TEST_P(QueryCondition, ComparesEveryTypeWithEveryConstant) {
  for (const std::string& name : kFields)
    for (const CompareOp op : kOps)
      for (const Value& constant : constants())
        expect_twin(storage::kItems, compares(name, op, constant));
}

TEST_P(QueryCondition, ComparesComputedValuesAndFields) {
  for (const std::string& name : kFields) {
    const auto field = world_.field(storage::kItems, name);
    const auto sum = make_expression(
        plan::Arithmetic{plan::ArithmeticOp::kAdd, field, world_.field(storage::kItems, "tiny")},
        Type::kAny);
    expect_twin(storage::kItems,
                make_condition(plan::CompareConstant{sum, CompareOp::kGreater, Value(1.5)}));
    expect_twin(storage::kItems, make_condition(plan::IsMissing{sum}));
    expect_twin(storage::kItems, make_condition(plan::IsMissing{field}));
    for (const std::string& other : kFields)
      expect_twin(storage::kItems,
                  make_condition(plan::CompareExpressions{field, CompareOp::kLessEqual,
                                                          world_.field(storage::kItems, other)}));
  }
}

TEST_P(QueryCondition, MatchesSetsAndPatterns) {
  const std::vector<Value> many = {1,
                                   3,
                                   -1,
                                   10,
                                   20,
                                   40,
                                   2.5,
                                   -0.5,
                                   7,
                                   0.1,
                                   true,
                                   60,
                                   "car",
                                   "bär",
                                   100,
                                   300,
                                   "2021-06-01",
                                   500,
                                   Timestamp{1622592000000000}};
  for (const std::string& name : kFields) {
    const auto field = world_.field(storage::kItems, name);
    expect_twin(storage::kItems, make_condition(plan::InSet{field, many}));
    expect_twin(storage::kItems, make_condition(plan::InSet{field, {}}));
    for (const char* pattern : {"car%", "%r%", "b_r", "%", "car", "a\\_b\\%c", "%a%r%t%", "CAR%"}) {
      expect_twin(storage::kItems,
                  make_condition(plan::Pattern{field, plan::PatternKind::kLike, pattern}));
      expect_twin(storage::kItems,
                  make_condition(plan::Pattern{field, plan::PatternKind::kIlike, pattern}));
    }
    expect_twin(storage::kItems,
                make_condition(plan::Pattern{field, plan::PatternKind::kRegex, "^(c|t).*[rt]$"}));
  }
}

TEST_P(QueryCondition, CombinesAndNegates) {
  const ConditionPtr a = compares("tiny", CompareOp::kGreater, 0);
  const ConditionPtr b = compares("text", CompareOp::kLess, "d");
  const ConditionPtr c = compares("half", CompareOp::kLessEqual, 2.5);
  const ConditionPtr not_a = make_condition(plan::Not{a});
  expect_twin(storage::kItems, make_condition(plan::And{{a, b, c}}));
  expect_twin(storage::kItems, make_condition(plan::Or{{a, make_condition(plan::Not{b}), c}}));
  expect_twin(storage::kItems,
              make_condition(plan::And{{make_condition(plan::Or{{not_a, b}}), c}}));
  expect_twin(storage::kItems, make_condition(plan::Not{make_condition(plan::And{{a, b}})}));
  expect_twin(storage::kItems, make_condition(plan::Always{false}));
  expect_twin(storage::kItems,
              make_condition(plan::InSlice{"s", world_.columns(storage::kItems, "flag").front()}));
  expect_twin(storage::kItems, make_condition(plan::InSlice{"s", std::nullopt}));
}

TEST_P(QueryCondition, SumsStoredCounts) {
  for (const bool both : {false, true}) {
    auto columns = world_.columns(storage::kItems, "$count:a");
    if (both) columns.push_back(world_.columns(storage::kItems, "$count:b").front());
    const auto count = make_expression(
        plan::Count{"annotations.count", storage::kAnnotations, {}, {}, columns}, Type::kInt64);
    for (const CompareOp op : kOps)
      for (const double bound : {0.0, 2.0, 2.5})
        expect_twin(storage::kItems,
                    make_condition(plan::CompareConstant{count, op, Value(bound)}));
    expect_twin(storage::kItems, make_condition(plan::IsMissing{count}));
  }
}

TEST_P(QueryCondition, AsksTheObjectsOfAnItem) {
  const ConditionPtr object = compares("tiny", CompareOp::kGreater, 1, storage::kAnnotations);
  const ConditionPtr cheap = compares("short", CompareOp::kGreater, 1500);
  const ConditionPtr any = make_condition(plan::AnyObject{collection(Function::kAny, "", object)});
  expect_twin(storage::kItems, any);
  expect_twin(storage::kItems, make_condition(plan::And{{cheap, any}}));
  expect_twin(storage::kItems, make_condition(plan::And{{cheap, make_condition(plan::Not{any})}}));
  for (const Function function : {Function::kCount, Function::kMin, Function::kMax, Function::kSum,
                                  Function::kAvg, Function::kFirst}) {
    for (const char* name : {"half", "tiny", "text", "mixed"}) {
      const auto over = make_expression(
          plan::OverObjects{collection(function, function == Function::kCount ? "" : name, object)},
          Type::kAny);
      for (const Value& bound : {Value(1), Value(0.5), Value("car")})
        expect_twin(storage::kItems,
                    make_condition(plan::CompareConstant{over, CompareOp::kGreaterEqual, bound}));
      expect_twin(storage::kItems, make_condition(plan::IsMissing{over}));
    }
  }
}

TEST_P(QueryCondition, AsksTheItemOfAnObject) {
  const ConditionPtr on_item =
      make_condition(plan::OnItem{compares("short", CompareOp::kGreater, 0)});
  expect_twin(storage::kAnnotations, on_item);
  expect_twin(storage::kAnnotations, make_condition(plan::Not{on_item}));
  for (const char* name : {"text", "half", "mixed", "nothing"}) {
    const auto of_item =
        make_expression(plan::OfItem{world_.field(storage::kItems, name)}, Type::kAny);
    expect_twin(storage::kAnnotations,
                make_condition(plan::CompareExpressions{
                    of_item, CompareOp::kLess, world_.field(storage::kAnnotations, name)}));
  }
}

INSTANTIATE_TEST_SUITE_P(ChunksAndThreads, QueryCondition,
                         testing::Combine(testing::Values(1U, 7U, 64U, 65536U),
                                          testing::Values(1, 2)));

}  // namespace
}  // namespace cupel::tests
