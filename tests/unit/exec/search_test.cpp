#include "engine/plan/search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>

#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/execute.hpp"
#include "engine/exec/pool.hpp"
#include "index/clusters.hpp"
#include "storage/dataset.hpp"
#include "tests/support/fake_snapshot.hpp"
#include "tests/unit/index/vector_world.hpp"

namespace cupel::tests {
namespace {

using storage::kItems;

plan::ExpressionPtr similarity() {
  return plan::make_expression(plan::Similarity{0}, Type::kFloat64);
}

/// The nearest rows of items, where `number` is below `below`.
plan::Plan nearest(const storage::Catalog& catalog, const storage::VectorSet& set,
                   std::vector<uint64_t> examples, uint64_t limit, int64_t below) {
  plan::Field number{"number", {catalog.find(kItems, "number", Type::kInt64)->id}};
  const plan::ExpressionPtr field = plan::make_expression(std::move(number), Type::kInt64);
  plan::Plan plan;
  plan.noun = "items";
  plan.probes = {{"similarity(…)", set.id, kItems, std::move(examples)}};
  plan.arms = {{.table = kItems, .outputs = {field, similarity()}, .order = {similarity()}}};
  plan.arms[0].where =
      plan::make_condition(plan::CompareConstant{field, plan::CompareOp::kLess, Value(below)});
  plan.outputs = {{"number", Type::kInt64}, {"similarity", Type::kFloat64}};
  plan.descending = {true};
  plan.limit = limit;
  return plan;
}

using Rows = std::vector<std::pair<int64_t, Value>>;

Rows run(const plan::Plan& plan, const exec::Context& context) {
  const auto stream =
      exec::run(std::make_shared<const plan::Plan>(plan), RowForm::kFields, context);
  Rows rows;
  while (const auto batch = stream->next())
    for (size_t i = 0; i < batch->rows; ++i)
      rows.emplace_back(batch->columns[0].value(i).as_int(), batch->columns[1].value(i));
  return rows;
}

/// The same plan by the general sort.
Rows sorted(plan::Plan plan, const exec::Context& context) {
  plan.arms[0].order[0] = plan::make_expression(
      plan::Arithmetic{plan::ArithmeticOp::kAdd, similarity(),
                       plan::make_expression(plan::Constant{Value(0)}, Type::kInt64)},
      Type::kFloat64);
  EXPECT_FALSE(plan::searched_probe(plan));
  return run(plan, context);
}

/// 60,000 items with a number each and vectors around centers, some missing.
class ApproximateSearch : public testing::Test {
 protected:
  static constexpr uint64_t kRows = 60'000;

  static void SetUpTestSuite() {
    world_ = std::make_unique<index::testing::VectorWorld>(
        index::testing::clustered(kRows, 16, 300, 0.6, 5));
    world_->store();
    FakeData data;
    for (uint64_t row = 0; row < kRows; ++row)
      data.set(kItems, row, "number", Value(static_cast<int64_t>(row)));
    storage::VectorSet set;
    set.name = "clip";
    set.width = 16;
    storage::VectorSet& added = data.catalog().add_vectors(set);
    added.block_rows = world_->block_rows;
    for (const auto& row : world_->rows) added.vectors += row.empty() ? 0 : 1;
    auto made = std::make_shared<FakeSnapshot>(*data.snapshot());
    for (uint32_t i = 0; i < world_->blocks.size(); ++i)
      made->blocks[{added.id, i}] = world_->blocks[i];
    snapshot_ = made;
    clusters_ = std::make_shared<const index::Clusters>(
        index::build_clusters(exec::vector_rows(snapshot_, set_of()), {}, {}).value());
  }
  static void TearDownTestSuite() {
    snapshot_.reset();
    world_.reset();
    clusters_.reset();
  }
  static const storage::VectorSet& set_of() {
    return *snapshot_->catalog().vectors(storage::VectorUse::kEmbedding, "clip");
  }

  ApproximateSearch() : pool_(2) {}

