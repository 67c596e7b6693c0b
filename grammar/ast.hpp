#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cupel/error.hpp"
#include "cupel/value.hpp"
#include "grammar/ast_evaluation.hpp"
#include "grammar/ast_insights.hpp"
#include "grammar/ast_labels.hpp"
#include "grammar/ast_vectors.hpp"
#include "grammar/name.hpp"
#include "grammar/source.hpp"

/// The syntax tree: what the text says, with a span on every node, and nothing of what it means.
/// Plain structs in variants, owned by value or unique_ptr; trees are moved, not copied (clone()
/// copies where a rewrite needs one).
namespace cupel::grammar {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

/// One segment of a path. `predictions("run")` has the argument "run"; `annotations[…]` a filter.
struct Segment {
  std::string name;
  bool quoted = false;                  ///< Written in quotes: never a reserved word.
  std::optional<std::string> argument;  ///< `predictions("run")`, `outcome("run")`
  std::optional<ExpressionPtr> filter;  ///< `[condition]` after it
  Span span;                            ///< of the name (without argument and filter)
};

/// `metadata.speed`, `annotations."traffic light".color`, `predictions("a")[…].count`, `label`.
/// The last segment may be a function over the collection: `annotations[…].max(area)`.
struct Path {
  std::vector<Segment> segments;
  std::optional<ExpressionPtr> call_argument;  ///< `.min(f)` and its like: the argument f
};

/// A constant. `bare` is a word without quotes to the right of a comparison (text).
struct Literal {
  Value value;
  bool bare = false;
  bool date = false;  ///< A bare ISO date: `value` is a timestamp, `text` what was written.
  std::string text;
};

/// `$name` (name set) or `?` (index from 0 in order of appearance).
struct Parameter {
  std::string name;
  uint32_t index = 0;
};

struct NamedArgument {
  std::string name;
  ExpressionPtr value;
};

/// `count()`, `sum(area)`, `bucket(area, 1000)`, `similarity("a", "b", embedding = clip)`.
struct Call {
  std::string function;
  std::vector<ExpressionPtr> arguments;
  std::vector<NamedArgument> named;
};

enum class ArithmeticOp { kAdd, kSubtract, kMultiply, kDivide, kModulo };
struct Arithmetic {
  ArithmeticOp op;
  ExpressionPtr left, right;
};
struct Negate {
  ExpressionPtr operand;
};

enum class CompareOp { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
struct Compare {
  CompareOp op;
  ExpressionPtr left, right;
};
/// `x [NOT] IN (a, b, …)`. Entries are literals or parameters.
struct In {
  ExpressionPtr operand;
  std::vector<ExpressionPtr> values;
  bool negated = false;
};
struct Between {
  ExpressionPtr operand, low, high;
  bool negated = false;
};
enum class MatchKind { kLike, kIlike, kRegex };
struct Match {
  MatchKind kind;
  ExpressionPtr operand, pattern;
  bool negated = false;  ///< NOT LIKE
};
struct IsMissing {
  ExpressionPtr operand;
  bool negated = false;
};
struct Not {
  ExpressionPtr operand;
};
/// Two operands or more; `a AND b AND c` is one node.
struct And {
  std::vector<ExpressionPtr> operands;
};
struct Or {
  std::vector<ExpressionPtr> operands;
};
/// Only as `count(*)`-free stand-in: `SELECT *`.
struct Star {};

struct Expression {
  std::variant<Literal, Parameter, Path, Call, Arithmetic, Negate, Compare, In, Between, Match,
               IsMissing, Not, And, Or, Star, Subquery>
      node;
  Span span;
  /// Written in parentheses of its own. It lets a comparison speak of any object (2.5).
  bool parenthesised = false;

