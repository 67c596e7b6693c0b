#include "engine/learn/examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cupel/error.hpp"

namespace cupel::learn {
namespace {

void check_shape(std::span<const int32_t> labels, size_t rows, size_t classes) {
  if (labels.size() != rows)
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("there are {} labels for {} rows of probabilities", labels.size(), rows));
  if (rows >= std::numeric_limits<uint32_t>::max())
    throw Error(ErrorCode::kLimit,
                fmt::format("{} rows of probabilities are more than 4,294,967,294", rows));
  if (classes < 2)
    throw Error(ErrorCode::kConstraint,
                fmt::format("probabilities need at least 2 classes (columns), not {}", classes));
}

void count_labels(Examples& out) {
  out.counts.assign(out.classes, 0);
  const auto end = static_cast<int64_t>(out.classes);
  for (size_t row = 0; row < out.labels.size(); ++row) {
    const int32_t label = out.labels[row];
    if (label == kNoLabel) continue;
    if (label < 0 || label >= end)
      throw Error(ErrorCode::kConstraint,
                  fmt::format("row {} has the label {}, but the probabilities have the classes 0 "
                              "to {}",
                              row, label, end - 1));
    ++out.counts[static_cast<size_t>(label)];
  }
}

void check_classes(const Examples& examples, OneClass one_class) {
  if (examples.total == 0)
    throw Error(ErrorCode::kConstraint, "no row of the probabilities has a label");
  if (one_class == OneClass::kAllowed) return;
  if (std::ranges::count(examples.counts, examples.total) == 0) return;
  if (one_class == OneClass::kAllowedIfZero && examples.counts[0] != 0) return;
  const auto only = std::ranges::find(examples.counts, examples.total) - examples.counts.begin();
  throw Error(ErrorCode::kConstraint,
              fmt::format("labels must be of at least 2 classes, but all are class {}", only));
}

}  // namespace

Examples group_examples(std::span<const int32_t> labels, size_t rows, size_t classes,
                        OneClass one_class) {
  check_shape(labels, rows, classes);
  Examples out;
  out.labels = labels;
  out.classes = classes;
  count_labels(out);
  out.first.assign(classes + 1, 0);
  for (size_t k = 0; k < classes; ++k) out.first[k + 1] = out.first[k] + out.counts[k];
  out.total = out.first.back();
  check_classes(out, one_class);
  out.rows.resize(out.total);
  std::vector<size_t> at(out.first.begin(), out.first.end() - 1);
  for (size_t row = 0; row < rows; ++row) {
    if (labels[row] == kNoLabel) continue;
    out.rows[at[static_cast<size_t>(labels[row])]++] = static_cast<uint32_t>(row);
  }
  return out;
}

}  // namespace cupel::learn
