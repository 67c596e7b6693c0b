#include "index/similarity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "cupel/error.hpp"
#include "index/block_scan.hpp"
#include "index/row_products.hpp"

namespace cupel::index {
namespace {

using storage::VectorBlock;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Rows whose products are computed at once.
constexpr size_t kBatch = 64;
double product_of(const double* a, const double* b, size_t padded) {
  double product = 0;
  row_kernels().dots(a, &b, 1, padded, &product);
  return product;
}

double finished(const Probe& probe, const RowProducts& row) {
  if (probe.square == 0) return probe.offset + row.product / std::sqrt(row.square);
  return std::clamp(row.product / std::sqrt(probe.square * row.square), -1.0, 1.0);
}

/// A row whose squared length leaves the range of double, or is zero, or is not finite.
double score_scaled(const Probe& probe, const VectorBlock& block, const std::byte* row) {
  std::vector<double> components(padded_width(block.width));
  widen_row(block.element, row, block.width, components.data());
  const double scale = power_of_two_for(components);
  if (scale == 0) return kMissing;
  for (double& x : components) x *= scale;
  const double* data = components.data();
  return finished(probe, {product_of(probe.components.data(), data, components.size()),
                          product_of(data, data, components.size())});
}

class Scorer {
 public:
  Scorer(const Probe& probe, const VectorBlock& block)
      : probe_(probe),
        block_(block),
        products_of_(row_kernels().products[static_cast<size_t>(block.element)]) {
    if (probe.width != block.width)
      throw Error(ErrorCode::kInternal, fmt::format("a probe of {} components meets vectors of {}",
                                                    probe.width, block.width));
  }

  /// `count` rows, at most kBatch, row i being row_of(i).
  template <typename F>
  void score(size_t count, F row_of, double* scores) {
    const std::byte* rows[kBatch] = {};
    size_t places[kBatch] = {};
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t row = row_of(i);
      scores[i] = kMissing;
      if (!block_.has(row)) continue;
      rows[found] = block_.row(row);
      places[found++] = i;
    }
    RowProducts products[kBatch];
    products_of_(rows, found, block_.width, probe_.components.data(), products);
    for (size_t i = 0; i < found; ++i) {
      const double square = products[i].square;
      scores[places[i]] = square >= kLeastSquare && square <= kMostSquare
                              ? finished(probe_, products[i])
                              : score_scaled(probe_, block_, rows[i]);
    }
  }

 private:
  const Probe& probe_;
  const VectorBlock& block_;
  RowKernels::Products products_of_;
};

std::vector<double> padded(std::span<const double> values) {
  std::vector<double> out(padded_width(values.size()));
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

}  // namespace

double power_of_two_for(std::span<const double> components) {
  double most = 0;
  for (const double x : components) {
    if (!std::isfinite(x)) return 0;
    most = std::max(most, std::fabs(x));
  }
  if (most == 0) return 0;
  int exponent = 0;
  std::frexp(most, &exponent);
  // Of a denormal number the scale itself would not be finite.
  return std::ldexp(1.0, std::min(-exponent, 1000));
}

Probe cosine_to(std::span<const double> vector) {
  const double scale = power_of_two_for(vector);
  if (scale == 0)
    throw Error(ErrorCode::kConstraint,
                "there is nothing like this vector: its numbers are all zero, or not finite");
  Probe probe;
  probe.width = static_cast<uint32_t>(vector.size());
  probe.components = padded(vector);
  for (double& x : probe.components) x *= scale;
  const double* data = probe.components.data();
  probe.square = product_of(data, data, probe.components.size());
  return probe;
}

Probe linear_score(std::span<const double> weights, double offset) {
  if (weights.empty() || !std::isfinite(offset) ||
      !std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w); }))
    throw Error(ErrorCode::kConstraint, "the weights of a classifier must be finite numbers");
  Probe probe;
  probe.width = static_cast<uint32_t>(weights.size());
  probe.components = padded(weights);
  probe.offset = offset;
  return probe;
}

std::vector<double> direction_components(const VectorBlock& block, uint32_t row) {
  if (!block.has(row)) return {};
  std::vector<double> components(padded_width(block.width));
  widen_row(block.element, block.row(row), block.width, components.data());
  components.resize(block.width);
  if (power_of_two_for(components) == 0) components.clear();
  return components;
}

std::vector<double> mean_direction(std::span<const std::vector<double>> vectors) {
  std::vector<double> mean;
  for (const std::vector<double>& vector : vectors) {
    if (mean.empty()) mean.assign(vector.size(), 0);
    const double scale = power_of_two_for(vector);
    if (scale == 0) continue;
    std::vector<double> components = padded(vector);
    for (double& x : components) x *= scale;
    const double* data = components.data();
    const double length = std::sqrt(product_of(data, data, components.size()));
    for (size_t j = 0; j < mean.size(); ++j) mean[j] += components[j] / length;
  }
  if (power_of_two_for(mean) == 0) mean.clear();
  for (double& x : mean) x /= static_cast<double>(vectors.size());
  return mean;
}

void score_rows(const Probe& probe, const VectorBlock& block, std::span<const uint32_t> rows,
                double* scores) {
  Scorer scorer(probe, block);
  for (size_t begin = 0; begin < rows.size(); begin += kBatch)
    scorer.score(
        std::min(kBatch, rows.size() - begin), [&](size_t i) { return rows[begin + i]; },
        scores + begin);
}

void score_range(const Probe& probe, const VectorBlock& block, uint32_t begin, uint32_t end,
                 double* scores) {
  Scorer scorer(probe, block);
  for (uint32_t row = begin; row < end; row += kBatch)
    scorer.score(
        std::min<size_t>(kBatch, end - row),
        [&](size_t i) { return row + static_cast<uint32_t>(i); }, scores + (row - begin));
}

void score_all(const VectorRows& vectors, const Probe& probe, const storage::Bitmap* among,
               std::span<double> scores, const Running& running) {
  scan_pieces(vectors, among, running, [&](size_t, const BlockPart& part) {
    double* out = scores.data() + part.first_row;
    if (part.block == nullptr) {
      std::fill(out, out + part.rows, kMissing);
    } else if (part.selected == nullptr) {
      score_range(probe, *part.block, 0, part.rows, out);
    } else {
      std::fill(out, out + part.rows, kMissing);
      std::vector<double> some(part.selected->size());
      score_rows(probe, *part.block, *part.selected, some.data());
      for (size_t i = 0; i < some.size(); ++i) out[(*part.selected)[i]] = some[i];
    }
  });
}

}  // namespace cupel::index
