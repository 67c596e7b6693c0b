#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "tests/unit/exec/change_fixture.hpp"

/// Random changes against a plain twin that keeps rows in vectors and searches them from the
/// front.
namespace cupel::exec {
namespace {

using namespace testing;

struct TwinRow {
  PlainRow fields;
  bool alive = true;
  bool member = false;  ///< of the slice of its kind
};

class Twin {
 public:
  using Rows = std::vector<TwinRow>;

  void append_items(const std::vector<ItemRow>& rows, bool update, AppendCounts& counts) {
    for (const ItemRow& row : rows) {
      PlainRow fields{{"reference_id", row.reference_id}};
      if (row.width) fields["width"] = *row.width;
      for (const auto& [key, value] : row.metadata) fields["metadata." + key] = value;
      put(tables[kItems], fields, update, counts, [&](const PlainRow& other) {
        return other.at("reference_id") == Value(row.reference_id);
      });
    }
  }

  void append_objects(TableId table, const std::vector<ObjectRow>& rows, bool update,
                      AppendCounts& counts) {
    for (const ObjectRow& row : rows) {
      PlainRow fields{{"$item", row.reference_id}, {"label", row.label}, {"type", row.type}};
      if (!row.taxonomy.empty()) fields["taxonomy"] = row.taxonomy;
      if (!row.annotation_id.empty()) fields["annotation_id"] = row.annotation_id;
      if (row.x) fields["position.x"] = *row.x;
      if (row.width) fields["dimensions.x"] = *row.width;
      for (const auto& [key, value] : row.metadata) fields["metadata." + key] = value;
      put(tables[table], fields, update, counts,
          [&](const PlainRow& other) { return key(other) == key(fields); });
    }
  }

  uint64_t erase(TableId table, const std::string& field, const Value& value) {
    uint64_t count = 0;
    for (TwinRow* row : where(table, field, value)) {
      row->alive = false;
      ++count;
      if (table != kItems) continue;
      for (auto& [other, rows] : tables)
        for (TwinRow& object : rows)
          if (other != kItems && object.fields.at("$item") == row->fields.at("reference_id"))
            object.alive = false;
    }
    return count;
  }

  std::vector<TwinRow*> where(TableId table, const std::string& field, const Value& value) {
    std::vector<TwinRow*> found;
    for (TwinRow& row : tables[table]) {
      const auto at = row.fields.find(field);
      if (row.alive && at != row.fields.end() && compare(at->second, value) == 0)
        found.push_back(&row);
    }
    return found;
  }

  std::vector<PlainRow> alive(TableId table) {
    std::vector<PlainRow> rows;
    for (const TwinRow& row : tables[table])
      if (row.alive) rows.push_back(row.fields);
    return rows;
  }

  uint64_t members(bool objects) {
    uint64_t count = 0;
    for (const auto& [table, rows] : tables)
      if ((table != kItems) == objects)
        count += static_cast<uint64_t>(std::count_if(
            rows.begin(), rows.end(), [](const TwinRow& row) { return row.alive && row.member; }));
    return count;
  }

  std::map<TableId, Rows> tables;

 private:
  /// The parts of a row that make it the same object, as text.
  static std::string key(const PlainRow& fields) {
    const auto text = [&](const char* name) {
      const auto at = fields.find(name);
      return at == fields.end() ? std::string("-") : "=" + to_text(at->second);
    };
    if (text("type") == "=category" && fields.contains("taxonomy"))
      return "T" + text("$item") + text("taxonomy");
    if (fields.contains("annotation_id")) return "I" + text("$item") + text("annotation_id");
    return "C" + text("$item") + text("label") + text("type") + text("position.x") +
           text("dimensions.x");
  }

