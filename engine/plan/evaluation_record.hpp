#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/catalog.hpp"
#include "storage/transaction.hpp"

/// What EVALUATE was asked and what it found besides columns: a document of the catalog, kind
/// "evaluation", by the name of the run. Both the binder, which warns of stale evaluations, and the
/// executor read it. The names of the columns stand here, too.
namespace cupel::plan {

inline constexpr std::string_view kEvaluation = "evaluation";

inline constexpr const char* kOutcome = "outcome";
inline constexpr const char* kIou = "iou";
inline constexpr const char* kMatchedLabel = "matched_label";
inline constexpr const char* kMatchedId = "matched_id";
inline constexpr const char* kErrorKind = "error";
/// Of predictions: by COCO's rule, bit area * 10 + threshold (engine/evaluate).
inline constexpr const char* kCocoMatched = "$coco_matched";
inline constexpr const char* kCocoIgnored = "$coco_ignored";
inline constexpr const char* kCocoRank = "$coco_rank";
/// Of predictions, 1: matched_id is the match of the rule nucleus, whatever its IoU.
inline constexpr const char* kPaired = "$paired";
/// Of annotations, by run: in which of COCO's ranges their area lies (exec/outcome_columns.hpp).
inline constexpr const char* kCocoArea = "$coco_area";

/// Flags of annotations; where one is true or 1, the annotation is a crowd or to be ignored.
/// Formats spell it differently.
inline constexpr const char* kCrowdFlags[] = {"metadata.iscrowd", "metadata.ignore",
                                              "metadata.crowd", "metadata.Crowd"};

/// Whether objects have this field once a run has been evaluated.
bool is_evaluation_field(std::string_view name);
/// The column of annotations that holds a field by one run: `outcome.RUN`.
std::string annotation_column(std::string_view field, std::string_view run);
/// The column of items that holds a count (`tp`, `fp`, `fn`) by one run: `evaluation.RUN.fp`.
std::string item_column(std::string_view count, std::string_view run);

/// How a table was when it was evaluated, as far as an evaluation depends on it.
struct TableBasis {
  storage::TableId table = 0;
  uint64_t rows = 0, deleted = 0;
  /// Of each column that an evaluation reads: how often it had changed (Catalog::watched).
  std::map<storage::ColumnId, uint64_t> changes;
  friend bool operator==(const TableBasis&, const TableBasis&) = default;
};

struct EvaluationRecord {
  std::string run;
  std::string statement;  ///< as it is printed
  std::string rule;       ///< coco, nucleus, optimal
  double iou = 0.5;
  double confidence = 0;
  bool agnostic = false;
  bool allows = false;  ///< ALLOW was given
  uint64_t images = 0;
  uint64_t annotations = 0, predictions = 0;  ///< compared
  uint64_t tp = 0, fp = 0, fn = 0, ignored = 0;
  uint64_t generation = 0;  ///< the one that wrote it
  TableBasis truth, predicted;
};

std::string encode(const EvaluationRecord& record);
/// Throws kCorruption.
EvaluationRecord decode_evaluation(std::string_view text);

/// Nothing when the run has not been evaluated.
std::optional<EvaluationRecord> evaluation_of(const storage::Catalog& catalog,
                                              std::string_view run);

/// The tables as the transaction sees them, which must be flushed; their columns are watched from
/// here on.
TableBasis watch_basis(storage::Transaction& transaction, storage::TableId table);

/// Why the evaluation may not hold any more: "2 annotations were added", … Empty: it holds. Costs a
/// look at the catalog, whatever the size of the tables.
std::vector<std::string> stale_reasons(const EvaluationRecord& record,
                                       const storage::Catalog& catalog);
/// The same as one sentence; empty: it holds.
std::string stale_sentence(const EvaluationRecord& record, const storage::Catalog& catalog);

}  // namespace cupel::plan
