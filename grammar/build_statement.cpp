#include <fmt/format.h>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"

namespace cupel::grammar {

Statement Builder::statement(Parser::StatementContext* tree) {
  Statement result;
  result.span = span(tree);
  if (auto* t = tree->query()) {
    result.node = query(t);
  } else if (auto* t = tree->explain()) {
    const ExplainAs as = t->K_SQL() != nullptr       ? ExplainAs::kSql
                         : t->K_ANALYZE() != nullptr ? ExplainAs::kMeasuredPlan
                                                     : ExplainAs::kPlan;
    result.node = Explain{as, query(t->query())};
  } else if (auto* t = tree->createSlice()) {
    result.node = create_slice(t);
  } else if (auto* t = tree->insertIntoSlice()) {
    result.node = InsertIntoSlice{name_or_text(t->nameOrText()), query(t->query())};
  } else if (auto* t = tree->deleteFromSlice()) {
    result.node = DeleteFromSlice{name_or_text(t->nameOrText()), query(t->query())};
  } else if (auto* t = tree->renameSlice()) {
    result.node = RenameSlice{name_or_text(t->nameOrText(0)), name_or_text(t->nameOrText(1))};
  } else if (auto* t = tree->dropSlice()) {
    result.node = DropSlice{name_or_text(t->nameOrText())};
  } else if (auto* t = tree->show()) {
    result.node = show(t);
  } else if (auto* t = tree->describeSlice()) {
    result.node = DescribeSlice{name_or_text(t->nameOrText())};
  } else if (auto* t = tree->importData()) {
    result.node = import_data(t);
  } else if (auto* t = tree->exportData()) {
    result.node = export_data(t);
  } else if (auto* t = tree->reportQuery()) {
    result.node = report_query(t);
  } else if (auto* t = tree->update()) {
    result.node = update(t);
  } else if (auto* t = tree->deleteRows()) {
    Delete node;
    node.source = source(t->source());
    if (auto* where = t->whereClause()) node.where = condition(where->condition(), Place::kField);
    result.node = std::move(node);
  } else if (auto* t = tree->useRun()) {
    result.node = UseRun{name_or_text(t->nameOrText())};
  } else if (tree->begin() != nullptr) {
    result.node = Begin{};
  } else if (tree->commit() != nullptr) {
    result.node = Commit{};
  } else if (!labels_statement(tree, result) && !evaluation_statement(tree, result) &&
             !insights_statement(tree, result) && !vectors_statement(tree, result)) {
    result.node = Rollback{};
  }
  result.positional_parameters = questions_;
  return result;
}

CreateSlice Builder::create_slice(Parser::CreateSliceContext* tree) {
  CreateSlice result;
  result.name = name_or_text(tree->nameOrText(0));
  result.live = tree->K_LIVE() != nullptr;
  if (tree->query() != nullptr) {
    result.query = query(tree->query());
    const Span s = result.query->span;
    result.query_text = scan_.text.substr(s.begin, s.end - s.begin);
    return result;
  }
  const auto references = tree->nameOrText();
  for (size_t i = 1; i < references.size(); ++i) {
    result.references.push_back(name_or_text(references[i]));
  }
  return result;
}

Show Builder::show(Parser::ShowContext* tree) {
  Show result{ShowWhat::kSlices, std::nullopt};
  if (tree->K_RUNS() != nullptr) result.what = ShowWhat::kRuns;
  if (tree->K_AUTOTAGS() != nullptr) result.what = ShowWhat::kAutotags;
  if (tree->K_EMBEDDINGS() != nullptr) result.what = ShowWhat::kEmbeddings;
  if (tree->K_PROBABILITIES() != nullptr) result.what = ShowWhat::kProbabilities;
  if (tree->K_LABELS() != nullptr) result.what = ShowWhat::kLabels;
  if (tree->K_FIELDS() != nullptr) result.what = ShowWhat::kFields;
  if (tree->K_STATS() != nullptr) result.what = ShowWhat::kStats;
  if (tree->source() != nullptr) result.source = source(tree->source());
  return result;
}

Import Builder::import_data(Parser::ImportDataContext* tree) {
  Import result;
  result.what = ImportWhat::kItems;
  if (tree->K_ANNOTATIONS() != nullptr) result.what = ImportWhat::kAnnotations;
  if (tree->K_PREDICTIONS() != nullptr) result.what = ImportWhat::kPredictions;
  result.file = unquoted(tree->TEXT());
  result.file_span = token(tree->TEXT()).span();
  for (auto* option : tree->importOption()) import_option(option, result);
  const bool predictions = result.what == ImportWhat::kPredictions;
  if (predictions && !result.run) {
    throw Error(ErrorCode::kSyntax, "predictions belong to a run; add AS RUN \"name\"",
                result.file_span, fmt::format("{} AS RUN \"name\"", word(tree->TEXT())));
  }
  if (!predictions && result.run) {
    throw Error(ErrorCode::kSyntax, "only predictions belong to a run; leave AS RUN out",
                result.run->span);
  }
  return result;
}

void Builder::import_option(Parser::ImportOptionContext* tree, Import& import) {
  const auto once = [&](bool given, std::string_view option) {
    if (!given) return;
    throw Error(ErrorCode::kSyntax, fmt::format("the option {} is given twice", option),
                span(tree));
  };
  if (tree->K_RUN() != nullptr) {
    once(import.run.has_value(), "AS RUN");
    import.run = name_or_text(tree->nameOrText());
  } else if (tree->formatChoice() != nullptr) {
    once(import.format.has_value(), "FORMAT");
    import.format = format_choice(tree->formatChoice());
  } else if (tree->K_UPDATE() != nullptr) {
    once(import.update, "UPDATE");
    import.update = true;
  } else {
    once(import.skip_errors, "ON ERROR SKIP");
    import.skip_errors = true;
  }
}

Export Builder::export_data(Parser::ExportDataContext* tree) {
  Export result;
  result.query = query(tree->query());
  result.file = unquoted(tree->TEXT());
  result.file_span = token(tree->TEXT()).span();
  if (tree->formatChoice() != nullptr) result.format = format_choice(tree->formatChoice());
  return result;
}

FormatChoice Builder::format_choice(Parser::FormatChoiceContext* tree) const {
  FormatChoice result{name_or_text(tree->nameOrText()), {}};
  for (auto* setting : tree->formatSetting()) {
    auto* tokens = setting->settingValue();
    Name value{{}, span(tokens)};
    value.text = tokens->nameOrText() != nullptr
                     ? text_of(tokens->nameOrText())
                     : scan_.text.substr(value.span.begin, value.span.end - value.span.begin);
    result.settings.push_back({name_or_text(setting->nameOrText()), std::move(value)});
  }
  return result;
}

Report Builder::report_query(Parser::ReportQueryContext* tree) {
  Report result;
  result.query = query(tree->query());
  result.file = unquoted(tree->TEXT(0));
  result.file_span = token(tree->TEXT(0)).span();
  if (tree->K_IMAGES() != nullptr)
    result.images = Name{unquoted(tree->TEXT(1)), token(tree->TEXT(1)).span()};
  return result;
}

Update Builder::update(Parser::UpdateContext* tree) {
  Update result;
  result.source = source(tree->source());
  for (auto* part : tree->assignment()) result.assignments.push_back(assignment(part));
  if (auto* where = tree->whereClause())
    result.where = condition(where->condition(), Place::kField);
  return result;
}

Assignment Builder::assignment(Parser::AssignmentContext* tree) {
  Assignment result;
  result.path_span = span(tree->reference());
  ExpressionPtr target = reference(tree->reference(), Place::kField);
  auto* path = std::get_if<Path>(&target->node);
  if (path == nullptr) {
    throw Error(ErrorCode::kSyntax,
                "SET takes the name of a field on the left, such as metadata.speed",
                result.path_span);
  }
  result.path = std::move(*path);
  if (tree->K_MISSING() == nullptr) result.value = sum(tree->sum(), Place::kValue);
  return result;
}

}  // namespace cupel::grammar
