#include "grammar/print_labels.hpp"

#include <fmt/format.h>

#include <string_view>

#include "grammar/clauses.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

std::string removals(const std::vector<Removal>& list) {
  std::string text;
  for (const Removal& removal : list)
    text += fmt::format("{}{} {}", text.empty() ? " REMOVE (" : ", ",
                        print_name(removal.label.text), removal.count);
  return text.empty() ? text : text + ")";
}

}  // namespace

std::string print(const ImportProbabilities& s) {
  const std::string from = s.file ? quote_text(s.file->text) : "RUN " + quote_text(s.run->text);
  return Clauses(fmt::format("IMPORT PROBABILITIES FROM {} AS {}", from, print_name(s.name.text)))
      .file("IDS FROM", s.ids)
      .file("CLASSES FROM", s.classes)
      .name("IN TAXONOMY", s.taxonomy)
      .flag("UPDATE", s.update)
      .take();
}

std::string print(const DropProbabilities& s) {
  return "DROP PROBABILITIES " + print_name(s.name.text);
}

std::string print(const FindLabelErrors& s) {
  return Clauses("FIND LABEL ERRORS")
             .name("IN TAXONOMY", s.taxonomy)
             .flag("IN BOXES", s.boxes)
             .flag("MULTI LABEL", s.multi_label)
             .name("USING PROBABILITIES", s.probabilities)
             .file("USING PROBABILITIES FROM", s.file)
             .name("USING RUN", s.run)
             .file("IDS FROM", s.ids)
             .file("CLASSES FROM", s.classes)
             .name("METHOD", s.method)
             .name("RANK BY", s.rank)
             .flag("ADJUSTED", s.adjusted)
             .number("FRACTION", s.fraction)
             .count("KEEP", s.keep)
             .take() +
         removals(s.removals) +
         Clauses("")
             .name("IN SLICE", s.slice)
             .name("TIES", s.ties)
             .name("COMPAT", s.compat)
             .file("WITH COARSE LABELS", s.coarse)
             .flag("RELATIVE DISTANCES", s.relative)
             .take();
}

std::string print(const ShowLabelErrors& s) {
  return Clauses("SHOW LABEL ERRORS").name("IN TAXONOMY", s.taxonomy).take();
}

std::string print(const ExplainLabelError& s) {
  return Clauses("EXPLAIN LABEL ERROR " + quote_text(s.reference.text))
      .name("IN TAXONOMY", s.taxonomy)
      .take();
}

std::string print(const SendSlice& s) {
  Clauses text(fmt::format("SEND SLICE {} TO LABELING {}", print_name(s.slice.text),
                           quote_text(s.directory.text)));
  return text.file("PROJECT", s.project)
      .name("IN TAXONOMY", s.taxonomy)
      .count("BATCH", s.batch)
      .count("CALIBRATION", s.calibration)
      .count("SEED", s.seed)
      .name("FORMAT", s.format)
      .count("CHOICES", s.choices)
      .file("INSTRUCTIONS", s.instructions)
      .file("DESCRIPTION", s.description)
      .flag("AGAIN", s.again)
      .take();
}

std::string print(const ImportLabelingResults& s) {
  return Clauses("IMPORT LABELING RESULTS FROM " + quote_text(s.file.text))
      .file("OF PROJECT", s.project)
      .name("FORMAT", s.format)
      .take();
}

std::string print(const AuditProject& s) {
  std::string text = "AUDIT PROJECT " + quote_text(s.project.text);
  if (s.verdict == AuditVerdict::kNone) return text;
  text += s.verdict == AuditVerdict::kAccept ? " ACCEPT" : " REJECT";
  std::string list;
  for (const Name& reference : s.references)
    list += (list.empty() ? " (" : ", ") + quote_text(reference.text);
  return text + (list.empty() ? list : list + ")");
}

std::string print(const ApplyLabelingResults& s) {
  return Clauses("APPLY LABELING RESULTS OF PROJECT " + quote_text(s.project.text))
      .number("MIN AGREEMENT", s.agreement)
      .flag("WEIGHTED", s.weighted)
      .take();
}

std::string print(const CompareLabels& s) {
  return fmt::format("COMPARE LABELS OF PROJECT {} AND {}", quote_text(s.first.text),
                     quote_text(s.second.text));
}

std::string print(const ShowProjects&) { return "SHOW PROJECTS"; }
std::string print(const DropProject& s) { return "DROP PROJECT " + quote_text(s.name.text); }

}  // namespace cupel::grammar
