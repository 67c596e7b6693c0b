#pragma once

#include <cstdint>
#include <string>

#include "engine/exec/probabilities.hpp"
#include "storage/transaction.hpp"

/// Probabilities become vector sets of the items.
namespace cupel::exec {

struct ProbabilityTarget {
  std::string name;
  bool replace = false;  ///< a set of that name goes away
  int64_t created_micros = 0;
};

struct ProbabilityImport {
  uint64_t rows = 0;
  uint64_t without = 0;  ///< items that have none (of a run)
  uint64_t classes = 0;
  std::string element;
};

/// Stores a file. The context's snapshot is the transaction's view.
ProbabilityImport import_probabilities(storage::Transaction& transaction,
                                       const ProbabilityFile& file, const ProbabilityTarget& target,
                                       const Context& context);

/// Stores what the `class_pdf` of a run's category predictions in a taxonomy says. Classes: the
/// labels that occur there, sorted; 0 for those that a prediction does not name.
ProbabilityImport import_probabilities(storage::Transaction& transaction, const storage::Run& run,
                                       const std::string& taxonomy, const ProbabilityTarget& target,
                                       const Context& context);

}  // namespace cupel::exec