  template <typename Same>
  static void put(Rows& rows, const PlainRow& fields, bool update, AppendCounts& counts,
                  Same&& same) {
    for (TwinRow& row : rows) {
      if (!row.alive || !same(row.fields)) continue;
      ++(update ? counts.updated : counts.ignored);
      if (update) row.fields = fields;
      return;
    }
    ++counts.added;
    rows.push_back({fields});
  }
};

class ChangeRandom : public ChangeTest,
                     public ::testing::WithParamInterface<std::tuple<uint32_t, int>> {
 protected:
  ChangeRandom() : ChangeTest(std::get<0>(GetParam())), random_(std::get<1>(GetParam())) {
    if (std::get<1>(GetParam()) == kOnDisk) {
      directory_ = std::filesystem::temp_directory_path() /
                   ("cupel-change-random-" + std::to_string(::getpid()));
      std::filesystem::remove_all(directory_);
      open(directory_, std::get<0>(GetParam()));
    }
    commit([&](auto& t, auto&) {
      tables_ = {kAnnotations, t.run("one"), t.run("two")};
      for (const bool objects : {false, true}) {
        storage::Slice slice;
        slice.name = objects ? "objects" : "items";
        slice.objects = objects;
        slices_.push_back(t.add_slice(slice));
      }
      return 0;
    });
  }

  ~ChangeRandom() override {
    dataset_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  static constexpr int kOnDisk = 4;  ///< the seed whose database is a directory

  uint64_t below(uint64_t end) { return random_() % end; }
  std::string some_item() { return "i" + std::to_string(below(25)); }
  std::string some_label() { return std::string(1, static_cast<char>('p' + below(4))); }
  TableId some_table() { return tables_[below(tables_.size())]; }
  Value some_value() {
    if (below(3) == 0) return Value(static_cast<int64_t>(below(3)));
    return below(2) == 0 ? Value(0.5 * static_cast<double>(below(3))) : Value(some_label());
  }

  std::vector<ItemRow> some_items() {
    std::vector<ItemRow> rows(below(12));
    for (ItemRow& row : rows) {
      row.reference_id = some_item();
      if (below(2) == 0) row.width = static_cast<int64_t>(below(4));
      row.metadata.emplace_back("group", static_cast<int64_t>(below(6)));
      if (below(2) == 0) row.metadata.emplace_back("v", some_value());
    }
    return rows;
  }

  std::vector<ObjectRow> some_objects() {
    std::vector<ObjectRow> rows;
    const auto items = twin_.alive(kItems);
    for (uint64_t n = items.empty() ? 0 : below(40); n > 0; --n) {
      ObjectRow& row = rows.emplace_back();
      row.reference_id = items[below(items.size())].at("reference_id").as_text();
      row.label = some_label();
      if (below(3) == 0) {
        row.type = "category";
        if (below(2) == 0) row.taxonomy = some_label();
      }
      if (below(2) == 0) row.annotation_id = std::to_string(below(5));
      if (below(2) == 0) row.x = static_cast<double>(below(2));
      if (below(4) == 0) row.width = 1.5;
      row.metadata.emplace_back("group", static_cast<int64_t>(below(6)));
      if (below(2) == 0) row.metadata.emplace_back("v", some_value());
    }
    return rows;
  }

  void step(storage::Transaction& t, Twin& twin) {
    Context context;
    t.flush();
    const storage::SnapshotPtr view = t.view();
    context.snapshot = view;
    const TableId table = below(3) == 0 ? kItems : some_table();
    const Value group(static_cast<int64_t>(below(6)));
    const plan::Plan plan = rows_where(view->catalog(), table, "metadata.group", group);
    const auto rows = [&] { return twin.where(table, "metadata.group", group); };
    const uint64_t what = below(10);
    steps_ += " " + std::to_string(what) + " on " + std::to_string(table);
    switch (what) {
      case 0:
      case 1:
      case 2: append_items_step(t, twin, context); break;
      case 3:
      case 4:
      case 5: append_objects_step(t, twin, context); break;
      case 6:
        EXPECT_EQ(delete_rows(t, plan, context), twin.erase(table, "metadata.group", group));
        break;
      case 7: {
        const Value value = below(4) == 0 ? Value() : some_value();
        const plan::ExpressionPtr expression = value.is_missing() ? nullptr : constant(value);
        EXPECT_EQ(update_rows(t, plan, {{"metadata.v", {expression}}}, context), rows().size());
        for (TwinRow* row : rows()) {
          row->fields.erase("metadata.v");
          if (!value.is_missing()) row->fields["metadata.v"] = value;
        }
        break;
      }
      case 8: {
        if (table == kItems) break;
        const std::string label = some_label();
        EXPECT_EQ(update_rows(t, plan, {{"label", {constant(label)}}}, context), rows().size());
        for (TwinRow* row : rows()) row->fields["label"] = label;
        break;
      }
      default: slices_step(t, table, plan, rows(), context);
    }
  }

  void append_items_step(storage::Transaction& t, Twin& twin, const Context& context) {
    const bool update = below(2) == 0;
    const std::vector<ItemRow> rows = some_items();
    AppendCounts expected;
    twin.append_items(rows, update, expected);
    const AppendCounts counts = append_items(t, rows, update, context);
    expect_counts(counts, expected.added, expected.updated, expected.ignored);
  }

  void append_objects_step(storage::Transaction& t, Twin& twin, const Context& context) {
    const bool update = below(2) == 0;
    const TableId table = some_table();
    const std::vector<ObjectRow> rows = some_objects();
    AppendCounts expected;
    twin.append_objects(table, rows, update, expected);
    const AppendCounts counts = append_objects(t, table, rows, update, context);
    expect_counts(counts, expected.added, expected.updated, expected.ignored);
  }

  void slices_step(storage::Transaction& t, TableId table, const plan::Plan& plan,
                   const std::vector<TwinRow*>& rows, const Context& context) {
    const bool add = below(3) != 0;
    uint64_t changed = 0;
    for (TwinRow* row : rows) {
      changed += row->member != add;
      row->member = add;
    }
    const storage::Slice& slice = slices_[table != kItems];
    const RowSet chosen = select_rows(plan, context);
    EXPECT_EQ(
        add ? add_members(t, slice, chosen, context) : remove_members(t, slice, chosen, context),
        changed);
  }

  void expect_same_rows(const storage::Snapshot& view, TableId table) {
    const std::vector<PlainRow> rows = plain_rows(view, table);
    const std::vector<PlainRow> expected = twin_.alive(table);
    const auto differ = std::mismatch(rows.begin(), rows.end(), expected.begin(), expected.end());
    const size_t at = static_cast<size_t>(differ.first - rows.begin());
    if (rows == expected) return;
    const auto line = [&](const std::vector<PlainRow>& all) {
      return at < all.size() ? lines({all[at]})[0] : "nothing";
    };
    FAIL() << "table " << table << " row " << at << "\n  is       " << line(rows) << "\n  expected "
           << line(expected);
  }

  void expect_same() {
    const auto view = dataset_->snapshot();
    for (const TableId table : {kItems, tables_[0], tables_[1], tables_[2]})
      expect_same_rows(*view, table);
    for (const bool objects : {false, true})
      ASSERT_EQ(count_members(*view, slices_[objects]), twin_.members(objects));
    for (const PlainRow& item : twin_.alive(kItems))
      ASSERT_TRUE(view->find_item(item.at("reference_id").as_text()));
    ASSERT_EQ(index::check_counts(*view).size(), 0u);
  }

  std::filesystem::path directory_;  ///< empty: in memory
  std::mt19937_64 random_;
  std::vector<TableId> tables_;
  std::vector<storage::Slice> slices_;
  Twin twin_;
  std::string steps_;  ///< of the transaction, for messages
};

TEST_P(ChangeRandom, EqualsThePlainTwin) {
  for (int i = 0; i < 60 && !HasFailure(); ++i) {
    SCOPED_TRACE("transaction " + std::to_string(i));
    const Twin before = twin_;
    {
      const auto transaction = dataset_->begin();
      for (uint64_t n = 1 + below(3); n > 0; --n) step(*transaction, twin_);
      if (below(5) != 0)
        transaction->commit();
      else
        twin_ = before, steps_ += ", rolled back";
    }
    SCOPED_TRACE(steps_);
    expect_same();
    steps_.clear();
  }
  for (const storage::Finding& finding : storage::check(*dataset_)) ADD_FAILURE() << finding.what;
}

INSTANTIATE_TEST_SUITE_P(ChunkRows, ChangeRandom,
                         ::testing::Combine(::testing::Values(1u, 7u, 65536u),
                                            ::testing::Values(1, 2, 3, 4)));

}  // namespace
}  // namespace cupel::exec
