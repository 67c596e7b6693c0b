#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/plan/plan.hpp"
#include "grammar/ast.hpp"
#include "storage/snapshot.hpp"

/// Names become meaning: the language of LANGUAGE.md part 2 against one immutable snapshot.
namespace cupel::bind {

/// An example of similarity("a", …), looked up.
struct Example {
  std::optional<uint64_t> row;  ///< of the set's table; nothing: the text names none, or several
  std::string problem;          ///< why it cannot be an example, in a sentence; empty: it can
  std::string near;             ///< a name like the text, where that names nothing; may be empty
};
/// Looks examples up in one snapshot, the one that is bound against.
class Examples {
 public:
  virtual ~Examples() = default;
  /// One for each text.
  virtual std::vector<Example> find(const storage::VectorSet& set,
                                    std::span<const std::string> texts) const = 0;
  /// Whether the vectors of the rows have a direction in the mean.
  virtual bool have_direction(const storage::VectorSet& set,
                              std::span<const uint64_t> rows) const = 0;
};

struct Scope {
  storage::SnapshotPtr snapshot;
  std::string run;  ///< the session's USE RUN, or empty
  const Parameters* parameters = nullptr;
  std::shared_ptr<const Examples> examples = nullptr;  ///< null: similarity(…) is refused
  /// Why an autotag's scores are not what its examples would make of them now, as a sentence;
  /// nothing where they are. Makes warnings; may be empty.
  std::function<std::optional<std::string>(const std::string& tag)> stale_tag = nullptr;
};

/// Binds a query. Throws Error (kName, kType, kUnsupported) with span and suggestion; collects
/// warnings (unknown labels and metadata, comparisons that can never hold).
plan::Plan bind_query(const grammar::Query& query, const Scope& scope,
                      std::vector<Warning>& warnings);

/// The condition of ASSERT over its subqueries: each that `figures` has is its Slot, by place in
/// `figures`, with the type its values have. Fields and aggregates of its own it has none (kType).
struct Figure {
  const grammar::Subquery* subquery = nullptr;
  Type type = Type::kAny;
};
plan::ConditionPtr bind_assertion(const grammar::Expression& condition,
                                  const std::vector<Figure>& figures, const Scope& scope,
                                  std::vector<Warning>& warnings);

/// The embeddings that similarity(…) means without saying so, for rows of `table`; null where that
/// is not one.
const storage::VectorSet* usual_embeddings(const storage::Catalog& catalog, storage::TableId table);

/// The tables of a source, in the order of the arms.
std::vector<storage::TableId> source_tables(const grammar::Source& source, const Scope& scope);

/// A condition alone, over rows of one source (UPDATE, DELETE): a plan of whole rows.
plan::Plan bind_rows(const grammar::Source& source, const grammar::Expression* where,
                     const Scope& scope, std::vector<Warning>& warnings);

/// Items in groups, as metrics are asked for: a plan over the items for which `where` holds (null:
/// all), with one output a key. Throws kType for a key that is no field of items.
plan::Plan bind_item_groups(const grammar::Expression* where,
                            const std::vector<const grammar::Expression*>& keys, const Scope& scope,
                            std::vector<Warning>& warnings);

/// Binds `UPDATE … SET`: the rows, and what they get. `columns` are what is set, by canonical name
/// (`metadata.…`, `label`); each has an output in every arm of the plan, so that rewriting knows
/// its value. Null: MISSING.
plan::Plan bind_update(const grammar::Update& update, const Scope& scope,
                       std::vector<std::string>& columns, std::vector<Warning>& warnings);

}  // namespace cupel::bind
