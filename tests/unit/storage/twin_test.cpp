#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "twin_database.hpp"

// Random transactions, compared with a plain twin in memory.

namespace cupel::storage {
namespace {

struct TwinRow {
  std::map<std::pair<std::string, Type>, Value> fields;
  bool deleted = false;
};

struct Twin {
  std::vector<TwinRow> rows;
  std::map<std::string, uint64_t> lookup;
};

class TwinTest : public TwinDatabase<Twin> {
 public:
  explicit TwinTest(uint32_t seed) : TwinDatabase(seed) {
    options_.chunk_rows = std::vector<uint32_t>{1, 2, 7, 64, 65536}[pick(5)];
    options_.write_ahead_bytes = pick(2) == 0 ? 256 : 4u << 20;
    options_.lookups_kept = pick(2) == 0 ? pick(30) : 10000;
  }

 private:
  Value random_value(Type type) {
    switch (type) {
      case Type::kBool: return pick(2) == 0;
      case Type::kInt64:
        return static_cast<int64_t>(pick(2) == 0 ? pick(100) : random_() * 99991ull);
      case Type::kFloat64: return pick(2) == 0 ? pick(9) * 0.25 : pick(1000) / 7.0;
      case Type::kTimestamp: return Timestamp{static_cast<int64_t>(random_()) * 1000};
      default: break;
    }
    const uint32_t kind = pick(20);
    if (kind == 0) return std::string(kMaxDictionaryTextBytes + 1 + pick(9), 'x');
    return (kind < 15 ? "label " : "text ") + std::to_string(kind < 15 ? pick(5) : random_());
  }

  Type random_type() { return static_cast<Type>(pick(5)); }

  void change(Transaction& transaction, Twin& twin) override {
    switch (pick(12)) {
      case 0:
      case 1:
      case 2: append(transaction, twin); break;
      case 3:
      case 4: erase(transaction, twin); break;
      case 5: renew(transaction, twin); break;
      default: update(transaction, twin); break;
    }
  }

  void append(Transaction& transaction, Twin& twin) {
    Appender appender(transaction, kItems);
    const auto id = appender.slot("reference_id", Type::kText, false);
    std::vector<std::pair<Appender::Slot, std::pair<std::string, Type>>> slots;
    for (uint32_t i = 0; i < 1 + pick(4); ++i) {
      const std::string name = "f" + std::to_string(pick(2));
      const Type type = random_type();
      slots.push_back({appender.slot(name, type), {name, type}});
    }
    const uint32_t count = 1 + pick(pick(3) == 0 ? 150 : 10);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t row = appender.next_row();
      ASSERT_EQ(row, twin.rows.size());
      TwinRow& fresh = twin.rows.emplace_back();
      const std::string reference = unused_name(twin);
      appender.set_text(id, reference);
      transaction.add_lookup(reference, row);
      twin.lookup[reference] = row;
      fresh.fields[{"reference_id", Type::kText}] = reference;
      for (const auto& [slot, field] : slots) {
        if (pick(3) == 0) continue;
        const Value value = random_value(field.second);
        put(appender, slot, value);
        fresh.fields[field] = value;
      }
    }
    appender.finish();
  }

  /// A new one, or one of an item that is gone or whose making was undone.
  std::string unused_name(const Twin& twin) {
    if (next_item_ != 0 && pick(3) == 0) {
      const std::string old = "i" + std::to_string(pick(next_item_));
      if (!twin.lookup.contains(old)) return old;
    }
    return "i" + std::to_string(next_item_++);
  }

  static void put(Appender& appender, Appender::Slot slot, const Value& value) {
    if (value.is_bool()) appender.set_bool(slot, value.as_bool());
    if (value.is_int()) appender.set_integer(slot, value.as_int());
    if (value.is_double()) appender.set_number(slot, value.as_double());
    if (value.is_text()) appender.set_text(slot, value.as_text());
    if (value.is_timestamp()) appender.set_integer(slot, value.as_timestamp().micros);
  }

  void update(Transaction& transaction, Twin& twin) {
    if (twin.rows.empty()) return;
    const std::string name = "f" + std::to_string(pick(2));
    const Type type = random_type();
    const ColumnId column = transaction.column(kItems, name, type);
    const uint32_t count = 1 + pick(pick(3) == 0 ? 100 : 4);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t row = pick(static_cast<uint32_t>(twin.rows.size()));
      const Value value = pick(5) == 0 ? Value() : random_value(type);
      transaction.set(column, row, value);
      twin.rows[row].fields[{name, type}] = value;
    }
  }

