#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec {
namespace {

using namespace testing;

class ChangeSlices : public ChangeTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  ChangeSlices() : ChangeTest(GetParam()) {
    std::vector<ItemRow> rows;
    for (int i = 0; i < 50; ++i) rows.push_back({"i" + std::to_string(i)});
    items(rows);
  }

  storage::Slice make(const std::string& name, bool objects = false, bool live = false) {
    return commit([&](auto& t, auto&) {
      storage::Slice slice;
      slice.name = name;
      slice.objects = objects;
      slice.live = live;
      return storage::Slice(t.add_slice(slice));
    });
  }
  RowSet every(uint32_t nth, uint32_t offset = 0, TableId table = kItems) const {
    const auto& catalog = dataset_->snapshot()->catalog();
    RowSet rows;
    auto& of_table = rows.tables.emplace_back();
    of_table.table = table;
    for (uint32_t c = 0; c < catalog.chunk_count(table); ++c) {
      auto& bits = of_table.chunks.emplace_back(dataset_->snapshot()->rows_in_chunk(table, c));
      for (uint32_t row = 0; row < bits.size(); ++row)
        if ((uint64_t{c} * catalog.chunk_rows + row) % nth == offset) bits.set(row);
    }
    return rows;
  }
  uint64_t add(const storage::Slice& slice, const RowSet& rows) {
    return commit([&](auto& t, auto& c) { return add_members(t, slice, rows, c); });
  }
  uint64_t remove(const storage::Slice& slice, const RowSet& rows) {
    return commit([&](auto& t, auto& c) { return remove_members(t, slice, rows, c); });
  }
  uint64_t count(const storage::Slice& slice) const {
    return count_members(*dataset_->snapshot(), slice);
  }
};

TEST_P(ChangeSlices, MembersComeAndGo) {
  const storage::Slice slice = make("s");
  EXPECT_EQ(count(slice), 0u);
  EXPECT_EQ(add(slice, every(2)), 25u);
  EXPECT_EQ(add(slice, every(3)), 8u) << "those that were no members yet";
  EXPECT_EQ(count(slice), 33u);
  EXPECT_EQ(add(slice, every(49)), 1u);
  EXPECT_EQ(remove(slice, every(6)), 9u);
  EXPECT_EQ(remove(slice, every(6)), 0u);
  EXPECT_EQ(remove(slice, every(50, 49)), 1u);
  EXPECT_EQ(count(slice), 24u);
  const storage::Slice other = make("t");
  EXPECT_EQ(count(other), 0u);
}

TEST_P(ChangeSlices, DeletedRowsAreNoMembers) {
  const storage::Slice slice = make("s");
  add(slice, every(1));
  EXPECT_EQ(commit([&](auto& t, auto& c) {
              return delete_rows(t, rows_where(t.catalog(), kItems, "reference_id", "i7"), c);
            }),
            1u);
  EXPECT_EQ(count(slice), 49u);
  const auto view = dataset_->snapshot();
  const auto* column =
      view->catalog().find(kItems, "$slice:" + std::to_string(slice.id), Type::kBool);
  ASSERT_TRUE(column);
  EXPECT_TRUE(view->value(column->id, 7).is_missing());
  EXPECT_EQ(view->value(column->id, 8), Value(true));
}

TEST_P(ChangeSlices, ObjectsOfSeveralTablesMayBeMembers) {
  objects({box("i1", "car", "1"), box("i1", "car", "2")});
  const TableId run = commit([](auto& t, auto&) { return t.run("m"); });
  objects({box("i1", "car", "1")}, false, run);
  const storage::Slice slice = make("o", true);
  RowSet rows = every(1, 0, kAnnotations);
  rows.tables.push_back(every(1, 0, run).tables[0]);
  EXPECT_EQ(add(slice, rows), 3u);
  EXPECT_EQ(count(slice), 3u);
  EXPECT_EQ(remove(slice, every(2, 0, kAnnotations)), 1u);
  EXPECT_EQ(count(slice), 2u);
}

TEST_P(ChangeSlices, RowsOfTheWrongKindAreRefused) {
  EXPECT_THROW(add(make("o", true), every(1)), Error);
  EXPECT_THROW(add(make("i"), every(1, 0, kAnnotations)), Error);
  EXPECT_THROW(add(make("l", false, true), every(1)), Error);
}

INSTANTIATE_TEST_SUITE_P(ChunkRows, ChangeSlices, ::testing::Values(1, 7, 65536));

}  // namespace
}  // namespace cupel::exec
