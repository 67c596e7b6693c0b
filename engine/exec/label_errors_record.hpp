#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/item_set.hpp"
#include "engine/exec/label_errors_document.hpp"
#include "engine/learn/label_issues.hpp"
#include "engine/learn/multi_label.hpp"
#include "storage/transaction.hpp"

/// What the analyses of label errors have in common after they have found something.
namespace cupel::exec {

/// Writes metadata.mislabel_score of the touched items. `scores`: by item; NaN: missing.
void write_item_scores(storage::Transaction& transaction, const ItemSet& touched,
                       const std::vector<double>& scores, const Context& context);

/// Fills in what was found of the classes, by the given labels of the matrix's rows.
void record_categories(LabelErrors& errors, const std::vector<std::string>& classes,
                       const learn::LabelIssues& found, const std::vector<int32_t>& labels);
void record_label_sets(LabelErrors& errors, const std::vector<std::string>& classes,
                       const learn::MultiLabelIssues& found, const learn::LabelSets& labels);

}  // namespace cupel::exec
