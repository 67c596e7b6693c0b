#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/give.hpp"

// The statements of label errors and of the relabeling round trip.

namespace cupel::grammar {
Name Builder::file(antlr4::tree::TerminalNode* text) const {
  return {unquoted(text), token(text).span()};
}

double Builder::decimal(Parser::NumberContext* tree) const {
  auto* text = tree->INTEGER() != nullptr ? tree->INTEGER() : tree->DECIMAL();
  return number(token(text), false).as_double();
}

bool Builder::labels_statement(Parser::StatementContext* tree, Statement& result) {
  if (auto* t = tree->importProbabilities()) {
    result.node = import_probabilities(t);
  } else if (auto* t = tree->dropProbabilities()) {
    result.node = DropProbabilities{name_or_text(t->nameOrText())};
  } else if (auto* t = tree->findLabelErrors()) {
    result.node = find_label_errors(t);
  } else if (auto* t = tree->showLabelErrors()) {
    ShowLabelErrors node;
    if (t->nameOrText() != nullptr) node.taxonomy = name_or_text(t->nameOrText());
    result.node = std::move(node);
  } else if (auto* t = tree->explainLabelError()) {
    ExplainLabelError node{name_or_text(t->nameOrText(0)), std::nullopt};
    if (t->K_TAXONOMY() != nullptr) node.taxonomy = name_or_text(t->nameOrText(1));
    result.node = std::move(node);
  } else if (auto* t = tree->sendSlice()) {
    result.node = send_slice(t);
  } else if (auto* t = tree->importResults()) {
    result.node = import_results(t);
  } else if (auto* t = tree->auditProject()) {
    result.node = audit_project(t);
  } else if (auto* t = tree->applyResults()) {
    result.node = apply_results(t);
  } else if (auto* t = tree->compareLabels()) {
    result.node = CompareLabels{name_or_text(t->nameOrText(0)), name_or_text(t->nameOrText(1))};
  } else if (tree->showProjects() != nullptr) {
    result.node = ShowProjects{};
  } else if (auto* t = tree->dropProject()) {
    result.node = DropProject{name_or_text(t->nameOrText())};
  } else {
    return false;
  }
  return true;
}

ImportProbabilities Builder::import_probabilities(Parser::ImportProbabilitiesContext* tree) {
  ImportProbabilities result;
  std::optional<Name> name;
  if (tree->TEXT() != nullptr) {
    result.file = file(tree->TEXT());
  } else {
    result.run = name_or_text(tree->nameOrText());
  }
  for (auto* option : tree->probabilityOption()) {
    const Span at = span(option);
    if (option->K_AS() != nullptr) {
      give(name, name_or_text(option->nameOrText()), "AS", at);
    } else if (option->K_IDS() != nullptr) {
      give(result.ids, file(option->TEXT()), "IDS FROM", at);
    } else if (option->K_CLASSES() != nullptr) {
      give(result.classes, file(option->TEXT()), "CLASSES FROM", at);
    } else if (option->K_TAXONOMY() != nullptr) {
      give(result.taxonomy, name_or_text(option->nameOrText()), "IN TAXONOMY", at);
    } else {
      give(result.update, "UPDATE", at);
    }
  }
  if (!name)
    throw Error(ErrorCode::kSyntax, "probabilities have a name; add AS and one, as in AS resnet",
                span(tree));
  result.name = *name;
  return result;
}

FindLabelErrors Builder::find_label_errors(Parser::FindLabelErrorsContext* tree) {
  FindLabelErrors result;
  for (auto* option : tree->findOption()) find_option(option, result);
  return result;
}

void Builder::find_option(Parser::FindOptionContext* tree, FindLabelErrors& find) {
  const Span at = span(tree);
  const auto name = [&] { return name_or_text(tree->nameOrText()); };
  if (tree->K_TAXONOMY() != nullptr) return give(find.taxonomy, name(), "IN TAXONOMY", at);
  if (tree->K_SLICE() != nullptr) return give(find.slice, name(), "IN SLICE", at);
  if (tree->K_BOXES() != nullptr) return give(find.boxes, "IN BOXES", at);
  if (tree->K_MULTI() != nullptr) return give(find.multi_label, "MULTI LABEL", at);
  if (tree->K_PROBABILITIES() != nullptr) {
    if (tree->TEXT() != nullptr)
      return give(find.file, file(tree->TEXT()), "USING PROBABILITIES", at);
    return give(find.probabilities, name(), "USING PROBABILITIES", at);
  }
  if (tree->K_RUN() != nullptr) return give(find.run, name(), "USING RUN", at);
  if (tree->K_IDS() != nullptr) return give(find.ids, file(tree->TEXT()), "IDS FROM", at);
  if (tree->K_CLASSES() != nullptr)
    return give(find.classes, file(tree->TEXT()), "CLASSES FROM", at);
  if (tree->K_METHOD() != nullptr) return give(find.method, name(), "METHOD", at);
  if (tree->K_RANK() != nullptr) return give(find.rank, name(), "RANK BY", at);
  if (tree->K_ADJUSTED() != nullptr) return give(find.adjusted, "ADJUSTED", at);
  if (tree->K_FRACTION() != nullptr)
    return give(find.fraction, decimal(tree->number()), "FRACTION", at);
  if (tree->K_KEEP() != nullptr) return give(find.keep, whole_number(tree->INTEGER()), "KEEP", at);
  if (tree->K_TIES() != nullptr) return give(find.ties, name(), "TIES", at);
  if (tree->K_COMPAT() != nullptr) return give(find.compat, name(), "COMPAT", at);
  if (tree->K_COARSE() != nullptr)
    return give(find.coarse, file(tree->TEXT()), "WITH COARSE LABELS", at);
  if (tree->K_RELATIVE() != nullptr) return give(find.relative, "RELATIVE DISTANCES", at);
  if (!find.removals.empty())
    throw Error(ErrorCode::kSyntax, "the option REMOVE is given twice", at);
  for (auto* removal : tree->removal())
    find.removals.push_back(
        {name_or_text(removal->nameOrText()), whole_number(removal->INTEGER())});
}

SendSlice Builder::send_slice(Parser::SendSliceContext* tree) {
  SendSlice result;
  result.slice = name_or_text(tree->nameOrText());
  result.directory = file(tree->TEXT());
  bool choices = false;
  for (auto* option : tree->sendOption()) {
    const Span at = span(option);
    const auto name = [&] { return name_or_text(option->nameOrText()); };
    const auto count = [&] { return whole_number(option->INTEGER()); };
    if (option->K_PROJECT() != nullptr) {
      give(result.project, name(), "PROJECT", at);
    } else if (option->K_TAXONOMY() != nullptr) {
      give(result.taxonomy, name(), "IN TAXONOMY", at);
    } else if (option->K_BATCH() != nullptr) {
      give(result.batch, count(), "BATCH", at);
    } else if (option->K_CALIBRATION() != nullptr) {
      give(result.calibration, count(), "CALIBRATION", at);
    } else if (option->K_SEED() != nullptr) {
      give(result.seed, count(), "SEED", at);
    } else if (option->K_FORMAT() != nullptr) {
      give(result.format, name(), "FORMAT", at);
    } else if (option->K_CHOICES() != nullptr) {
      give(choices, "CHOICES", at);
      if (option->INTEGER() != nullptr) result.choices = count();
    } else if (option->K_INSTRUCTIONS() != nullptr) {
      give(result.instructions, file(option->TEXT()), "INSTRUCTIONS", at);
    } else if (option->K_DESCRIPTION() != nullptr) {
      give(result.description, file(option->TEXT()), "DESCRIPTION", at);
    } else {
      give(result.again, "AGAIN", at);
    }
  }
  if (!result.project)
    throw Error(ErrorCode::kSyntax, "tasks belong to a project; add PROJECT and its name",
                result.directory.span);
  return result;
}

ImportLabelingResults Builder::import_results(Parser::ImportResultsContext* tree) {
  ImportLabelingResults result{file(tree->TEXT()), std::nullopt, std::nullopt};
  for (auto* option : tree->resultOption()) {
    const bool project = option->K_PROJECT() != nullptr;
    give(project ? result.project : result.format, name_or_text(option->nameOrText()),
         project ? "OF PROJECT" : "FORMAT", span(option));
  }
  return result;
}

AuditProject Builder::audit_project(Parser::AuditProjectContext* tree) {
  AuditProject result;
  const auto names = tree->nameOrText();
  result.project = name_or_text(names.front());
  if (tree->K_ACCEPT() != nullptr) result.verdict = AuditVerdict::kAccept;
  if (tree->K_REJECT() != nullptr) result.verdict = AuditVerdict::kReject;
  for (size_t i = 1; i < names.size(); ++i) result.references.push_back(name_or_text(names[i]));
  return result;
}

ApplyLabelingResults Builder::apply_results(Parser::ApplyResultsContext* tree) {
  ApplyLabelingResults result{name_or_text(tree->nameOrText()), std::nullopt, false};
  for (auto* option : tree->applyOption()) {
    if (option->K_WEIGHTED() != nullptr) {
      give(result.weighted, "WEIGHTED", span(option));
    } else {
      give(result.agreement, decimal(option->number()), "MIN AGREEMENT", span(option));
    }
  }
  return result;
}

}  // namespace cupel::grammar
