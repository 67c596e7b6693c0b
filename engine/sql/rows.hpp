#pragma once

#include <string>
#include <vector>

#include "engine/plan/plan.hpp"
#include "engine/sql/select.hpp"

/// Expressions and conditions of a plan over rows of the tables, or over groups of them.
namespace cupel::sql {

class Rows {
 public:
  /// Over the rows of a table that stands in FROM.
  Rows(const plan::Plan& plan, const storage::Catalog& catalog, storage::TableId table);
  /// Over groups: what the plan's slots stand for.
  Rows(const plan::Plan& plan, const storage::Catalog& catalog, const std::vector<Typed>& slots);

  Typed value(const plan::Expression& expression);
  Term condition(const plan::Condition& condition);

  /// A SELECT without columns of the rows for which `where` (null: all) holds. Ask last: the items
  /// of objects are joined to them where something asked for their fields.
  Select select(const plan::Condition* where);
  Term ordinal() const;

 private:
  /// Whose fields are meant.
  struct Place {
    storage::TableId table = storage::kItems;
    std::string alias;
    std::string reference;  ///< the reference_id of the row's item
  };
  struct ExpressionVisitor;
  struct ConditionVisitor;

  static Place place_of(storage::TableId table, unsigned depth);
  std::vector<Term> own(const Place& place) const;
  /// Calls `f` with the item of the row at hand in the row's place.
  template <typename F>
  auto at_item(F&& f);
  Typed field(const plan::Field& field);
  // objects.cpp
  Term count(const plan::Count& count);
  Typed over_objects(const plan::Collection& collection);
  Term any_object(const plan::Collection& collection);
  Term in_slice(const plan::InSlice& node) const;
  Typed pairwise(const plan::Pairwise& node);  // pairwise.cpp
  /// Calls `f` with an object of the item at hand in the row's place, and with the conditions on
  /// it: that it is one of the item's, and `where` (null: all).
  template <typename F>
  auto with_objects(storage::TableId table, const plan::Condition* where, F&& f) {
    const Place outer = enter(table);
    std::vector<Term> conditions = conditions_of_objects(outer, where);
    auto result = f(std::move(conditions));
    leave(outer);
    return result;
  }
  /// Puts an object of the table into the row's place; returns what stood there.
  Place enter(storage::TableId table);
  void leave(const Place& outer);
  std::vector<Term> conditions_of_objects(const Place& outer, const plan::Condition* where);
  /// ` FROM … WHERE …` of the objects that are in the row's place.
  std::string from_objects(std::vector<Term> conditions) const;

  const plan::Plan& plan_;
  const storage::Catalog& catalog_;
  storage::TableId table_ = storage::kItems;  ///< in FROM
  Place place_;
  unsigned depth_ = 0;   ///< how many tables of objects are open
  bool joined_ = false;  ///< The items of objects are asked for.
  const std::vector<Typed>* slots_ = nullptr;
};

}  // namespace cupel::sql
