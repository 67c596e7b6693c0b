#include "engine/learn/row_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>

#include "cupel/error.hpp"
#include "engine/learn/row_kernels.hpp"

namespace cupel::learn {
namespace {

constexpr double kSlack = 1e-6;  // of a probability past [0, 1], and of the given class when judged

template <typename Real>
[[noreturn]] void refuse(const Real* row, size_t columns, const RowLimits<Real>& limits,
                         size_t at) {
  size_t j = 0;
  while (j + 1 < columns && row[j] >= limits.low && row[j] <= limits.high) ++j;
  throw Error(ErrorCode::kConstraint,
              fmt::format("row {}, column {} of the probabilities holds {}, which is not between 0 "
                          "and 1",
                          at, j, row[j]));
}

/// The rows of a block as Reals: in place, or widened one by one.
template <typename T>
class RealRow {
 public:
  explicit RealRow(size_t columns) : columns_(columns) {
    if constexpr (std::is_same_v<T, Half>) row_.resize(columns);
  }
  const RealOf<T>* at(const T* data) {
    if constexpr (std::is_same_v<T, Half>) {
      for (size_t j = 0; j < columns_; ++j) row_[j] = Element<T>::load(data[j]);
      return row_.data();
    } else {
      return data;
    }
  }

 private:
  size_t columns_;
  std::vector<float> row_;
};

template <typename T>
bool judge(size_t given, RealOf<T> own, const RowSummary<RealOf<T>>& row, Compat compat) {
  const auto predicted = static_cast<size_t>(row.predicted);
  if (predicted == given) return true;
  if (compat == Compat::kCleanlab1) return false;
  const RealOf<T> raised = Element<T>::round(own + constant<T>(kSlack));
  return raised > row.others_most || (raised == row.others_most && given < predicted);
}

template <typename T>
class RowScanner {
  using Real = RealOf<T>;

 public:
  RowScanner(size_t rows, const Examples& examples, const Thresholds& thresholds,
             const ScanRequest& request)
      : examples_(examples),
        request_(request),
        kernels_(row_kernels<Real>(examples.classes)),
        columns_(examples.classes),
        row_(columns_) {
    out_.predicted.assign(rows, kNoLabel);
    out_.fits.assign(rows, 0);
    if (request.others_most) out_.others_most.assign(rows, 0);
    limits_ = {nullptr, at_least<Real>(-kSlack), at_most<Real>(1 + kSlack)};
    if (request.compat == Compat::kCleanlab1) limits_ = {nullptr, -kLargest, kLargest};
    if (!request.counts) return;
    cutoffs_ = find_cutoffs<T>(thresholds);
    limits_.cutoffs = cutoffs_.data();
    out_.off_diagonal.assign(rows, 0);
    out_.joint = {columns_, std::vector<double>(columns_ * columns_)};
  }

  void take(size_t first, size_t count, const T* data) {
    for (size_t i = 0; i < count; ++i) {
      if (examples_.labels[first + i] == kNoLabel) continue;
      take_row(first + i, row_.at(data + i * columns_));
    }
  }

  RowScan<Real> finish() {
    if (request_.counts && request_.compat == Compat::kCleanlab2) {
      for (size_t k = 0; k < columns_; ++k) {
        double& diagonal = out_.joint.values[k * columns_ + k];
        diagonal = std::max(diagonal, 1.0);
      }
    }
    return std::move(out_);
  }

 private:
  /// Keeps the margins of every type finite.
  static constexpr Real kLargest = 1000;

  void take_row(size_t at, const Real* row) {
    const auto given = static_cast<size_t>(examples_.labels[at]);
    const RowSummary<Real> found = kernels_.summarize(row, columns_, given, limits_);
    if (!found.in_range) refuse(row, columns_, limits_, at);
    out_.predicted[at] = found.predicted;
    out_.fits[at] = judge<T>(given, row[given], found, request_.compat) ? 1 : 0;
    if (request_.others_most) out_.others_most[at] = found.others_most;
    if (found.guess < 0) return;
    const auto guess = static_cast<size_t>(found.guess);
    out_.joint.values[given * columns_ + guess] += 1;
    out_.off_diagonal[at] = guess != given ? 1 : 0;
  }

  const Examples& examples_;
  const ScanRequest& request_;
  const RowKernels<Real>& kernels_;
  size_t columns_;
  RealRow<T> row_;
  std::vector<Real> cutoffs_;
  RowLimits<Real> limits_;
  RowScan<Real> out_;
};

}  // namespace

template <typename T>
RowScan<RealOf<T>> scan_rows(const Rows<T>& matrix, const Examples& examples,
                             const Thresholds& thresholds, const ScanRequest& request) {
  RowScanner<T> scanner(matrix.rows(), examples, thresholds, request);
  matrix.scan([&](size_t first, size_t count, const T* data) {
    if (request.poll != nullptr && *request.poll) (*request.poll)();
    scanner.take(first, count, data);
  });
  return scanner.finish();
}

template RowScan<float> scan_rows(const Rows<Half>&, const Examples&, const Thresholds&,
                                  const ScanRequest&);
template RowScan<float> scan_rows(const Rows<float>&, const Examples&, const Thresholds&,
                                  const ScanRequest&);
template RowScan<double> scan_rows(const Rows<double>&, const Examples&, const Thresholds&,
                                   const ScanRequest&);

}  // namespace cupel::learn
