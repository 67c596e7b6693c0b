#include "engine/sql/compare.hpp"
#include "engine/sql/literal.hpp"
#include "engine/sql/rows.hpp"
#include "engine/sql/schema.hpp"

/// An object's box beside the boxes of other objects of its item (plan::Pairwise). The order of
/// operations is that of evaluate::iou, so that ratios are the same to the last bit.
namespace cupel::sql {
namespace {

using Function = plan::Pairwise::Function;
using Labels = plan::Pairwise::Labels;

/// The columns of a box in the place of an alias.
struct BoxTerms {
  BoxTerms(const storage::Catalog& catalog, storage::TableId table, const std::string& alias) {
    const auto column = [&](const char* name) -> std::string {
      const auto* found = catalog.find(table, name, Type::kFloat64);
      if (found == nullptr) return {};
      return alias + "." + identifier(column_name(catalog, *found));
    };
    x = column("position.x");
    y = column("position.y");
    width = column("dimensions.x");
    height = column("dimensions.y");
    for (const char* name : {"position.z", "dimensions.z"})
      if (std::string depth = column(name); !depth.empty()) depths.push_back(std::move(depth));
  }

  /// Whether rows of the table can have one.
  bool possible() const { return !x.empty() && !y.empty() && !width.empty() && !height.empty(); }
  /// That a row has one: all four numbers, and no third dimension.
  void add_conditions(std::vector<Term>& conditions) const {
    for (const std::string& one : {x, y, width, height})
      conditions.push_back(is_present(Term{.text = one}));
    for (const std::string& depth : depths)
      conditions.push_back(is_missing(Typed(Type::kFloat64, {.text = depth})));
  }

  std::string x, y, width, height;
  std::vector<std::string> depths;
};

/// How much two stretches have in common; below 0 where they are apart.
std::string common(const std::string& a, const std::string& a_size, const std::string& b,
                   const std::string& b_size) {
  return "LEAST(" + a_size + " + " + a + ", " + b_size + " + " + b + ") - GREATEST(" + a + ", " +
         b + ")";
}

/// How far they are apart.
std::string apart(const std::string& a, const std::string& a_size, const std::string& b,
                  const std::string& b_size) {
  return "GREATEST(0e0, " + b + " - (" + a + " + " + a_size + "), " + a + " - (" + b + " + " +
         b_size + "))";
}

/// The number of a pair, made of the columns `w`, `h` (and `area` of the other box) of `n`.
std::string number_of(Function function, const BoxTerms& own) {
  if (function == Function::kDistance) return "SQRT(n.w * n.w + n.h * n.h)";
  const std::string area = own.width + " * " + own.height;
  const bool overlap = function == Function::kOverlap;
  const std::string ratio =
      "n.w * n.h / " + (overlap ? "(" + area + " + n.area - n.w * n.h)" : "(" + area + ")");
  const std::string touching = "CASE WHEN n.w > 0 AND n.h > 0 THEN ";
  if (overlap) return touching + ratio + " END";
  // What lacks no more than rounding does counts as whole.
  return touching + "CASE WHEN " + ratio + " < 1 - 1e-10 THEN " + ratio + " ELSE 1e0 END END";
}

}  // namespace

Typed Rows::pairwise(const plan::Pairwise& node) {
  const plan::Collection& others = plan_.collections[node.collection];
  const bool distance = node.function == Function::kDistance;
  const Place object = place_;
  const BoxTerms own(catalog_, object.table, object.alias);
  const auto select = [&](std::vector<Term> conditions) -> Typed {
    const BoxTerms other(catalog_, others.table, place_.alias);
    if (!own.possible() || !other.possible()) return distance ? Typed() : literal(Value(0.0));
    own.add_conditions(conditions);
    other.add_conditions(conditions);
    const auto beside = [&](const char* field, std::string_view op) {
      return test({.text = place_.alias + field}, op, {.text = object.alias + field});
    };
    if (others.table == object.table) conditions.push_back(beside(".ordinal", "<>"));
    if (node.labels == Labels::kSame) conditions.push_back(beside(".label", "="));
    if (node.labels == Labels::kOther) conditions.push_back(negated(beside(".label", "=")));
    const auto axis = [&](const std::string& a, const std::string& a_size, const std::string& b,
                          const std::string& b_size) {
      return distance ? apart(a, a_size, b, b_size) : common(a, a_size, b, b_size);
    };
    const std::string pairs = "SELECT " + axis(own.x, own.width, other.x, other.width) + " AS w, " +
                              axis(own.y, own.height, other.y, other.height) + " AS h, " +
                              other.width + " * " + other.height + " AS area" +
                              from_objects(std::move(conditions));
    const std::string best = "(SELECT " + std::string(distance ? "MIN" : "MAX") + "(" +
                             number_of(node.function, own) + ") FROM (" + pairs + ") AS n)";
    if (distance) return {Type::kFloat64, {.text = best}};
    return {Type::kFloat64, {.text = "COALESCE(" + best + ", 0e0)", .nullable = false, .most = 1}};
  };
  return with_objects(others.table, others.where.get(), select);
}

}  // namespace cupel::sql
