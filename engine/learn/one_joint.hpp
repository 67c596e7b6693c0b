#pragma once

#include "engine/learn/multi_label.hpp"

namespace cupel::learn {

/// Several labels an example by the rules of cleanlab 1.0's get_noise_indices, which knows one
/// K × K joint for all classes:
/// - a threshold is the mean p[k] of the rows that have class k; each class that a row has counts
/// at
///   every class that reaches its threshold (no slack, and more than once for a row);
/// - the joint is calibrated and pruned as that of single labels, a row being an example of each
///   class that it has, and is flagged where one of them is (kBoth: where each filter flags one);
/// - not flagged is a row whose classes are just those above a cut, which is the one of 0.05, 0.10,
///   … 0.85 with the best F1 of all pairs of a row and a class (micro average; the lowest of
///   equals);
/// - its ranking takes the one-hot labels for column numbers, so that the self-confidence of a row
/// is
///   the mean of p[0] for each class that it does not have, and p[1] for each that it has. Kept as
///   the reference has it.
/// Memory beside the matrix: 16 bytes a pair of a row and a class that it has, and K × K matrices.
/// Throws as find_multi_label_issues does; kConstraint for a class that no row has.
template <typename T>
MultiLabelIssues find_by_one_joint(const Rows<T>& matrix, const LabelSets& labels,
                                   const IssueOptions& options);

}  // namespace cupel::learn
