#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "engine/learn/label_issues.hpp"

/// The golden cases of tests/data/cl-golden: what cleanlab 2.9 (and 1.0.1) answers.
namespace cupel::learn::golden {

/// An array of a .npy file: row-major, little-endian, of one of the types below.
struct Npy {
  std::string type;  ///< "f2", "f4", "f8", "i4", "i8", "u2"
  std::vector<size_t> shape;
  std::string bytes;

  /// All numbers, in order.
  std::vector<double> numbers() const;
  std::vector<int64_t> integers() const;
};
/// Throws std::runtime_error for what it cannot read.
Npy read_npy(const std::string& path);

/// A matrix with the numbers it owns, read in blocks of `block` rows (0: as ArrayRows does).
class Matrix {
 public:
  explicit Matrix(const Npy& array, size_t block = 0);
  Matrix(std::vector<float> numbers, size_t columns, size_t block = 0);
  Matrix(std::vector<double> numbers, size_t columns, size_t block = 0);
  Matrix(std::vector<Half> numbers, size_t columns, size_t block = 0);

  AnyRows rows() const;
  size_t row_count() const { return rows_; }
  size_t columns() const { return columns_; }
  /// The same numbers in other blocks.
  Matrix in_blocks(size_t block) const;
  /// The same rows, with rows of rubbish before those for which `before(row)` is true.
  Matrix with_rubbish(const std::vector<bool>& before, size_t block) const;

 private:
  template <typename T>
  void hold(std::vector<T> numbers, size_t block);

  size_t rows_ = 0, columns_ = 0;
  std::variant<std::vector<Half>, std::vector<float>, std::vector<double>> numbers_;
  std::variant<std::shared_ptr<Rows<Half>>, std::shared_ptr<Rows<float>>,
               std::shared_ptr<Rows<double>>>
      view_;
};

struct Case {
  std::string name, folder;
  nlohmann::json expected;

  std::string kind() const { return expected.at("meta").at("kind"); }
  Matrix matrix() const { return Matrix(read_npy(folder + "/pred_probs.npy")); }
  std::vector<int32_t> labels() const;
  /// One number for each row and class.
  std::vector<uint8_t> label_sets() const;
  /// Arrays that stand in the file or beside it.
  std::vector<uint64_t> rows(const nlohmann::json& value) const;
  std::vector<double> numbers(const nlohmann::json& value) const;
  /// By how much the reference's entropy score may differ from ours, `score`: it is
  /// ln(x + 1) / x in the matrix's type, and a small x keeps few digits.
  double entropy_tolerance(double score) const;
};

/// The folders of all cases of a kind ("multiclass", "multilabel", "units", "one_class"), also of
/// the folder that the environment's CUPEL_GOLDEN_DIR names.
std::vector<std::string> case_folders(const std::string& kind);
Case read_case(const std::string& folder);
/// The last part of the folder, as a test's name.
std::string test_name(const std::string& folder);

ClassMatrix to_matrix(const nlohmann::json& rows);
Filter filter_of(const std::string& name);
Score score_of(const std::string& name);
/// The options of an answer of get_noise_indices: "FILTER/n_jobs=N", with "/SCORE" of a ranking.
IssueOptions cleanlab1_options(const std::string& key);

inline const std::vector<std::string> kFilters = {
    "prune_by_noise_rate",  "prune_by_class",      "both",
    "confident_learning",   "predicted_neq_given", "low_self_confidence",
    "low_normalized_margin"};

/// Whether the numbers agree within tolerance × max(1, |expected|); says where they do not.
testing::AssertionResult near(const std::vector<double>& got, const std::vector<double>& expected,
                              double tolerance);

}  // namespace cupel::learn::golden
