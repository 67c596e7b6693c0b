#include "tests/support/random_query.hpp"

// Random statements of label errors and relabeling.

namespace cupel::testing {

using namespace grammar;

std::optional<Name> RandomSyntax::maybe_name() {
  return chance(40) ? std::optional<Name>(name()) : std::nullopt;
}

std::optional<Name> RandomSyntax::maybe_text() {
  return chance(30) ? std::optional<Name>(Name{any_text(), {}}) : std::nullopt;
}

std::optional<uint64_t> RandomSyntax::maybe_count() {
  return chance(30) ? std::optional<uint64_t>(below(5000)) : std::nullopt;
}

ImportProbabilities RandomSyntax::import_probabilities() {
  ImportProbabilities result;
  if (chance(50)) {
    result.file = Name{any_text(), {}};
  } else {
    result.run = name();
  }
  result.name = name();
  result.ids = maybe_text();
  result.classes = maybe_text();
  result.taxonomy = maybe_name();
  result.update = chance(50);
  return result;
}

FindLabelErrors RandomSyntax::find_label_errors() {
  FindLabelErrors result;
  result.taxonomy = maybe_name();
  result.boxes = chance(20);
  result.multi_label = chance(20);
  result.probabilities = maybe_name();
  result.file = maybe_text();
  result.run = maybe_name();
  result.ids = maybe_text();
  result.classes = maybe_text();
  result.method = maybe_name();
  result.rank = maybe_name();
  result.ties = maybe_name();
  result.compat = maybe_name();
  result.slice = maybe_name();
  result.coarse = maybe_text();
  result.adjusted = chance(20);
  result.relative = chance(20);
  result.keep = maybe_count();
  if (chance(30)) result.fraction = static_cast<double>(below(1000)) / 1000;
  if (chance(30))
    for (size_t i = 1 + below(3); i > 0; --i) result.removals.push_back({name(), below(100)});
  return result;
}

SendSlice RandomSyntax::send_slice() {
  SendSlice result;
  result.slice = name();
  result.directory = Name{any_text(), {}};
  result.project = name();
  result.taxonomy = maybe_name();
  result.format = maybe_name();
  result.instructions = maybe_text();
  result.description = maybe_text();
  result.batch = maybe_count();
  result.calibration = maybe_count();
  result.seed = maybe_count();
  result.choices = maybe_count();
  result.again = chance(30);
  return result;
}

AuditProject RandomSyntax::audit_project() {
  AuditProject result;
  result.project = name();
  result.verdict = static_cast<AuditVerdict>(below(3));
  if (result.verdict != AuditVerdict::kNone)
    for (size_t i = below(3); i > 0; --i) result.references.push_back(name());
  return result;
}

void RandomSyntax::labels_statement(Statement& result) {
  switch (below(12)) {
    case 0: result.node = import_probabilities(); break;
    case 1: result.node = DropProbabilities{name()}; break;
    case 2: result.node = find_label_errors(); break;
    case 3: result.node = ShowLabelErrors{maybe_name()}; break;
    case 4: result.node = ExplainLabelError{name(), maybe_name()}; break;
    case 5: result.node = send_slice(); break;
    case 6:
      result.node = ImportLabelingResults{Name{any_text(), {}}, maybe_name(), maybe_name()};
      break;
    case 7: result.node = audit_project(); break;
    case 8: {
      ApplyLabelingResults apply{name(), std::nullopt, chance(30)};
      if (chance(50)) apply.agreement = static_cast<double>(below(101)) / 100;
      result.node = std::move(apply);
      break;
    }
    case 9: result.node = CompareLabels{name(), name()}; break;
    case 10: result.node = ShowProjects{}; break;
    default: result.node = DropProject{name()};
  }
}

}  // namespace cupel::testing
