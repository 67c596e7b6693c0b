#pragma once

#include <memory>
#include <optional>

#include "grammar/name.hpp"

/// ASSERT with the queries in its condition, and SHOW INSIGHTS. ast.hpp includes this page and has
/// the rest of their parts.
namespace cupel::grammar {

struct Expression;
struct Query;

/// `(SELECT …)` in the condition of ASSERT: the value in the one column of the query's one row.
/// Never null; copies of a tree share the query, so that its address says which one it is.
struct Subquery {
  std::shared_ptr<const Query> query;
};

/// `ASSERT condition`.
struct Assert {
  std::unique_ptr<Expression> condition;  ///< never null after parsing
};

/// `SHOW INSIGHTS [OF SLICE s] [OF RUN "r"] [WHERE condition]`.
struct ShowInsights {
  std::optional<Name> slice;
  std::optional<Name> run;
  std::unique_ptr<Expression> where;  ///< may be null
};

}  // namespace cupel::grammar
