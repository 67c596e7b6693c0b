#pragma once

#include <string>

#include "engine/evaluate/outcomes.hpp"
#include "engine/exec/compared_objects.hpp"
#include "engine/exec/execute.hpp"
#include "storage/transaction.hpp"

/// What an evaluation found becomes columns.
namespace cupel::exec {

/// One table's objects with what was found of them, and the table that they were compared with.
struct JudgedObjects {
  storage::TableId table = 0;
  const ComparedObjects* objects = nullptr;
  const evaluate::ObjectOutcomes* shapes = nullptr;
  const evaluate::ObjectOutcomes* categories = nullptr;
};

struct OutcomeColumns {
  std::string run;
  const TextNumbers* labels = nullptr;
  bool paired = false;  ///< matches below the threshold are to be told from mere overlaps
};

/// The columns of the run's table.
void write_predictions(storage::Transaction& transaction, const OutcomeColumns& columns,
                       const JudgedObjects& predictions, const JudgedObjects& annotations,
                       const evaluate::CocoBits& bits, const Context& context);
/// The columns of annotations by this run.
void write_annotations(storage::Transaction& transaction, const OutcomeColumns& columns,
                       const JudgedObjects& annotations, const JudgedObjects& predictions,
                       const Context& context);
/// The counts of items; `shapes` and `categories` have an entry an item each.
void write_item_counts(storage::Transaction& transaction, const std::string& run,
                       const evaluate::Outcomes& shapes, const evaluate::Outcomes& categories,
                       const Context& context);

/// The texts of columns, by what they stand for; null for none.
const char* word_of(evaluate::Outcome outcome);
const char* word_of(evaluate::ErrorKind error);

/// COCO's ranges of area in which an annotation lies, as one small number (column $coco_area), and
/// an area that lies in the same ranges.
int64_t area_class(double area);
double area_of_class(int64_t number);

}  // namespace cupel::exec
