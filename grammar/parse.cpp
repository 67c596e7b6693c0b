#include "grammar/parse.hpp"

#include <fmt/format.h>

#include <utility>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/diagnose.hpp"
#include "grammar/parser_run.hpp"
#include "grammar/scan.hpp"

namespace cupel::grammar {
namespace {

std::vector<size_t> types_of(const Scan& scan) {
  std::vector<size_t> types;
  types.reserve(scan.tokens.size());
  for (const Token& token : scan.tokens) types.push_back(token.type);
  return types;
}

/// Refuses trees that are deep by long chains of arithmetic rather than by nesting.
void check_depth(const Expression* expression) {
  if (expression == nullptr || depth(*expression) <= kMaxTreeDepth) return;
  throw Error(
      ErrorCode::kLimit,
      fmt::format("the expression combines more than {} operations in one another; split it",
                  kMaxTreeDepth),
      expression->span);
}

void check_depth(const Query& query) {
  for (const SelectEntry& entry : query.select) check_depth(entry.expression.get());
  check_depth(query.where.get());
  for (const ExpressionPtr& key : query.group_by) check_depth(key.get());
  check_depth(query.having.get());
  for (const OrderKey& key : query.order_by) check_depth(key.expression.get());
}

struct DepthCheck {
  void operator()(const Query& query) { check_depth(query); }
  void operator()(const CreateSlice& s) {
    if (s.query) check_depth(*s.query);
  }
  void operator()(const CreateAutotag& s) {
    if (s.query) check_depth(*s.query);
  }
  void operator()(const ShowEvaluation& s) { check(s.clauses); }
  void operator()(const CompareRuns& s) { check(s.clauses); }
  void operator()(const Update& s) {
    for (const Assignment& assignment : s.assignments) check_depth(assignment.value.get());
    check_depth(s.where.get());
  }
  void operator()(const Delete& s) { check_depth(s.where.get()); }
  void operator()(const ShowInsights& s) { check_depth(s.where.get()); }
  void operator()(const Assert& s) {
    check_depth(s.condition.get());
    walk(std::as_const(*s.condition), [](const Expression& e) {
      if (const auto* node = std::get_if<Subquery>(&e.node)) check_depth(*node->query);
      return true;
    });
  }
  template <typename Other>
  void operator()(const Other& s) {
    if constexpr (requires { s.query; }) check_depth(s.query);
  }

 private:
  static void check(const MetricsClauses& clauses) {
    check_depth(clauses.where.get());
    for (const ExpressionPtr& key : clauses.group_by) check_depth(key.get());
  }
};

/// Runs the whole way from text to our tree; `build` takes the tree out of a successful run.
template <typename Build>
auto parse_as(std::string_view text, Entry entry, Build build) {
  const std::lock_guard lock(parse_mutex());
  try {
    const Scan tokens = scan(text);
    check_nesting(tokens);
    check_subqueries(tokens);
    const ParserRun run(types_of(tokens), entry, ParserRun::Mode::kFastFirst);
    if (run.failed_at()) throw diagnose(tokens, *run.failed_at(), entry);
    return build(Builder(tokens), run);
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kLimit, "the statement needs more memory to read than there is");
  } catch (const std::exception& e) {
    throw Error(ErrorCode::kInternal, fmt::format("the parser failed: {}", e.what()));
  }
}

}  // namespace

Statement parse(std::string_view text) {
  Statement result = parse_as(text, Entry::kStatement, [](Builder builder, const ParserRun& run) {
    return builder.statement(run.statement());
  });
  std::visit(DepthCheck{}, result.node);
  return result;
}

Query parse_query(std::string_view text) {
  Query result = parse_as(text, Entry::kQuery, [](Builder builder, const ParserRun& run) {
    return builder.query(run.query());
  });
  check_depth(result);
  return result;
}

}  // namespace cupel::grammar
