#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "tests/unit/api/database_fixture.hpp"

namespace cupel::testing {
namespace {

using Vector = std::vector<float>;

/// What the statements are to find, the slow way.
struct Twin {
  std::vector<size_t> rows;  ///< that are compared
  const std::vector<Vector>* vectors = nullptr;

  double distance(size_t a, size_t b) const {
    double product = 0, x = 0, y = 0;
    for (size_t i = 0; i < (*vectors)[a].size(); ++i) {
      product += double{(*vectors)[a][i]} * (*vectors)[b][i];
      x += double{(*vectors)[a][i]} * (*vectors)[a][i];
      y += double{(*vectors)[b][i]} * (*vectors)[b][i];
    }
    return 1 - product / std::sqrt(x * y);
  }

  /// To the others, ascending.
  std::vector<double> distances(size_t row) const {
    std::vector<double> out;
    for (const size_t other : rows)
      if (other != row) out.push_back(std::max(0.0, distance(row, other)));
    std::sort(out.begin(), out.end());
    return out;
  }

  /// By row: the number of its group, 0: alone.
  std::map<size_t, int64_t> groups(double within) const {
    std::map<size_t, size_t> root;
    for (const size_t row : rows) root[row] = row;
    for (bool changed = true; changed;) {
      changed = false;
      for (const size_t a : rows)
        for (const size_t b : rows) {
          if (a == b || root[a] <= root[b] || distance(a, b) > within) continue;
          root[a] = root[b];
          changed = true;
        }
    }
    std::map<size_t, int> sizes;
    for (const auto& [row, first] : root) ++sizes[first];
    std::map<size_t, int64_t> numbers, out;
    for (const auto& [row, first] : root)
      out[row] =
          sizes[first] < 2
              ? 0
              : numbers.emplace(first, static_cast<int64_t>(numbers.size()) + 1).first->second;
    return out;
  }

  std::map<size_t, double> outlier_scores() const {
    std::map<size_t, double> means;
    std::vector<double> sorted;
    for (const size_t row : rows) {
      const std::vector<double> all = distances(row);
      const size_t k = std::min<size_t>(10, all.size());
      double sum = 0;
      for (size_t i = 0; i < k; ++i) sum += all[i];
      sorted.push_back(means[row] = sum / static_cast<double>(k));
    }
    std::sort(sorted.begin(), sorted.end());
    const size_t n = sorted.size();
    const double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    std::map<size_t, double> out;
    for (const auto& [row, mean] : means) out[row] = 1 - std::exp(-mean / median);
    return out;
  }
};

/// 150 items; some without a vector, of zeros, or deleted.
class Near : public ::testing::Test {
 protected:
  static constexpr size_t kItems = 150;

  Near() : database_(make()), session_(database_.session()) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    std::vector<std::string> ids;
    Vector numbers;
    vectors_.resize(kItems);
    for (size_t row = 0; row < kItems; ++row) {
      Vector& vector = vectors_[row];
      for (int i = 0; i < 5; ++i) vector.push_back(normal(random));
      if (row % 3 == 1)
        for (int i = 0; i < 5; ++i) vector[i] = vectors_[row - 1][i] + 0.2F * normal(random);
      if (row % 17 == 4) vector.assign(5, 0.0F);
      if (row % 19 == 6) continue;
      ids.push_back("i" + std::to_string(row));
      numbers.insert(numbers.end(), vector.begin(), vector.end());
      if (row % 23 != 9 && row % 17 != 4) twin_.rows.push_back(row);
    }
    twin_.vectors = &vectors_;
    EXPECT_TRUE(session_.append_items(numbered_items(kItems)).ok());
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    EXPECT_TRUE(session_.append_embeddings("e", views, 5, numbers).ok());
    run(session_, "DELETE FROM items WHERE metadata.n % 23 = 9");
  }
  static Database make() {
    Options options;
    options.chunk_rows = 16;
    return open(":memory:", options);
  }

  void expect_duplicates(double within) {
    const std::map<size_t, int64_t> groups = twin_.groups(within);
    const Table table = run(session_,
                            "SELECT metadata.n, metadata.duplicate_group, "
                            "metadata.duplicate_distance FROM items");
    size_t compared = 0;
    for (size_t i = 0; i < table.rows(); ++i) {
      const auto row = static_cast<size_t>(table.value(i, 0).as_int());
      const auto found = groups.find(row);
      if (found == groups.end()) {
        EXPECT_TRUE(table.value(i, 1).is_missing() && table.value(i, 2).is_missing()) << row;
        continue;
      }
      ++compared;
      EXPECT_EQ(table.value(i, 1).is_missing() ? 0 : table.value(i, 1).as_int(), found->second)
          << row;
      EXPECT_NEAR(table.value(i, 2).as_double(), twin_.distances(row).front(), 1e-12) << row;
    }
    EXPECT_EQ(compared, twin_.rows.size());
  }

  void expect_outliers() {
    const std::map<size_t, double> scores = twin_.outlier_scores();
    const Table table = run(session_, "SELECT metadata.n, metadata.outlier_score FROM items");
    for (size_t i = 0; i < table.rows(); ++i) {
      const auto row = static_cast<size_t>(table.value(i, 0).as_int());
      const auto found = scores.find(row);
      if (found == scores.end())
        EXPECT_TRUE(table.value(i, 1).is_missing()) << row;
      else
        EXPECT_NEAR(table.value(i, 1).as_double(), found->second, 1e-12) << row;
    }
  }

  Database database_;
  Session session_;
  std::vector<Vector> vectors_;
  Twin twin_;
};

TEST_F(Near, DuplicatesAreThoseOfTheTwin) {
  for (const double within : {0.0, 0.01, 0.05, 0.2, 2.0}) {
    run(session_, "FIND NEAR DUPLICATES WITHIN " + std::to_string(within));
    expect_duplicates(within);
  }
}

TEST_F(Near, OutliersAreThoseOfTheTwin) {
  run(session_, "FIND OUTLIERS");
  expect_outliers();
}

TEST_F(Near, InASliceOnlyItsRowsAreCompared) {
  run(session_, "FIND OUTLIERS");
  run(session_, "FIND NEAR DUPLICATES WITHIN 2");
  run(session_, "CREATE SLICE part AS metadata.n % 4 < 2");
  std::erase_if(twin_.rows, [](size_t row) { return row % 4 >= 2; });
  run(session_, "FIND OUTLIERS IN SLICE part");
  run(session_, "FIND NEAR DUPLICATES IN SLICE part WITHIN 0.05");
  expect_outliers();
  expect_duplicates(0.05);
}

TEST_F(Near, BothAreUndoneWithTheirTransaction) {
  run(session_, "BEGIN");
  run(session_, "FIND OUTLIERS");
  run(session_, "FIND NEAR DUPLICATES");
  EXPECT_EQ(count(session_, "WHERE metadata.outlier_score >= 0"),
            static_cast<int64_t>(twin_.rows.size()));
  run(session_, "ROLLBACK");
  EXPECT_EQ(count(session_, "WHERE metadata.outlier_score >= 0"), 0);
  EXPECT_EQ(count(session_, "WHERE metadata.duplicate_distance >= 0"), 0);
}

}  // namespace
}  // namespace cupel::testing
