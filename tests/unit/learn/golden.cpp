#include "source_dir.hpp"
#include "tests/unit/learn/golden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

namespace cupel::learn::golden {
namespace {

/// Rows in blocks of a given size; each is copied, so that reading past a block is seen by a
/// sanitizer.
template <typename T>
class BlockRows final : public Rows<T> {
 public:
  BlockRows(const T* data, size_t rows, size_t columns, size_t block)
      : data_(data), rows_(rows), columns_(columns), block_(block) {}
  size_t rows() const override { return rows_; }
  size_t columns() const override { return columns_; }
  void scan(const typename Rows<T>::Visitor& f) const override {
    for (size_t first = 0; first < rows_; first += block_) {
      const size_t count = std::min(block_, rows_ - first);
      const std::vector<T> copy(data_ + first * columns_, data_ + (first + count) * columns_);
      f(first, count, copy.data());
    }
  }

 private:
  const T* data_;
  size_t rows_, columns_, block_;
};

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t begin = text.find(before);
  if (begin == std::string::npos) throw std::runtime_error("no " + before + " in the header");
  const size_t from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

template <typename T>
std::vector<T> values_of(const Npy& array) {
  std::vector<T> out(array.bytes.size() / sizeof(T));
  std::memcpy(out.data(), array.bytes.data(), array.bytes.size());
  return out;
}

template <typename From, typename To>
std::vector<To> converted(const Npy& array) {
  const std::vector<From> from = values_of<From>(array);
  return {from.begin(), from.end()};
}

template <typename T>
T rubbish() {
  if constexpr (std::is_same_v<T, Half>) {
    return Half{0x7E00};
  } else {
    return std::nan("") + T{0};
  }
}

}  // namespace

Npy read_npy(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (all.size() < 10 || all.substr(1, 5) != "NUMPY" || all[6] != 1)
    throw std::runtime_error(path + " is not a .npy file of version 1");
  const size_t length = static_cast<uint8_t>(all[8]) + 256 * size_t{static_cast<uint8_t>(all[9])};
  const std::string header = all.substr(10, length);
  if (between(header, "'fortran_order': ", ",") != "False")
    throw std::runtime_error(path + " is not row-major");
  Npy out;
  out.type = between(header, "'descr': '<", "'");
  std::string shape = between(header, "'shape': (", ")");
  for (size_t at = 0; at < shape.size() && std::isdigit(static_cast<uint8_t>(shape[at])) != 0;) {
    out.shape.push_back(std::stoull(shape.substr(at)));
    at = shape.find_first_of("0123456789", std::min(shape.find(',', at), shape.size()));
  }
  out.bytes = all.substr(10 + length);
  return out;
}

std::vector<double> Npy::numbers() const {
  if (type == "f4") return converted<float, double>(*this);
  if (type == "f8") return values_of<double>(*this);
  throw std::runtime_error("no numbers of type " + type);
}

std::vector<int64_t> Npy::integers() const {
  if (type == "i4") return converted<int32_t, int64_t>(*this);
  if (type == "u2") return converted<uint16_t, int64_t>(*this);
  if (type == "i8") return values_of<int64_t>(*this);
  throw std::runtime_error("no integers of type " + type);
}

template <typename T>
void Matrix::hold(std::vector<T> numbers, size_t block) {
  rows_ = columns_ == 0 ? 0 : numbers.size() / columns_;
  numbers_ = std::move(numbers);
  const T* data = std::get<std::vector<T>>(numbers_).data();
  if (block == 0)
    view_ = std::shared_ptr<Rows<T>>(std::make_shared<ArrayRows<T>>(data, rows_, columns_));
  else
    view_ = std::shared_ptr<Rows<T>>(std::make_shared<BlockRows<T>>(data, rows_, columns_, block));
}

Matrix::Matrix(const Npy& array, size_t block) : columns_(array.shape.at(1)) {
  if (array.type == "f2")
    hold(values_of<Half>(array), block);
  else if (array.type == "f4")
    hold(values_of<float>(array), block);
  else
    hold(values_of<double>(array), block);
}

Matrix::Matrix(std::vector<float> numbers, size_t columns, size_t block) : columns_(columns) {
  hold(std::move(numbers), block);
}
Matrix::Matrix(std::vector<double> numbers, size_t columns, size_t block) : columns_(columns) {
  hold(std::move(numbers), block);
}
Matrix::Matrix(std::vector<Half> numbers, size_t columns, size_t block) : columns_(columns) {
  hold(std::move(numbers), block);
}

AnyRows Matrix::rows() const {
  return std::visit([](const auto& view) { return AnyRows(view.get()); }, view_);
}

Matrix Matrix::in_blocks(size_t block) const {
  return std::visit([&](const auto& numbers) { return Matrix(numbers, columns_, block); },
                    numbers_);
}

Matrix Matrix::with_rubbish(const std::vector<bool>& before, size_t block) const {
  return std::visit(
      [&]<typename T>(const std::vector<T>& numbers) {
        std::vector<T> out;
        for (size_t row = 0; row < rows_; ++row) {
          if (before[row]) out.insert(out.end(), columns_, rubbish<T>());
          const auto from = numbers.begin() + static_cast<ptrdiff_t>(row * columns_);
          out.insert(out.end(), from, from + static_cast<ptrdiff_t>(columns_));
        }
        return Matrix(std::move(out), columns_, block);
      },
      numbers_);
}

std::vector<int32_t> Case::labels() const {
  const std::vector<int64_t> wide = read_npy(folder + "/labels.npy").integers();
  return {wide.begin(), wide.end()};
}

std::vector<uint8_t> Case::label_sets() const {
  const std::vector<int64_t> wide = read_npy(folder + "/labels.npy").integers();
  return {wide.begin(), wide.end()};
}

std::vector<uint64_t> Case::rows(const nlohmann::json& value) const {
  if (value.is_array()) return value.get<std::vector<uint64_t>>();
  const auto wide = read_npy(folder + "/" + value.at("file").get<std::string>()).integers();
  return {wide.begin(), wide.end()};
}

std::vector<double> Case::numbers(const nlohmann::json& value) const {
  if (value.is_array()) return value.get<std::vector<double>>();
  return read_npy(folder + "/" + value.at("file").get<std::string>()).numbers();
}

double Case::entropy_tolerance(double score) const {
  double x = 1e-6;
  while (x < 1e9 && std::log1p(x) / x > score) x *= 1.1;
  const bool narrow = expected.at("meta").at("dtype") == "float32";
  return narrow ? 2e-6 + 2.4e-7 * 1.1 / x : 1e-12 + 4.5e-16 * 1.1 / x;
}

Case read_case(const std::string& folder) {
  std::ifstream in(folder + "/expected.json");
  return {test_name(folder), folder, nlohmann::json::parse(in)};
}

std::vector<std::string> case_folders(const std::string& kind) {
  std::vector<std::string> roots = {CUPEL_SOURCE_DIR "/tests/data/cl-golden"};
  if (const char* more = std::getenv("CUPEL_GOLDEN_DIR"); more != nullptr) roots.emplace_back(more);
  std::vector<std::string> out;
  for (const std::string& root : roots) {
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
      if (!std::filesystem::exists(entry.path() / "expected.json")) continue;
      if (read_case(entry.path()).kind() == kind) out.push_back(entry.path());
    }
  }
  std::ranges::sort(out);
  return out;
}

