#include "engine/exec/field_rewrite.hpp"

#include <random>

#include "engine/exec/field_update.hpp"
#include "engine/io/rest.hpp"
#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec::testing {
namespace {

using storage::SnapshotPtr;

constexpr size_t kRows = 60;
const std::vector<std::pair<std::string, Type>> kFields{{"metadata.score", Type::kFloat64},
                                                        {"metadata.flag", Type::kInt64},
                                                        {"metadata.word", Type::kText}};

/// Items whose metadata stands in the way of the fields in every manner.
std::string random_lines(std::mt19937& random) {
  const std::vector<std::string> scores{"1.5", "2",    "\"good\"",      "true",           "[1, 2]",
                                        "{}",  "null", "{\"deep\": 3}", "{\"deep\": [1]}"};
  const std::vector<std::string> words{"\"a\"", "\"b\"", "7", "[\"a\"]", "{\"x\": {\"y\": \"z\"}}"};
  std::string lines;
  for (size_t i = 0; i < kRows; ++i) {
    std::string metadata = "\"kept\": [" + std::to_string(i) + "]";
    if (random() % 3 != 0) metadata += ", \"score\": " + scores[random() % scores.size()];
    if (random() % 3 != 0) metadata += ", \"flag\": " + scores[random() % scores.size()];
    if (random() % 3 != 0) metadata += ", \"word\": " + words[random() % words.size()];
    lines +=
        "{\"reference_id\": \"i" + std::to_string(i) + "\", \"metadata\": {" + metadata + "}}\n";
  }
  return lines;
}

/// What row i gets, if anything: as a value, and as the same cell.
struct New {
  Value value;
  Cell cell;
};
New random_value(Type type, const std::vector<std::string>& words, std::mt19937& random) {
  if (random() % 4 == 0) return {};
  const auto number = static_cast<int64_t>(random() % 5);
  if (type == Type::kInt64) return {number, number};
  if (type == Type::kFloat64)
    return {0.5 * static_cast<double>(number), 0.5 * static_cast<double>(number)};
  const std::string& word = words[random() % words.size()];
  return {word, std::string_view(word)};
}

class FieldRewriteTest : public ChangeTest {
 protected:
  void load(const std::string& lines) {
    const TemporaryFile file("rewrite.jsonl", lines);
    ImportRequest request;
    request.read.file = file.path();
    request.read.want = io::Want::kItems;
    commit([&](auto& transaction, auto& context) {
      return import_file(transaction, request, context);
    });
  }

  using Change = std::map<uint64_t, std::vector<New>>;  ///< by row, a value a field

  void rewrite(const Change& change) {
    commit([&](storage::Transaction& transaction, const Context& context) {
      FieldRewrite fields(transaction, context.snapshot, kItems);
      for (const auto& [path, type] : kFields) fields.add(path, type);
      const uint32_t size = context.snapshot->catalog().chunk_rows;
      ChunkCells out(kFields.size());
      for (uint32_t chunk = 0; chunk * size < kRows; ++chunk) {
        out.clear();
        for (auto it = change.lower_bound(chunk * size);
             it != change.end() && it->first < (chunk + 1) * size; ++it) {
          out.rows.push_back(static_cast<uint32_t>(it->first % size));
          for (size_t f = 0; f < kFields.size(); ++f) out.cells[f].push_back(it->second[f].cell);
        }
        fields.write(chunk, out.rows, out.cells);
      }
      return 0;
    });
  }

  /// Value by value, as UPDATE does it.
  void update(const Change& change) {
    commit([&](storage::Transaction& transaction, const Context& context) {
      const SnapshotPtr& view = context.snapshot;
      const auto* rest = view->catalog().find(kItems, "$rest", Type::kText);
      for (size_t f = 0; f < kFields.size(); ++f) {
        FieldUpdate field(transaction, view, kItems, kFields[f].first);
        for (const auto& [row, values] : change) field.assign(row, values[f].value);
      }
      for (const auto& [row, values] : change) {
        const Value before = view->value(rest->id, row);
        if (before.is_missing()) continue;
        std::string text = before.as_text();
        for (size_t f = 0; f < kFields.size(); ++f)
          text = io::remove_path(text, kFields[f].first, !values[f].value.is_missing());
        transaction.set(rest->id, row, text.empty() ? Value() : Value(text));
      }
      return 0;
    });
  }
};

TEST_F(FieldRewriteTest, DoesWhatUpdateDoesValueByValue) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    const std::string lines = random_lines(random);
    std::vector<std::string> words{"a", "b", "new", "another"};
    // A text that no dictionary takes, so that chunks become plain.
    if (seed % 2 == 1) words.emplace_back(2'000, 'x');
    std::vector<Change> changes(3);
    for (Change& change : changes)
      for (uint64_t row = 0; row < kRows; ++row)
        if (random() % 3 != 0)
          for (const auto& [path, type] : kFields)
            change[row].push_back(random_value(type, words, random));
    open(":memory:", 7);
    load(lines);
    for (const Change& change : changes) update(change);
    const std::vector<PlainRow> expected = rows(kItems);
    open(":memory:", seed % 3 == 0 ? 64 : 7);
    load(lines);
    for (const Change& change : changes) rewrite(change);
    EXPECT_EQ(cupel::exec::testing::lines(rows(kItems)), cupel::exec::testing::lines(expected))
        << "seed " << seed;
  }
}

TEST_F(FieldRewriteTest, OfNothingMakesNoColumn) {
  load("{\"reference_id\": \"i0\"}\n");
  rewrite({{0, {New{}, New{}, New{}}}});
  EXPECT_TRUE(dataset_->snapshot()->catalog().find(kItems, "metadata.score").empty());
}

}  // namespace
}  // namespace cupel::exec::testing
