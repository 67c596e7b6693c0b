#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/item_set.hpp"
#include "engine/exec/label_errors_document.hpp"
#include "engine/exec/probabilities.hpp"
#include "engine/learn/label_issues.hpp"
#include "storage/transaction.hpp"

/// Finding label errors inside a transaction: labels are gathered from columns, engine/learn judges
/// them, columns and a document are written (docs/label-errors.md has their names). The context's
/// snapshot is the transaction's view, flushed. After an Error the transaction must go back to its
/// savepoint or end.
namespace cupel::exec {

using TextMap = std::map<std::string, std::string, std::less<>>;

struct FindRequest {
  /// What was asked, for the document; what was found is filled in. `taxonomy` names the labels.
  LabelErrors errors;
  learn::IssueOptions options;
  std::optional<ItemSet> members;  ///< only these are examples, and only they are written
  std::optional<TextMap> coarse;   ///< coarse labels of labels
};

struct FindOutcome {
  LabelErrors errors;
  uint64_t without_label = 0;          ///< items with probabilities that are no examples
  uint64_t without_probabilities = 0;  ///< labels that could not be judged
};

/// One category label an item, in a taxonomy.
FindOutcome find_label_errors(storage::Transaction& transaction, const Probabilities& probabilities,
                              FindRequest request, const Context& context);

/// The labels of all annotations of an item; each class is judged by itself.
FindOutcome find_label_set_errors(storage::Transaction& transaction,
                                  const Probabilities& probabilities, FindRequest request,
                                  const Context& context);

/// Boxes against the boxes of a run, which is not of the transaction's own catalog (that changes
/// meanwhile); `request.errors.relative` says how distances are measured.
FindOutcome find_box_errors(storage::Transaction& transaction, const storage::Run& run,
                            FindRequest request, const Context& context);

/// What SHOW LABEL ERRORS tells: numbers per class, most suspected first, then per pair.
struct ErrorCounts {
  struct Line {
    std::string given, suggested;    ///< empty: missing
    std::optional<uint64_t> labels;  ///< of a class: its examples
    uint64_t suspected = 0;
    std::optional<double> share, noise;  ///< of a class
  };
  std::vector<Line> lines;
};
ErrorCounts count_label_errors(const LabelErrors& errors, const Context& context);

/// What EXPLAIN LABEL ERROR tells of an item: lines of a name and a text. `probabilities` may be
/// null: then what columns and document know. Throws kConstraint for an item without label.
using Explanation = std::vector<std::pair<std::string, std::string>>;
Explanation explain_label_error(const LabelErrors& errors, uint64_t item,
                                const Probabilities* probabilities, const Context& context);

/// A number that changes when one of a table's boxes is moved, relabelled, added or deleted.
uint64_t box_fingerprint(storage::TableId table, const Context& context);

// --- shared by the three analyses

inline constexpr const char* kPotentialMislabel = "metadata.potential_mislabel";
inline constexpr const char* kPredictedLabel = "metadata.predicted_label";
inline constexpr const char* kPredictedLabels = "metadata.predicted_labels";
inline constexpr const char* kLabelQuality = "metadata.label_quality";
inline constexpr const char* kLabelIssue = "metadata.label_issue";
inline constexpr const char* kOverlookedScore = "metadata.overlooked_score";
inline constexpr const char* kCoarseLabel = "metadata.coarse_label";
inline constexpr const char* kPredictedCoarseLabel = "metadata.predicted_coarse_label";
inline constexpr const char* kMislabelScore = "metadata.mislabel_score";

/// A suspected item's score: larger is worse, never 0.
double mislabel_score(double quality);
/// Finishes the record and stores it.
void store(storage::Transaction& transaction, LabelErrors& errors);

}  // namespace cupel::exec
