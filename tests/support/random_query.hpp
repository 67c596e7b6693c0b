#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cupel/value.hpp"
#include "grammar/ast.hpp"

namespace cupel::testing {

/// A metadata key that the data may have: its type, and some of its values.
struct MetadataKey {
  std::string name;
  Type type = Type::kInt64;
  std::vector<Value> values;
};

/// A taxonomy and its category labels.
struct Taxonomy {
  std::string name;
  std::vector<std::string> labels;
};

/// The names that random queries speak of.
struct Vocabulary {
  std::vector<std::string> labels;
  std::vector<Taxonomy> taxonomies;
  std::vector<MetadataKey> item_keys;
  std::vector<MetadataKey> object_keys;
  std::vector<std::string> runs;
  std::vector<std::string> slices;
  std::vector<std::string> object_slices;
  std::vector<std::string> references;  ///< some reference_ids
  /// Items with a vector of the embedding `looks`, annotations with one of `crops`, by the names
  /// that similarity(…) knows them by.
  std::vector<std::string> examples, object_examples;
};

/// A small vocabulary with names that need quotes and keys of every type.
Vocabulary small_vocabulary();

/// What random queries may hold. Everything on means everything that the executor must know.
struct QueryKnobs {
  int depth = 3;            ///< how deep conditions nest
  bool collections = true;  ///< `annotations[…].count`, counts, existential paths
  bool predictions = true;  ///< `predictions("run")…` in conditions
  bool slices = true;       ///< `slice = name`
  bool patterns = true;     ///< LIKE, ILIKE, ~
  bool dates = true;        ///< date literals
  bool groups = true;       ///< GROUP BY, HAVING, aggregates
  bool windows = true;      ///< ORDER BY, LIMIT, OFFSET
  bool pairwise = true;     ///< `overlap(…)` and its like, where there are objects
  bool similarity = true;   ///< `similarity(…)`, where there are examples
};

/// Random queries that mean something: each binds against data that has the vocabulary. The trees
/// are exactly as the parser would build them (parenthesised where precedence asks for it).
class RandomQuery {
 public:
  RandomQuery(std::mt19937_64& random, const Vocabulary& vocabulary, QueryKnobs knobs = {})
      : random_(random), vocabulary_(vocabulary), knobs_(knobs) {}

  /// A query over any source.
  grammar::Query query();
  grammar::Query query(grammar::SourceKind source);
  /// A condition on rows of that source.
  grammar::ExpressionPtr condition(grammar::SourceKind source);

 private:
  using Kind = grammar::SourceKind;
  using Ptr = grammar::ExpressionPtr;

  Ptr condition(Kind kind, int depth);
  Ptr predicate(Kind kind, int depth);
  Ptr item_predicate(int depth);
  Ptr object_predicate(Kind kind, int depth);
  Ptr metadata_predicate(std::vector<std::string> prefix, const MetadataKey& key);
  Ptr number_predicate(Ptr operand, const std::vector<Value>& values);
  Ptr text_predicate(Ptr operand, const std::vector<Value>& values);
  Ptr slice_predicate(const std::vector<std::string>& slices);
  Ptr collection_predicate(int depth);
  Ptr some_predicate(grammar::Path path);
  Ptr taxonomy_predicate(grammar::Path path);
  Ptr filtered_predicate(grammar::Path path, int depth);
  Ptr same_object_chain(int depth);
  Ptr filter(const grammar::Path& path, int depth);
  grammar::Segment label_segment();
  Ptr field_against_field(Kind kind);
  Ptr number(Kind kind, int depth);
  Ptr collection_number(int depth);
  grammar::Call pairwise(std::string function, int depth);
  Ptr pairwise_number(int depth);
  Ptr pairwise_condition(int depth);
  /// Whether rows of that source can be compared with an example.
  bool comparable(Kind kind) const;
  Ptr similarity(Kind kind);
  Ptr similarity_predicate(Kind kind);
  Ptr constant(const std::vector<Value>& values);
  grammar::Path collection();
  grammar::Path object_number_field();
  Ptr group_key(Kind kind);
  Ptr aggregate(Kind kind);
  Ptr having(const grammar::Query& query, Kind kind);
  Ptr summable(Kind kind);
  void add_groups(grammar::Query& query, Kind kind);
  void add_rows(grammar::Query& query, Kind kind);
  void add_window(grammar::Query& query);

  bool chance(int percent) { return below(100) < static_cast<size_t>(percent); }
  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  std::mt19937_64& random_;
  const Vocabulary& vocabulary_;
  QueryKnobs knobs_;
  bool inside_filter_ = false;  ///< within `[…]`, where only the object's own fields stand
};

/// Random sentences of the whole grammar, most of them without meaning: every node, every
/// statement, names that need quotes. The trees are exactly as the parser would build them.
class RandomSyntax {
 public:
  explicit RandomSyntax(std::mt19937_64& random) : random_(random) {}

  grammar::Statement statement();
  grammar::Query query();
  grammar::ExpressionPtr condition(int depth);

 private:
  using Ptr = grammar::ExpressionPtr;

  Ptr predicate(int depth);
  Ptr sum(int depth, bool value);
  Ptr primary(int depth, bool value);
  Ptr reference(int depth);
  Ptr literal(bool value);
  Ptr call(int depth);
  Ptr parameter();
  grammar::Path path(int depth);
  std::string word();
  std::string any_text();
  grammar::Name name() { return {word_or_text(), {}}; }
  std::string word_or_text();
  grammar::Source source();
  void slice_statement(size_t kind, grammar::Statement& result);
  void data_statement(size_t kind, grammar::Statement& result);
  std::optional<grammar::FormatChoice> maybe_format();
  grammar::Import import_data();
  grammar::Update update();
  // random_labels.cpp
  void labels_statement(grammar::Statement& result);
  grammar::ImportProbabilities import_probabilities();
  grammar::FindLabelErrors find_label_errors();
  grammar::SendSlice send_slice();
  grammar::AuditProject audit_project();
  // random_evaluation.cpp
  void evaluation_statement(grammar::Statement& result);
  grammar::EvaluateRun evaluate_run();
  grammar::MetricsClauses metrics_clauses();
  std::optional<grammar::GivenNumber> maybe_number();
  // random_insights.cpp
  void insights_statement(grammar::Statement& result);
  Ptr subquery();
  // random_vectors.cpp
  void vectors_statement(grammar::Statement& result);
  grammar::CreateAutotag create_autotag();
  std::vector<grammar::Name> some_names(size_t least);
  std::optional<grammar::Source> maybe_source();
  std::optional<grammar::Name> maybe_name();
  std::optional<grammar::Name> maybe_text();
  std::optional<uint64_t> maybe_count();

  bool chance(int percent) { return below(100) < static_cast<size_t>(percent); }
  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

  std::mt19937_64& random_;
  bool in_assertion_ = false;  ///< where a query in parentheses may stand
  uint32_t questions_ = 0;
};

}  // namespace cupel::testing
