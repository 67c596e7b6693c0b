#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/labeling.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/labeling/files.hpp"

/// What is asked about: the items or annotations of a slice, with the labels they have.
namespace cupel::exec {

/// What one task asks about.
struct Subject {
  uint64_t item = 0;
  std::optional<uint64_t> annotation;
  std::string given_label;
  std::string taxonomy;         ///< of the label; empty for objects
  std::optional<double> score;  ///< the item's metadata.mislabel_score
};

/// The best rows that carry a label, for the instructions: not suspected, of good quality, and not
/// asked about themselves.
class BestExamples {
 public:
  void offer(double quality, uint64_t item);
  std::vector<uint64_t> items() const;

 private:
  struct Example {
    double quality = 0;
    uint64_t item = 0;
  };
  static constexpr size_t kMost = 3;
  std::vector<Example> best_;  ///< best first
};

struct Subjects {
  std::vector<Subject> rows;  ///< worst first, then by row
  /// Every label there is to choose from, by taxonomy (empty: of objects).
  std::map<std::string, std::map<std::string, BestExamples, std::less<>>, std::less<>> labels;
};

/// The subjects of a request. Scans the annotations once.
Subjects find_subjects(const SendRequest& request, const Context& context);

/// Examples with the locations of their images.
std::vector<labeling::LabelExamples> examples_of(const Subjects& subjects,
                                                 const storage::SnapshotPtr& view);

/// Throws kConflict when a task of some project asks about one of the subjects and is pending.
void refuse_pending(const Subjects& subjects, const SendRequest& request, const Context& context);

}  // namespace cupel::exec
