#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/ast.hpp"
#include "tests/property/model.hpp"

/// The stupid twin of the engine: every query answered row by row from the syntax tree, as
/// LANGUAGE.md says and as slowly as it likes. It shares the tree and Value with the engine and
/// nothing else. Throws std::logic_error for what the language does not give a meaning to.
namespace cupel::testing {

/// What a path means in its place.
struct Meaning {
  enum Kind {
    kItemField,    ///< of the row's item
    kObjectField,  ///< of the object in hand
    kCount,        ///< how many objects of the collection fit
    kAny,          ///< `C[condition]` alone
    kAggregate,    ///< `C[…].max(f)`
    kSome,         ///< existential: a field of some object
    kTaxonomy,     ///< the item's category label
    kSlice,
    kImageTag,  ///< `autotag.image`, compared with the name of a tag
  };
  Kind kind = kItemField;
  std::string field;
  size_t collection = 0;  ///< index into Model::collections
  std::optional<std::string> label, type, taxonomy;
  bool geometric = false;  ///< category labels are left out
  const grammar::Expression* filter = nullptr;
  std::string function;
  const grammar::Expression* argument = nullptr;
};

/// Where an expression is evaluated.
struct Scope {
  const Row* item = nullptr;
  const Row* object = nullptr;  ///< in object queries and inside `[…]`
  const Row* some = nullptr;    ///< the object that existential paths speak of at the moment
  const std::vector<Scope>* group = nullptr;  ///< the rows of a group, for aggregates
  const grammar::Query* query = nullptr;      ///< whose aliases and keys are known here
};

class Naive {
 public:
  using Table = std::vector<std::vector<Value>>;

  explicit Naive(const Model& model);

  /// The rows of a query; without SELECT only their reference_id.
  Table answer(const grammar::Query& query);
  /// The ids of the rows that a query of whole rows finds.
  std::vector<uint64_t> rows(const grammar::Query& query);
  /// The rows of a source for which a condition (may be null) holds, in order.
  std::vector<Scope> found(const std::optional<grammar::Source>& source,
                           const grammar::Expression* where);
  Value value(const grammar::Expression& expression, const Scope& scope);
  bool holds(const grammar::Expression& condition, const Scope& scope);

 private:
  using ExpressionPtr = grammar::ExpressionPtr;

  // naive_paths.cpp
  const Meaning& meaning(const grammar::Path& path, const Scope& scope);
  Meaning resolve(const grammar::Path& path, bool in_object) const;
  Meaning resolve_collection(const grammar::Path& path, size_t begin) const;
  size_t collection_of(const grammar::Segment& segment) const;
  Value path_value(const grammar::Path& path, const Scope& scope);
  std::vector<const Row*> members(const Meaning& meaning, const Scope& scope);
  bool in_slice(const std::string& name, const Scope& scope);
  /// The existential paths of a comparison, not those inside `[…]`.
  void collect_some(const grammar::Expression& expression, const Scope& scope,
                    std::vector<const Meaning*>& found);

  // naive.cpp
  bool holds_and(const grammar::And& all, const Scope& scope);
  /// Whether for some object all comparisons are `wanted`.
  bool some_object(const std::vector<const grammar::Expression*>& comparisons, const Meaning& path,
                   const Scope& scope, bool wanted = true);
  bool comparison(const grammar::Expression& condition, const Scope& scope);
  bool plain_comparison(const grammar::Expression& condition, const Scope& scope);
  std::optional<bool> membership(const grammar::Expression& condition, const Scope& scope);
  std::optional<Value> call_value(const grammar::Call& call, const Scope& scope);

  // naive_pairwise.cpp
  static bool is_pairwise(const grammar::Call& call);
  /// `overlap`, `distance`, and the numbers that `overlaps` and `inside` are about.
  Value pairwise(const grammar::Call& call, const Scope& scope);
  bool pairwise_holds(const grammar::Call& call, const Scope& scope);

  // naive_similarity.cpp
  Value similarity(const grammar::Call& call, const Scope& scope) const;

  // naive_query.cpp
  std::vector<std::vector<Scope>> groups(const grammar::Query& query, std::vector<Scope> rows);
  /// What an expression means by the query's aliases and keys, where it is one of them.
  std::optional<Value> named_value(const grammar::Expression& expression, const Scope& scope);
  void sort(const grammar::Query& query, std::vector<Scope>& rows);
  std::vector<Value> output(const grammar::Query& query, const Scope& scope);

  const Model& model_;
  std::map<uint64_t, const Row*> items_by_id_;
  /// Objects of an item by collection.
  std::vector<std::unordered_map<uint64_t, std::vector<const Row*>>> objects_;
  /// Rows with a vector, by the names that similarity(…) knows them by.
  std::unordered_map<std::string, const Row*> looks_, crops_;
  std::unordered_map<const grammar::Path*, Meaning> meanings_;
  std::map<std::string, std::set<uint64_t>> live_slices_;
};

}  // namespace cupel::testing
