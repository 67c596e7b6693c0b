#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "grammar/name.hpp"

/// The statements of label errors and of the relabeling round trip. Options that were not given are
/// empty; a file is a text.
namespace cupel::grammar {

/// `IMPORT PROBABILITIES FROM 'x.npy' AS name …`, or FROM RUN "name".
struct ImportProbabilities {
  std::optional<Name> file;
  std::optional<Name> run;
  Name name;
  std::optional<Name> ids, classes;  ///< IDS FROM, CLASSES FROM: files
  std::optional<Name> taxonomy;      ///< of a run's categories
  bool update = false;
};
struct DropProbabilities {
  Name name;
};

/// `REMOVE (cat 5)`: so many of a label are to be flagged.
struct Removal {
  Name label;
  uint64_t count = 0;
};
struct FindLabelErrors {
  std::optional<Name> taxonomy;
  bool boxes = false;                 ///< IN BOXES
  bool multi_label = false;           ///< MULTI LABEL
  std::optional<Name> probabilities;  ///< a stored set
  std::optional<Name> file;           ///< USING PROBABILITIES FROM 'x.npy'
  std::optional<Name> run;            ///< USING RUN
  std::optional<Name> ids, classes;
  std::optional<Name> method, rank, ties, compat;
  std::optional<Name> slice;
  std::optional<Name> coarse;  ///< WITH COARSE LABELS 'map.json'
  bool adjusted = false;
  bool relative = false;  ///< RELATIVE DISTANCES
  std::optional<double> fraction;
  std::optional<uint64_t> keep;
  std::vector<Removal> removals;
};
struct ShowLabelErrors {
  std::optional<Name> taxonomy;
};
struct ExplainLabelError {
  Name reference;
  std::optional<Name> taxonomy;
};

struct SendSlice {
  Name slice;
  Name directory;
  std::optional<Name> project;  ///< always there after parsing
  std::optional<Name> taxonomy, format, instructions, description;
  std::optional<uint64_t> batch, calibration, seed;
  std::optional<uint64_t> choices;  ///< CHOICES n; nothing: ALL
  bool again = false;
};
struct ImportLabelingResults {
  Name file;
  std::optional<Name> project, format;
};
enum class AuditVerdict { kNone, kAccept, kReject };
struct AuditProject {
  Name project;
  AuditVerdict verdict = AuditVerdict::kNone;
  std::vector<Name> references;  ///< empty: every completed task
};
struct ApplyLabelingResults {
  Name project;
  std::optional<double> agreement;
  bool weighted = false;
};
struct CompareLabels {
  Name first, second;
};
struct ShowProjects {};
struct DropProject {
  Name name;
};

}  // namespace cupel::grammar
