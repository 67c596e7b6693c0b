#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/evaluate/match.hpp"
#include "engine/exec/execute.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "storage/transaction.hpp"

/// EVALUATE RUN inside its transaction: columns in, engine/evaluate matches, columns and a document
/// out (docs/evaluation.md has their names, plan/evaluation_record.hpp too).
namespace cupel::exec {

struct EvaluateRequest {
  evaluate::MatchOptions options;                            ///< without `allowed`
  std::vector<std::pair<std::string, std::string>> allowed;  ///< labels: given, predicted
  plan::EvaluationRecord record;  ///< what was asked; what was found is filled in
};

struct EvaluateOutcome {
  plan::EvaluationRecord record;
  /// Labels of `allowed` that nothing has.
  std::vector<std::string> unknown_given, unknown_predicted;
};

/// Evaluates `run`, which is not of the transaction's own catalog (that changes meanwhile). The
/// context's snapshot is the transaction's view, flushed. Results do not depend on the number of
/// threads. After an Error the transaction must go back to its savepoint or end.
EvaluateOutcome evaluate_run(storage::Transaction& transaction, const storage::Run& run,
                             EvaluateRequest request, const Context& context);

}  // namespace cupel::exec