  ~Expression();  ///< Iterative, so that no depth overflows the stack.
  Expression();
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
};

ExpressionPtr clone(const Expression& expression);
/// Same tree, spans apart.
bool equal(const Expression& a, const Expression& b);
/// How many nodes lie on the longest way from the root to a leaf; 1 for a leaf.
uint32_t depth(const Expression& expression);
/// Calls `visit` with the expression and, where that returns true, with its parts, in the order of
/// the text. The queries of subqueries are not entered.
void walk(Expression& expression, const std::function<bool(Expression&)>& visit);
void walk(const Expression& expression, const std::function<bool(const Expression&)>& visit);

struct SelectEntry {
  ExpressionPtr expression;
  std::optional<std::string> alias;
};
struct OrderKey {
  ExpressionPtr expression;
  bool descending = false;
};
struct Sample {
  uint64_t rows = 0;
  std::optional<uint64_t> seed;
};

/// One query, also the bare condition of the query bar.
struct Query {
  std::vector<SelectEntry> select;  ///< empty: whole rows
  std::optional<Source> source;     ///< nothing: items
  ExpressionPtr where;              ///< may be null
  std::vector<ExpressionPtr> group_by;
  ExpressionPtr having;  ///< may be null
  std::vector<OrderKey> order_by;
  std::optional<Sample> sample;
  std::optional<uint64_t> limit;
  std::optional<uint64_t> offset;
  bool exact = false;  ///< EXACT: no approximate search
  Span span;
};
/// Same tree, spans apart.
bool equal(const Query& a, const Query& b);

// --- statements (part 3)

/// The plan; the plan with what running it took; SQL that asks the same.
enum class ExplainAs { kPlan, kMeasuredPlan, kSql };
struct Explain {
  ExplainAs as = ExplainAs::kPlan;
  Query query;
};
struct CreateSlice {
  Name name;
  bool live = false;
  std::optional<Query> query;
  std::string query_text;        ///< the query as written, for the record
  std::vector<Name> references;  ///< FROM ("ref", …), instead of a query
};
struct InsertIntoSlice {
  Name name;
  Query query;
};
struct DeleteFromSlice {
  Name name;
  Query query;
};
struct RenameSlice {
  Name from, to;
};
struct DropSlice {
  Name name;
};
enum class ShowWhat {
  kSlices,
  kRuns,
  kAutotags,
  kEmbeddings,
  kProbabilities,
  kLabels,
  kFields,
  kStats
};
struct Show {
  ShowWhat what;
  std::optional<Source> source;  ///< LABELS OF …, FIELDS OF …
};
struct DescribeSlice {
  Name name;
};
enum class ImportWhat { kItems, kAnnotations, kPredictions };
/// `name = value`; numbers, true and false as they were written.
struct FormatSetting {
  Name name;
  Name value;
};
/// FORMAT word (name = value, …)
struct FormatChoice {
  Name name;
  std::vector<FormatSetting> settings;
};
struct Import {
  ImportWhat what;
  std::string file;
  Span file_span;
  std::optional<Name> run;  ///< AS RUN "name"
  std::optional<FormatChoice> format;
  bool update = false;       ///< UPDATE
  bool skip_errors = false;  ///< ON ERROR SKIP
};
struct Export {
  Query query;
  std::string file;
  Span file_span;
  std::optional<FormatChoice> format;
};
struct Report {
  Query query;
  std::string file;
  Span file_span;
  std::optional<Name> images;  ///< IMAGES 'directory'
};
struct Assignment {
  Path path;
  Span path_span;
  ExpressionPtr value;  ///< null: MISSING
};
struct Update {
  Source source;
  std::vector<Assignment> assignments;
  ExpressionPtr where;  ///< may be null: every row
};
struct Delete {
  Source source;
  ExpressionPtr where;  ///< may be null: every row
};
struct UseRun {
  Name name;
};
struct Begin {};
struct Commit {};
struct Rollback {};

struct Statement {
  std::variant<Query, Explain, CreateSlice, InsertIntoSlice, DeleteFromSlice, RenameSlice,
               DropSlice, Show, DescribeSlice, Import, Export, Report, Update, Delete, UseRun,
               Begin, Commit, Rollback, ImportProbabilities, DropProbabilities, FindLabelErrors,
               ShowLabelErrors, ExplainLabelError, SendSlice, ImportLabelingResults, AuditProject,
               ApplyLabelingResults, CompareLabels, ShowProjects, DropProject, EvaluateRun,
               ShowEvaluation, CompareRuns, Assert, ShowInsights, ImportEmbeddings, DropEmbeddings,
               FindNear, CreateAutotag, RefineAutotag, NamedAutotag, SuggestForAutotag>
      node;
  Span span;
  uint32_t positional_parameters = 0;  ///< how many `?`
};

}  // namespace cupel::grammar