  void prepare_context(exec::Context& context) {
    context.snapshot = snapshot_;
    context.pool = &pool_;
    context.clusters = [this](const storage::VectorSet& set, const exec::Context&) {
      EXPECT_EQ(set.name, "clip");
      ++asked_;
      return given_;
    };
  }
  static uint64_t example(uint64_t from) {
    while (world_->rows[from].empty() || world_->rows[from][0] == 0) ++from;
    return from;
  }
  plan::Plan near(uint64_t row, uint64_t limit, int64_t below = kRows) {
    return nearest(snapshot_->catalog(), set_of(), {example(row)}, limit, below);
  }

  static std::unique_ptr<index::testing::VectorWorld> world_;
  static storage::SnapshotPtr snapshot_;
  static std::shared_ptr<const index::Clusters> clusters_;
  exec::Pool pool_;
  std::shared_ptr<const index::Clusters> given_ = clusters_;
  int asked_ = 0;
};
std::unique_ptr<index::testing::VectorWorld> ApproximateSearch::world_;
storage::SnapshotPtr ApproximateSearch::snapshot_;
std::shared_ptr<const index::Clusters> ApproximateSearch::clusters_;

TEST_F(ApproximateSearch, FindsMostOfTheNearestByFewComparisons) {
  constexpr uint64_t kNearest = 100;
  size_t found = 0;
  size_t searches = 0;
  for (uint64_t row = 0; row < kRows; row += 1999, ++searches) {
    exec::Context context;
    prepare_context(context);
    const Rows rows = run(near(row, kNearest), context);
    ASSERT_EQ(rows.size(), kNearest);
    ASSERT_TRUE(context.search);
    EXPECT_FALSE(context.search->exact);
    EXPECT_GE(context.search->expected_recall, plan::wanted_recall(0));
    EXPECT_LT(context.search->compared, kRows / 2);
    plan::Plan exact = near(row, kNearest);
    exact.exact = true;
    const Rows truth = run(exact, context);
    EXPECT_TRUE(context.search->exact);
    const std::set<std::pair<int64_t, double>> wanted = [&] {
      std::set<std::pair<int64_t, double>> all;
      for (const auto& [number, value] : truth) all.emplace(number, value.as_double());
      return all;
    }();
    // What is found has its right similarity, and stands in order.
    for (size_t i = 0; i < rows.size(); ++i) {
      found += wanted.contains({rows[i].first, rows[i].second.as_double()}) ? 1 : 0;
      if (i > 0) {
        EXPECT_LE(rows[i].second.as_double(), rows[i - 1].second.as_double());
      }
    }
  }
  EXPECT_EQ(asked_, static_cast<int>(searches));
  const double recall = static_cast<double>(found) / static_cast<double>(searches * kNearest);
  RecordProperty("recall", std::to_string(recall));
  EXPECT_GE(recall, 0.95);
}

TEST_F(ApproximateSearch, IsExactWhereItMust) {
  exec::Context context;
  prepare_context(context);
  const auto expect_exact = [&](const plan::Plan& plan, int asked) {
    asked_ = 0;
    EXPECT_EQ(run(plan, context), sorted(plan, context));
    EXPECT_TRUE(context.search->exact);
    EXPECT_EQ(asked_, asked);
  };
  plan::Plan exact = near(17, 50);
  exact.exact = true;
  expect_exact(exact, 0);
  // Few rows match.
  expect_exact(near(17, 50, plan::kFewestRowsForLists - 1), 0);
  // There are no lists, or such as cannot be of this set.
  given_ = nullptr;
  expect_exact(near(17, 50), 1);
  auto foreign = std::make_shared<index::Clusters>(*clusters_);
  foreign->width = 8;
  given_ = foreign;
  expect_exact(near(17, 50), 1);
  foreign = std::make_shared<index::Clusters>(*clusters_);
  foreign->rows = kRows + 1;
  given_ = foreign;
  expect_exact(near(17, 50), 1);
}

TEST_F(ApproximateSearch, ReturnsAsManyRowsAsMatch) {
  for (const int64_t below : {10'000, 10'500, 30'000, 60'000})
    for (const uint64_t limit : {1, 1000, 29'999, 70'000}) {
      exec::Context context;
      prepare_context(context);
      plan::Plan plan = near(5, limit, below);
      plan.offset = limit / 3;
      const Rows rows = run(plan, context);
      const uint64_t matches = static_cast<uint64_t>(below);
      EXPECT_EQ(rows.size(), std::min(limit, matches - std::min(matches, plan.offset)));
      std::set<int64_t> different;
      for (const auto& [number, value] : rows) {
        EXPECT_LT(number, below);
        different.insert(number);
      }
      EXPECT_EQ(different.size(), rows.size());
      // With all rows wanted nothing can be missed, those without a vector last.
      if (limit + plan.offset >= matches) {
        EXPECT_EQ(rows, sorted(plan, context));
      }
    }
}

/// Rows and vectors that come and go, in a database.
class ChangingSearch : public testing::TestWithParam<uint32_t> {
 protected:
  ChangingSearch() {
    storage::DatasetOptions options;
    options.chunk_rows = GetParam();
    dataset_ = storage::Dataset::open(":memory:", options);
  }

