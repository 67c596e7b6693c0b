#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/catalog.hpp"

/// What FIND LABEL ERRORS was asked and what it found besides columns: a document of the catalog,
/// kind "label_errors", by the name of the taxonomy (empty: several labels an item, or boxes).
namespace cupel::exec {

inline constexpr std::string_view kLabelErrors = "label_errors";

enum class ErrorsOf { kCategories, kLabelSets, kBoxes };

struct SuspectedPair {
  int32_t given = -1;  ///< class; -1: a label that is missing
  int32_t suggested = -1;
  uint64_t count = 0;
};

struct LabelErrors {
  ErrorsOf of = ErrorsOf::kCategories;
  std::string taxonomy;
  std::string statement;  ///< as it is printed

  // What was asked; texts are empty where nothing was said.
  std::string probabilities;            ///< a stored set
  std::string file, ids, classes_file;  ///< absolute
  std::string run;
  std::string method, rank, ties, compat, slice, coarse;
  bool adjusted = false, relative = false;
  double fraction = 1;
  uint64_t keep = 1;
  std::vector<std::pair<std::string, uint64_t>> removals;

  // What was found. Vectors are by class; NaN: not known.
  std::vector<std::string> classes;
  uint64_t examples = 0, errors = 0;
  double noise_share = 0;           ///< the estimated share of wrong labels
  std::vector<uint64_t> labels;     ///< examples given the class
  std::vector<uint64_t> suspected;  ///< of them
  std::vector<double> thresholds;
  std::vector<double> prior;  ///< P(true = k)
  std::vector<double> noise;  ///< 1 - P(given = k | true = k)
  std::vector<double> wrong;  ///< P(true is another | given = k)
  std::vector<SuspectedPair> pairs;

  // To tell whether it is still true.
  uint64_t generation = 0;  ///< the one that wrote it
  uint64_t number = 0;      ///< greater than that of every earlier analysis
  uint64_t set_id = 0, set_generation = 0;
  uint64_t items = 0, deleted_items = 0;  ///< ordinals handed out, and those of them deleted
  uint64_t fingerprint = 0;               ///< of the labels or boxes (label_errors_stale.hpp)
  std::vector<std::string> marks;         ///< of the files (file_mark.hpp)
};

std::string encode(const LabelErrors& errors);
/// Throws kCorruption.
LabelErrors decode_label_errors(std::string_view text);

/// The analysis of a taxonomy; nothing when there was none.
std::optional<LabelErrors> label_errors_of(const storage::Catalog& catalog,
                                           std::string_view taxonomy);
/// The latest analysis.
std::optional<LabelErrors> last_label_errors(const storage::Catalog& catalog);

}  // namespace cupel::exec
