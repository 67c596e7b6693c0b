#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/learn/calibrate.hpp"
#include "engine/learn/class_noise.hpp"
#include "engine/learn/index_sort.hpp"
#include "engine/learn/numeric.hpp"
#include "engine/learn/prune_counts.hpp"
#include "tests/unit/learn/golden.hpp"

namespace cupel::learn {
namespace {

using nlohmann::json;

const golden::Case& units() {
  static const golden::Case found = golden::read_case(golden::case_folders("units").front());
  return found;
}

double from_hex(const json& text) { return std::strtod(text.get<std::string>().c_str(), nullptr); }

const std::pair<const char*, Ties> kModes[] = {{"numpy", Ties::kNumpy},
                                               {"stable", Ties::kRowOrder}};

template <typename T>
void check_mean(const json& unit) {
  const auto values = unit.at("x").get<std::vector<T>>();
  EXPECT_EQ(numpy_sum(std::span<const T>(values)), from_hex(unit.at("sum_hex")));
  EXPECT_EQ(numpy_mean<T>(std::span<const T>(values)), from_hex(unit.at("mean_hex")));
  RunningSum running;
  const std::vector<double> wide(values.begin(), values.end());
  for (size_t i = 0; i < wide.size(); i += 777)
    running.add(std::span(wide).subspan(i, std::min<size_t>(777, wide.size() - i)));
  EXPECT_EQ(running.total(), numpy_sum(std::span<const double>(wide)));
}

TEST(GoldenUnits, SumsAndMeansAreNumpysToTheBit) {
  ASSERT_EQ(units().expected.at("mean").size(), 34U);
  for (const json& unit : units().expected.at("mean")) {
    SCOPED_TRACE(unit.at("x").size());
    if (unit.at("dtype") == "float32")
      check_mean<float>(unit);
    else
      check_mean<double>(unit);
  }
}

TEST(GoldenUnits, IndexSortsAreNumpys) {
  for (const json& unit : units().expected.at("argsort")) {
    const auto keys = unit.at("x").get<std::vector<double>>();
    const std::vector<float> narrow(keys.begin(), keys.end());
    SCOPED_TRACE(keys.size());
    const auto numpy = unit.at("argsort_numpy").get<std::vector<uint32_t>>();
    EXPECT_EQ(index_sort(std::span<const double>(keys), Ties::kNumpy), numpy);
    EXPECT_EQ(index_sort(std::span<const float>(narrow), Ties::kNumpy), numpy);
    EXPECT_EQ(index_sort(std::span<const double>(keys), Ties::kRowOrder),
              unit.at("argsort_stable").get<std::vector<uint32_t>>());
  }
}

TEST(GoldenUnits, SplitsHoldTheFrontOfTheSort) {
  for (const json& unit : units().expected.at("argsort")) {
    const auto keys = unit.at("x").get<std::vector<double>>();
    for (const auto& [name, ties] : kModes) {
      const auto sorted = index_sort(std::span<const double>(keys), ties);
      const size_t step = std::max<size_t>(1, keys.size() / 60);
      for (size_t front = 0; front <= keys.size(); front += step) {
        auto split = index_split(std::span<const double>(keys), front, ties);
        const auto cut = static_cast<ptrdiff_t>(front);
        std::sort(split.begin(), split.begin() + cut);
        auto expected = sorted;
        std::sort(expected.begin(), expected.begin() + cut);
        EXPECT_TRUE(std::equal(split.begin(), split.begin() + cut, expected.begin()))
            << name << " " << front << " of " << keys.size();
      }
    }
  }
}

TEST(GoldenUnits, RowsRoundAsTheReference) {
  for (const json& unit : units().expected.at("round_preserving_sum")) {
    for (const auto& [name, ties] : kModes) {
      auto row = unit.at("x").get<std::vector<double>>();
      round_row(row, ties);
      EXPECT_EQ(row, unit.at(name).get<std::vector<double>>()) << name << " " << unit.at("x");
    }
  }
}

TEST(GoldenUnits, JointsCalibrateAsTheReference) {
  for (const json& unit : units().expected.at("calibrate")) {
    const auto counts = unit.at("label_counts").get<std::vector<uint64_t>>();
    for (const auto& [name, ties] : kModes)
      EXPECT_EQ(calibrate_joint(golden::to_matrix(unit.at("confident_joint")), counts, ties).values,
                golden::to_matrix(unit.at(name)).values);
  }
}

TEST(GoldenUnits, PruneCountsAreTheReferences) {
  ASSERT_EQ(units().expected.at("keep_at_least_n").size(), 112U);
  for (const json& unit : units().expected.at("keep_at_least_n")) {
    const ClassMatrix from = golden::to_matrix(unit.at("prune_count_matrix"));  // [true][given]
    ClassMatrix calibrated = from;
    for (size_t i = 0; i < from.classes; ++i)
      for (size_t j = 0; j < from.classes; ++j)
        calibrated.values[j * from.classes + i] = from.at(i, j);
    for (const auto& [name, ties] : kModes) {
      PruneRequest request;
      request.at_least = unit.at("n");
      request.frac_noise = unit.at("frac_noise");
      request.ties = ties;
      const PruneCounts got =
          count_prunes(calibrated, std::vector<uint64_t>(from.classes, 1), request);
      std::vector<double> dense(from.values.size());
      for (size_t given = 0; given < from.classes; ++given) {
        dense[given * from.classes + given] = got.kept[given];
        for (const PruneCount& pair : got.of(given))
          dense[pair.guess * from.classes + given] = static_cast<double>(pair.count);
      }
      EXPECT_EQ(dense, golden::to_matrix(unit.at(name)).values);
    }
  }
}

PriorMethod method_of(const std::string& name) {
  if (name == "eqn") return PriorMethod::kEquation;
  if (name == "marginal") return PriorMethod::kMarginal;
  return name == "cnt" ? PriorMethod::kCount : PriorMethod::kMarginalOfGiven;
}

TEST(GoldenUnits, ClassNoiseIsTheReferences) {
  ASSERT_EQ(units().expected.at("latent").size(), 96U);
  for (const json& unit : units().expected.at("latent")) {
    const auto counts = unit.at("label_counts").get<std::vector<uint64_t>>();
    const ClassNoise got =
        estimate_class_noise(golden::to_matrix(unit.at("confident_joint")), counts,
                             method_of(unit.at("py_method")), unit.at("converge"));
    EXPECT_TRUE(golden::near(got.prior, unit.at("py"), 1e-9));
    EXPECT_TRUE(
        golden::near(got.noise.values, golden::to_matrix(unit.at("noise_matrix")).values, 1e-9));
    EXPECT_TRUE(golden::near(got.inverse.values,
                             golden::to_matrix(unit.at("inverse_noise_matrix")).values, 1e-9));
  }
}

}  // namespace
}  // namespace cupel::learn
