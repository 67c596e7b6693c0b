#pragma once

#include <cmath>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/exec/autotag.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "index/similarity.hpp"
#include "tests/unit/exec/change_fixture.hpp"

namespace cupel::exec::testing {

/// Items with vectors around two directions, in blocks of 32 rows; some items have no vector, one
/// has one of zeros.
class AutotagTest : public ChangeTest {
 protected:
  static constexpr uint32_t kWidth = 4096;
  static constexpr size_t kItemCount = 100;
  static constexpr uint64_t kZero = 41;
  using Vector = std::vector<float>;

  explicit AutotagTest(uint32_t chunk_rows = 7) : ChangeTest(chunk_rows) { start(); }

  void start() {
    add_items(0, kItemCount);
    vectors_.assign(kItemCount, std::nullopt);
    for (uint64_t row = 0; row < kItemCount; ++row)
      if (row % 11 != 10) vectors_[row] = row == kZero ? Vector(kWidth, 0) : drawn(row);
    set_ = commit([&](auto& transaction, auto&) {
      storage::VectorSet set;
      set.name = "clip";
      set.width = kWidth;
      const uint32_t id = transaction.add_vectors(set);
      std::vector<uint64_t> rows;
      for (uint64_t row = 0; row < kItemCount; ++row) rows.push_back(row);
      write_vectors(transaction, id, rows);
      return id;
    });
  }

  static std::string id(uint64_t row) {
    const std::string digits = std::to_string(row);
    return "i" + std::string(4 - digits.size(), '0') + digits;
  }
  void add_items(uint64_t first, size_t count) {
    std::vector<ItemRow> added(count);
    for (size_t i = 0; i < count; ++i) added[i].reference_id = id(first + i);
    items(added);
  }

  /// Whether the row's vector is near the direction of ones.
  static bool is_near(uint64_t row) { return row % 15 == 0 || (row % 3 == 0 && row < 12); }

  Vector drawn(uint64_t row) {
    std::normal_distribution<float> normal;
    Vector vector(kWidth);
    for (float& x : vector) x = normal(random_) + (is_near(row) ? 2.0F : 0.0F);
    return vector;
  }

  /// Writes what `vectors_` says of rows.
  void write_vectors(storage::Transaction& transaction, uint32_t set,
                     const std::vector<uint64_t>& rows) {
    const storage::VectorSet shape = *transaction.catalog().vectors(set);
    const uint64_t all = transaction.catalog().row_count(kItems);
    for (uint64_t first = 0; first < all; first += shape.block_rows) {
      const uint64_t end = std::min<uint64_t>(first + shape.block_rows, all);
      if (std::none_of(rows.begin(), rows.end(),
                       [&](uint64_t row) { return row >= first && row < end; }))
        continue;
      transaction.write_block(set, static_cast<uint32_t>(first / shape.block_rows),
                              block(first, end));
    }
  }
  storage::VectorBlock block(uint64_t first, uint64_t end) const {
    storage::VectorBlock block;
    block.width = kWidth;
    block.rows = static_cast<uint32_t>(end - first);
    block.present = storage::Bitmap(block.rows);
    const auto room = storage::vector_room(size_t{block.rows} * kWidth * sizeof(float));
    for (uint64_t row = first; row < end; ++row) {
      if (!vectors_[row]) continue;
      block.present.set(static_cast<uint32_t>(row - first));
      std::memcpy(room.get() + (row - first) * kWidth * sizeof(float), vectors_[row]->data(),
                  kWidth * sizeof(float));
    }
    block.data = room;
    if (block.present.all()) block.present = {};
    return block;
  }

  storage::Bitmap bits(const std::vector<uint64_t>& rows) const {
    storage::Bitmap bits(static_cast<uint32_t>(vectors_.size()));
    for (const uint64_t row : rows) bits.set(static_cast<uint32_t>(row));
    return bits;
  }
  const storage::VectorSet& set_of(const Context& context) const {
    return *context.snapshot->catalog().vectors(set_);
  }

  static std::vector<TagExample> examples(const std::vector<uint64_t>& positives,
                                          const std::vector<uint64_t>& negatives = {}) {
    std::vector<TagExample> all;
    for (const uint64_t row : positives) all.push_back({row, id(row), 1});
    for (const uint64_t row : negatives) all.push_back({row, id(row), -1});
    return all;
  }
  TagOutcome create(const std::vector<TagExample>& of, const std::string& name = "rain") {
    return commit([&](auto& transaction, auto& context) {
      Tag tag;
      tag.name = name;
      tag.examples = of;
      tag.created_micros = 1'700'000'000'000'000;
      return create_tag(transaction, tag, set_of(context), context);
    });
  }
  TagOutcome retrain(const std::vector<TagExample>& of, const std::string& name = "rain") {
    return commit([&](auto& transaction, auto& context) {
      return retrain_tag(transaction, tag(name), of, set_of(context), context);
    });
  }
  Tag tag(const std::string& name = "rain") const {
    const auto found = tag_of(dataset_->snapshot()->catalog(), name);
    EXPECT_TRUE(found) << name;
    return found.value_or(Tag{});
  }
  std::optional<std::string> stale(const std::string& name = "rain") const {
    return stale_reason(tag(name), *dataset_->snapshot());
  }

  Value score(uint64_t row, const std::string& name = "rain") const {
    return item_value(id(row), score_column(kItems, name), Type::kFloat64);
  }
  Value side(uint64_t row, const std::string& name = "rain") const {
    return item_value(id(row), training_column(kItems, name));
  }

  /// The score of a vector by itself.
  static Value naive_score(const Tag& tag, const std::optional<Vector>& vector) {
    if (!vector) return {};
    AutotagTest::OneRow one(*vector);
    const index::Probe probe = index::linear_score(tag.learned.weights, tag.learned.offset);
    double margin = 0;
    index::score_range(probe, one.block, 0, 1, &margin);
    long double product = 0, square = 0;
    for (size_t j = 0; j < vector->size(); ++j) {
      product += static_cast<long double>((*vector)[j]) * tag.learned.weights[j];
      square += static_cast<long double>((*vector)[j]) * (*vector)[j];
    }
    if (square == 0) return {};
    EXPECT_NEAR(margin, static_cast<double>(product / std::sqrt(square)) + tag.learned.offset,
                1e-9);
    return learn::autotag_score(tag.learned, margin);
  }
  /// Every item has the score of its vector, to the bit.
  void expect_scores(const std::string& name = "rain") const {
    const Tag of = tag(name);
    const auto view = dataset_->snapshot();
    const auto* column = view->catalog().find(kItems, score_column(kItems, name), Type::kFloat64);
    ASSERT_NE(column, nullptr);
    for (uint64_t row = 0; row < vectors_.size(); ++row)
      ASSERT_EQ(view->value(column->id, row), naive_score(of, vectors_[row])) << row;
  }

  void erase_item(uint64_t row) {
    commit([&](auto& transaction, auto& context) {
      return delete_rows(
          transaction, rows_where(transaction.catalog(), kItems, "reference_id", id(row)), context);
    });
  }

  std::mt19937 random_{5};
  std::vector<std::optional<Vector>> vectors_;  ///< by row
  uint32_t set_ = 0;

 private:
  struct OneRow {
    explicit OneRow(const Vector& vector) {
      block.width = kWidth;
      block.rows = 1;
      const auto room = storage::vector_room(kWidth * sizeof(float));
      std::memcpy(room.get(), vector.data(), kWidth * sizeof(float));
      block.data = room;
    }
    storage::VectorBlock block;
  };
};

}  // namespace cupel::exec::testing