  void append(storage::Transaction& transaction, uint32_t rows) {
    storage::Appender appender(transaction, kItems);
    const auto number = appender.slot("number", Type::kInt64);
    for (uint32_t i = 0; i < rows; ++i) {
      appender.next_row();
      appender.set_integer(number, static_cast<int64_t>(random_() % 100));
    }
    appender.finish();
    transaction.flush();
  }
  /// Writes all blocks of the set anew.
  void write(storage::Transaction& transaction, uint32_t id) {
    const storage::VectorSet& set = *transaction.catalog().vectors(id);
    const auto rows = static_cast<uint32_t>(transaction.catalog().row_count(kItems));
    for (uint32_t first = 0; first < rows; first += set.block_rows) {
      storage::VectorBlock block;
      block.width = set.width;
      block.rows = std::min(set.block_rows, rows - first);
      block.present = storage::Bitmap(block.rows);
      const auto room = storage::vector_room(size_t{block.rows} * set.width * sizeof(float));
      auto* const floats = reinterpret_cast<float*>(room.get());
      for (uint32_t row = 0; row < block.rows; ++row) {
        if (random_() % 8 == 0 && first + row != 0) continue;
        block.present.set(row);
        for (uint32_t i = 0; i < 3; ++i)
          floats[size_t{row} * set.width + i] = static_cast<float>(random_() % 5) - 2;
        if (first + row == 0) floats[0] = 3;
      }
      block.data = room;
      transaction.write_block(id, first / set.block_rows, block);
    }
  }
  void expect_search(const storage::SnapshotPtr& snapshot, uint32_t id) {
    exec::Context context;
    context.snapshot = snapshot;
    for (const int64_t below : {10, 50, 100}) {
      const plan::Plan plan =
          nearest(snapshot->catalog(), *snapshot->catalog().vectors(id), {0}, 25, below);
      EXPECT_EQ(run(plan, context), sorted(plan, context));
    }
  }

  std::shared_ptr<storage::Dataset> dataset_;
  std::mt19937_64 random_{11};
};

TEST_P(ChangingSearch, SeesWhatItsSnapshotSees) {
  // Wide, so that a block has few rows.
  storage::VectorSet set;
  set.name = "clip";
  set.width = 8192;
  auto first = dataset_->begin();
  append(*first, 70);
  const uint32_t id = first->add_vectors(set);
  write(*first, id);
  expect_search(first->view(), id);
  first->commit();
  const storage::SnapshotPtr before = dataset_->snapshot();
  expect_search(before, id);

  auto second = dataset_->begin();
  for (const uint64_t row : {3, 4, 40, 69}) second->erase(kItems, row);
  append(*second, 21);
  expect_search(second->view(), id);  // new rows have no vectors yet
  write(*second, id);
  expect_search(second->view(), id);
  second->commit();
  expect_search(dataset_->snapshot(), id);
  expect_search(before, id);
}

INSTANTIATE_TEST_SUITE_P(Chunks, ChangingSearch, testing::Values(1U, 7U, 65536U));

}  // namespace
}  // namespace cupel::tests