std::string test_name(const std::string& folder) {
  const std::filesystem::path path(folder);
  const bool ours = folder.starts_with(CUPEL_SOURCE_DIR);
  return (ours ? "case_" : "more_") + path.filename().string();
}

ClassMatrix to_matrix(const nlohmann::json& rows) {
  ClassMatrix out{rows.size(), {}};
  for (const auto& row : rows)
    for (const double value : row) out.values.push_back(value);
  return out;
}

Filter filter_of(const std::string& name) {
  return static_cast<Filter>(std::ranges::find(kFilters, name) - kFilters.begin());
}

IssueOptions cleanlab1_options(const std::string& key) {
  IssueOptions out;
  out.filter = filter_of(key.substr(0, key.find('/')));
  out.compat = Compat::kCleanlab1;
  out.ties = Ties::kNumpy;
  out.single_precision_margins = key.find("n_jobs=2") != std::string::npos;
  // In 1.0 every name but one means the margin, also the one that says otherwise.
  out.score =
      key.ends_with("/prob_given_label") ? Score::kSelfConfidence : Score::kNormalizedMargin;
  return out;
}

Score score_of(const std::string& name) {
  static const std::map<std::string, Score> kScores = {
      {"self_confidence", Score::kSelfConfidence},
      {"normalized_margin", Score::kNormalizedMargin},
      {"confidence_weighted_entropy", Score::kConfidenceWeightedEntropy}};
  return kScores.at(name);
}

testing::AssertionResult near(const std::vector<double>& got, const std::vector<double>& expected,
                              double tolerance) {
  if (got.size() != expected.size())
    return testing::AssertionFailure() << got.size() << " numbers, not " << expected.size();
  for (size_t i = 0; i < got.size(); ++i) {
    const double most = tolerance * std::max(1.0, std::fabs(expected[i]));
    if (!(std::fabs(got[i] - expected[i]) <= most))
      return testing::AssertionFailure()
             << fmt::format("number {} is {}, not {}", i, got[i], expected[i]);
  }
  return testing::AssertionSuccess();
}

}  // namespace cupel::learn::golden
