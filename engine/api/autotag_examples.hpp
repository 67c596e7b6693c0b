#pragma once

#include <cstdint>
#include <vector>

#include "engine/api/state.hpp"
#include "engine/exec/autotag.hpp"

/// The examples that statements name, as rows of a set of embeddings.
namespace cupel::api {

/// Examples by their texts, for and against. Errors stand at the name that they are about: kName
/// for one that is unknown, kConstraint for one without a vector, or on both sides.
class NamedExamples {
 public:
  NamedExamples(const std::vector<grammar::Name>& positives,
                const std::vector<grammar::Name>& negatives, const storage::VectorSet& set,
                const exec::Context& context);

  /// Of distinct rows, in the order of the texts: first what the tag is for.
  const std::vector<exec::TagExample>& examples() const { return examples_; }
  /// Throws kConstraint when one of the names is among the examples by the same text.
  void require_others(const std::vector<grammar::Name>& names) const;

 private:
  void add(const std::vector<grammar::Name>& names, int8_t side, const storage::VectorSet& set,
           const exec::Context& context);
  std::vector<exec::TagExample> examples_;
};

/// Takes examples out by their texts, also those whose rows were deleted. Throws kName for one that
/// is no example.
void remove_examples(std::vector<exec::TagExample>& examples,
                     const std::vector<grammar::Name>& names, const exec::Tag& tag,
                     const exec::Context& context);

/// Where CREATE AUTOTAG takes its examples from: a list, a slice or a query.
class TagSource {
 public:
  /// Chooses the embeddings: those named by USING, or the only ones of the rows in question. Throws
  /// kName when there are none or several, kType when they are of other rows.
  TagSource(const Call& call, const grammar::CreateAutotag& statement,
            const exec::Context& context);

  const storage::VectorSet& set() const { return *set_; }
  /// Warnings are the query's.
  std::vector<exec::TagExample> examples(std::vector<Warning>& warnings);
  /// Rows of the slice or query that were left out because they have no vector.
  uint64_t without_vector() const { return without_vector_; }

 private:
  std::vector<storage::TableId> tables() const;
  std::vector<uint64_t> selected_rows(std::vector<Warning>& warnings) const;

  const Call& call_;
  const grammar::CreateAutotag& statement_;
  const exec::Context& context_;
  const storage::VectorSet* set_ = nullptr;
  uint64_t without_vector_ = 0;
};

}  // namespace cupel::api
