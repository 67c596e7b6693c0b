#include "tests/unit/learn/naive_prune.hpp"

#include <algorithm>
#include <functional>

namespace cupel::learn::naive {
namespace {

/// The first `count` of the rows, sorted by key and then by row.
std::vector<size_t> lowest(std::vector<size_t> rows, size_t count,
                           const std::function<double(size_t)>& key) {
  std::ranges::stable_sort(rows, {}, key);
  rows.resize(std::min(count, rows.size()));
  return rows;
}

bool fits(const Input& input, size_t row) {
  const auto given = static_cast<size_t>(input.labels[row]);
  std::vector<double> numbers(input.columns);
  for (size_t k = 0; k < input.columns; ++k) numbers[k] = input.at(row, k);
  numbers[given] += 1e-6;
  return static_cast<size_t>(std::ranges::max_element(numbers) - numbers.begin()) == given;
}

}  // namespace

std::vector<uint64_t> prune(const Input& input, const ClassMatrix& calibrated, Filter filter) {
  std::vector<bool> by_rate(input.rows()), by_class(input.rows());
  for (size_t given = 0; given < input.columns; ++given) {
    std::vector<size_t> rows;
    for (size_t row = 0; row < input.rows(); ++row)
      if (input.labels[row] == static_cast<int32_t>(given)) rows.push_back(row);
    if (rows.size() < 2) continue;
    // One example is always kept: what the diagonal lacks is taken from the others.
    std::vector<double> wanted(input.columns);
    double others = 0;
    for (size_t k = 0; k < input.columns; ++k) {
      wanted[k] = calibrated.at(given, k);
      others += k != given && wanted[k] != 0 ? 1 : 0;
    }
    if (wanted[given] < 1) {
      for (double& count : wanted) count = static_cast<int>(std::max(0.0, count - 1 / others));
      wanted[given] = 1;
    }
    for (size_t k = 0; k < input.columns; ++k) {
      if (k == given) continue;
      const auto margin = [&](size_t row) { return input.at(row, given) - input.at(row, k); };
      for (const size_t row : lowest(rows, static_cast<size_t>(wanted[k]), margin))
        by_rate[row] = true;
    }
    const size_t wrong = rows.size() - static_cast<size_t>(wanted[given]);
    for (const size_t row : lowest(rows, wrong, [&](size_t r) { return input.at(r, given); }))
      by_class[row] = true;
  }
  std::vector<uint64_t> out;
  for (size_t row = 0; row < input.rows(); ++row) {
    const bool flagged = filter == Filter::kBoth           ? by_rate[row] && by_class[row]
                         : filter == Filter::kPruneByClass ? by_class[row]
                                                           : by_rate[row];
    if (flagged && !fits(input, row)) out.push_back(row);
  }
  return out;
}

}  // namespace cupel::learn::naive
