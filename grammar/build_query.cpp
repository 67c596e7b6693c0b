#include <fmt/format.h>

#include <algorithm>

#include "antlr4-runtime.h"
#include "grammar/build.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

/// Whether `word` is `lower_case` but for case.
bool same_word(std::string_view word, std::string_view lower_case) {
  return word.size() == lower_case.size() &&
         std::equal(word.begin(), word.end(), lower_case.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

}  // namespace

Query Builder::query(Parser::QueryContext* tree) {
  Query result;
  result.span = span(tree);
  if (tree->selectQuery() != nullptr) {
    clauses(tree->selectQuery(), result);
  } else {
    if (tree->condition() != nullptr) result.where = condition(tree->condition(), Place::kField);
    clauses(tree, result);
  }
  return result;
}

template <typename Tree>
void Builder::clauses(Tree* tree, Query& result) {
  if constexpr (requires { tree->selectClause(); }) select(tree->selectClause(), result);
  if (tree->fromClause() != nullptr) result.source = source(tree->fromClause()->source());
  if (tree->whereClause() != nullptr) {
    result.where = condition(tree->whereClause()->condition(), Place::kField);
  }
  if (tree->groupByClause() != nullptr) {
    for (auto* key : tree->groupByClause()->condition()) {
      result.group_by.push_back(condition(key, Place::kField));
    }
  }
  if (tree->havingClause() != nullptr) {
    result.having = condition(tree->havingClause()->condition(), Place::kField);
  }
  if (tree->orderByClause() != nullptr) order_by(tree->orderByClause(), result);
  if (tree->sampleClause() != nullptr) sample(tree->sampleClause(), result);
  if (tree->limitClause() != nullptr) limit(tree->limitClause(), result);
}

template void Builder::clauses(Parser::SelectQueryContext* tree, Query& result);

void Builder::select(Parser::SelectClauseContext* tree, Query& query) {
  if (tree->STAR() != nullptr) {
    query.select.push_back({make(Star{}, token(tree->STAR()).span()), std::nullopt});
    return;
  }
  for (auto* entry : tree->selectEntry()) {
    SelectEntry result{condition(entry->condition(), Place::kField), std::nullopt};
    if (entry->nameOrText() != nullptr) result.alias = name_or_text(entry->nameOrText()).text;
    query.select.push_back(std::move(result));
  }
}

void Builder::order_by(Parser::OrderByClauseContext* tree, Query& query) {
  for (auto* key : tree->orderKey()) {
    query.order_by.push_back(
        {condition(key->condition(), Place::kField), key->K_DESC() != nullptr});
  }
}

void Builder::sample(Parser::SampleClauseContext* tree, Query& query) {
  Sample result{whole_number(tree->INTEGER(0)), std::nullopt};
  if (tree->K_SEED() != nullptr) result.seed = whole_number(tree->INTEGER(1));
  query.sample = result;
}

void Builder::limit(Parser::LimitClauseContext* tree, Query& query) {
  query.limit = whole_number(tree->INTEGER(0));
  if (tree->K_OFFSET() != nullptr) query.offset = whole_number(tree->INTEGER(1));
  query.exact = tree->K_EXACT() != nullptr;
}

Source Builder::source(Parser::SourceContext* tree) {
  static const std::vector<std::string> kSources = {"annotations", "items", "objects",
                                                    "predictions"};
  const std::string word = name(tree->name());
  Source result;
  result.span = span(tree);
  if (same_word(word, "items")) {
    result.kind = SourceKind::kItems;
  } else if (same_word(word, "annotations")) {
    result.kind = SourceKind::kAnnotations;
  } else if (same_word(word, "predictions")) {
    result.kind = SourceKind::kPredictions;
  } else if (same_word(word, "objects")) {
    result.kind = SourceKind::kObjects;
  } else {
    const auto near = near_words(word, kSources, 1);
    throw Error(
        ErrorCode::kSyntax,
        fmt::format("'{}' is no source; there are items, annotations, predictions and objects",
                    word),
        span(tree->name()), near.empty() ? "" : near.front());
  }
  if (tree->nameOrText() == nullptr) return result;
  if (result.kind != SourceKind::kPredictions) {
    throw Error(ErrorCode::kSyntax,
                fmt::format("only predictions belong to a run, {} do not", word), result.span,
                word);
  }
  result.run = name_or_text(tree->nameOrText()).text;
  return result;
}

}  // namespace cupel::grammar