  /// All values of a column are replaced, chunk by chunk.
  void renew(Transaction& transaction, Twin& twin) {
    const std::string name = "f" + std::to_string(pick(2));
    const Type type = random_type();
    const bool coded = pick(2) == 0;
    const ColumnId column = transaction.renew_column(transaction.column(kItems, name, type), coded);
    const uint32_t chunk_rows = transaction.catalog().chunk_rows;
    for (TwinRow& row : twin.rows) row.fields.erase({name, type});
    for (uint32_t chunk = 0; chunk < transaction.catalog().chunk_count(kItems); ++chunk) {
      if (pick(4) == 0) continue;
      ChunkBuilder builder(type);
      const uint64_t first = uint64_t{chunk} * chunk_rows;
      for (uint32_t row = 0; row < chunk_rows && first + row < twin.rows.size(); ++row) {
        if (pick(3) == 0) continue;
        Value value = type == Type::kText && coded ? Value("code " + std::to_string(pick(6)))
                                                   : random_value(type);
        put(transaction, builder, column, coded, row, value);
        twin.rows[first + row].fields[{name, type}] = std::move(value);
      }
      if (builder.rows() != 0) transaction.replace_chunk(column, chunk, builder.finish());
    }
  }

  static void put(Transaction& transaction, ChunkBuilder& builder, ColumnId column, bool coded,
                  uint32_t row, const Value& value) {
    if (value.is_bool()) builder.set_integer(row, value.as_bool() ? 1 : 0);
    if (value.is_int()) builder.set_integer(row, value.as_int());
    if (value.is_double()) builder.set_number(row, value.as_double());
    if (value.is_timestamp()) builder.set_integer(row, value.as_timestamp().micros);
    if (!value.is_text()) return;
    if (coded)
      builder.set_code(row, *transaction.code(column, value.as_text()));
    else
      builder.set_text(row, value.as_text());
  }

  void erase(Transaction& transaction, Twin& twin) {
    if (twin.rows.empty()) return;
    for (int i = 0; i < 3; ++i) {
      const uint64_t row = pick(static_cast<uint32_t>(twin.rows.size()));
      if (twin.rows[row].deleted) {
        EXPECT_THROW(transaction.erase(kItems, row), Error);
        continue;
      }
      transaction.erase(kItems, row);
      twin.rows[row].deleted = true;
      twin.lookup.erase(twin.rows[row].fields[{"reference_id", Type::kText}].as_text());
    }
  }

  void compare(const Snapshot& snapshot, const Twin& twin) override {
    const Catalog& catalog = snapshot.catalog();
    ASSERT_EQ(catalog.row_count(kItems), twin.rows.size());
    for (uint32_t chunk = 0; chunk < catalog.chunk_count(kItems); ++chunk) {
      const Bitmap visible = snapshot.visible(kItems, chunk);
      for (uint32_t row = 0; row < visible.size(); ++row)
        ASSERT_NE(visible.test(row), twin.rows[uint64_t{chunk} * catalog.chunk_rows + row].deleted);
    }
    for (const ColumnId id : catalog.columns(kItems)) {
      const Column& column = catalog.column(id);
      if (column.name == "$deleted") continue;
      for (uint64_t row = 0; row < twin.rows.size(); ++row) {
        const auto found = twin.rows[row].fields.find({column.name, column.type});
        const Value expected = found == twin.rows[row].fields.end() ? Value() : found->second;
        ASSERT_EQ(snapshot.value(id, row), expected) << column.name << " of row " << row;
      }
    }
    for (uint32_t item = 0; item < next_item_; ++item) {
      const std::string reference = "i" + std::to_string(item);
      const auto found = twin.lookup.find(reference);
      ASSERT_EQ(snapshot.find_item(reference),
                found == twin.lookup.end() ? std::nullopt : std::optional(found->second))
          << reference;
    }
  }

  uint32_t next_item_ = 0;
};

TEST(Dataset, EqualsItsPlainTwin) { run_twins<TwinTest>(); }

}  // namespace
}  // namespace cupel::storage
