#pragma once

#include <string>

#include "QueryParser.h"
#include "grammar/ast.hpp"
#include "grammar/scan.hpp"

/// From the generated parser's tree to ours. What the grammar cannot say (a run's name must be a
/// name, an option is given once) is checked here and thrown as kSyntax.
namespace cupel::grammar {

/// Where an expression stands. Left of a comparison, in a SELECT list and in arguments a single
/// word is a field; right of a comparison it is text.
enum class Place { kField, kValue };

class Builder {
 public:
  using Parser = generated::QueryParser;

  explicit Builder(const Scan& scan) : scan_(scan) {}

  Statement statement(Parser::StatementContext* tree);
  Query query(Parser::QueryContext* tree);

 private:
  // build_expression.cpp
  ExpressionPtr condition(Parser::ConditionContext* tree, Place place);
  ExpressionPtr conjunction(Parser::ConjunctionContext* tree, Place place);
  ExpressionPtr negation(Parser::NegationContext* tree, Place place);
  ExpressionPtr predicate(Parser::PredicateContext* tree, Place place);
  ExpressionPtr membership(Parser::MembershipContext* tree, ExpressionPtr operand);
  ExpressionPtr likeness(Parser::LikenessContext* tree, ExpressionPtr operand);
  ExpressionPtr sum(Parser::SumContext* tree, Place place);
  ExpressionPtr product(Parser::ProductContext* tree, Place place);
  ExpressionPtr unary(Parser::UnaryContext* tree, Place place);
  ExpressionPtr primary(Parser::PrimaryContext* tree, Place place);
  ExpressionPtr arithmetic(size_t sign, ExpressionPtr left, ExpressionPtr right);

  // build_constant.cpp
  ExpressionPtr constant(Parser::ConstantContext* tree);
  ExpressionPtr literal(antlr4::tree::TerminalNode* token, bool negative);
  ExpressionPtr parameter(Parser::ParameterContext* tree);
  Value number(const Token& token, bool negative) const;
  uint64_t whole_number(antlr4::tree::TerminalNode* token) const;

  // build_reference.cpp
  ExpressionPtr reference(Parser::ReferenceContext* tree, Place place);
  ExpressionPtr call(Parser::HeadContext* tree);
  Path path(Parser::ReferenceContext* tree);
  Segment head(Parser::HeadContext* tree);
  void step(Parser::StepContext* tree, bool last, Path& path);
  std::string run_argument(const std::string& function, Parser::ArgumentsContext* tree);
  ExpressionPtr filter(Parser::FilterContext* tree);
  /// The name of `name = value` where `tree` is nothing but that and `name` one bare word.
  std::optional<NamedArgument> named_argument(Parser::ArgumentContext* tree);
  std::string name(Parser::NameContext* tree) const;
  Name name_or_text(Parser::NameOrTextContext* tree) const;
  std::string text_of(Parser::NameOrTextContext* tree) const;

  // build_query.cpp
  void select(Parser::SelectClauseContext* tree, Query& query);
  void order_by(Parser::OrderByClauseContext* tree, Query& query);
  void sample(Parser::SampleClauseContext* tree, Query& query);
  void limit(Parser::LimitClauseContext* tree, Query& query);
  Source source(Parser::SourceContext* tree);

  /// The clauses of a query that has SELECT, and of one that has none.
  template <typename Tree>
  void clauses(Tree* tree, Query& query);

  // build_insights.cpp
  /// Sets the node where the statement is ASSERT or SHOW INSIGHTS.
  bool insights_statement(Parser::StatementContext* tree, Statement& result);
  ShowInsights show_insights(Parser::ShowInsightsContext* tree);
  ExpressionPtr subquery(Parser::SelectQueryContext* tree, Span span);

  // build_statement.cpp
  CreateSlice create_slice(Parser::CreateSliceContext* tree);
  Show show(Parser::ShowContext* tree);
  Import import_data(Parser::ImportDataContext* tree);
  void import_option(Parser::ImportOptionContext* tree, Import& import);
  Export export_data(Parser::ExportDataContext* tree);
  FormatChoice format_choice(Parser::FormatChoiceContext* tree) const;
  Report report_query(Parser::ReportQueryContext* tree);
  Update update(Parser::UpdateContext* tree);
  Assignment assignment(Parser::AssignmentContext* tree);

  // build_labels.cpp
  /// Sets the node where the statement is one of label errors or relabeling.
  bool labels_statement(Parser::StatementContext* tree, Statement& result);
  ImportProbabilities import_probabilities(Parser::ImportProbabilitiesContext* tree);
  FindLabelErrors find_label_errors(Parser::FindLabelErrorsContext* tree);
  void find_option(Parser::FindOptionContext* tree, FindLabelErrors& find);
  SendSlice send_slice(Parser::SendSliceContext* tree);
  ImportLabelingResults import_results(Parser::ImportResultsContext* tree);
  AuditProject audit_project(Parser::AuditProjectContext* tree);
  ApplyLabelingResults apply_results(Parser::ApplyResultsContext* tree);
  Name file(antlr4::tree::TerminalNode* text) const;
  double decimal(Parser::NumberContext* tree) const;

  // build_evaluation.cpp
  /// Sets the node where the statement is one of evaluation.
  bool evaluation_statement(Parser::StatementContext* tree, Statement& result);
  EvaluateRun evaluate_run(Parser::EvaluateRunContext* tree);
  void metrics_option(Parser::MetricsOptionContext* tree, MetricsClauses& clauses);
  GivenNumber given_number(Parser::NumberContext* tree) const;

  // build_vectors.cpp
  /// Sets the node where the statement is one of embeddings and autotags.
  bool vectors_statement(Parser::StatementContext* tree, Statement& result);
  ImportEmbeddings import_embeddings(Parser::ImportEmbeddingsContext* tree);
  FindNear find_near(Parser::FindNearContext* tree);
  CreateAutotag create_autotag(Parser::CreateAutotagContext* tree);
  RefineAutotag refine_autotag(Parser::RefineAutotagContext* tree);
  std::vector<Name> names(Parser::NameListContext* tree) const;

  const Token& token(antlr4::Token* raw) const;
  const Token& token(antlr4::tree::TerminalNode* node) const;
  std::string_view word(antlr4::tree::TerminalNode* node) const;
  Span span(antlr4::ParserRuleContext* tree) const;
  /// The value of a TEXT token: without its quotes, doubled ones made single.
  std::string unquoted(antlr4::tree::TerminalNode* node) const;

  template <typename Node>
  static ExpressionPtr make(Node node, Span span) {
    auto expression = std::make_unique<Expression>();
    expression->node = std::move(node);
    expression->span = span;
    return expression;
  }

  const Scan& scan_;
  bool in_assertion_ = false;  ///< Whether a query in parentheses may stand here.
  uint32_t questions_ = 0;     ///< `?` met so far; the tree is walked in the order of the text.
};

}  // namespace cupel::grammar
