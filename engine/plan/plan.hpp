#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cupel/value.hpp"
#include "storage/catalog.hpp"

/// A bound query: names have become columns, the language's shorthands have become plain
/// conditions. Immutable trees, shared. There is one source and no join, so a plan is a record.
namespace cupel::plan {

using storage::ColumnId;
using storage::TableId;

struct Expression;
struct Condition;
using ExpressionPtr = std::shared_ptr<const Expression>;
using ConditionPtr = std::shared_ptr<const Condition>;

// --- expressions: one value for each row of a table

struct Constant {
  Value value;
};
/// The row's own field. One column per type that occurs; at most one of them has a value in a
/// row. No columns: missing in every row.
struct Field {
  std::string name;  ///< as EXPLAIN prints it
  std::vector<ColumnId> columns;
};
/// How many objects an item has of a table: of one type and one label, where those are given,
/// else of every geometric type. The sum of stored count columns of the item, missing ones as 0.
/// int64, never missing.
struct Count {
  std::string name;
  TableId table = storage::kAnnotations;
  std::optional<std::string> type, label;
  std::vector<ColumnId> columns;
};
/// A number, or a first value, over the item's objects: an entry of Plan::collections.
struct OverObjects {
  uint32_t collection = 0;
};
/// In a plan over objects: the value of an expression over the object's item.
struct OfItem {
  ExpressionPtr expression;
};
/// In a plan over objects: what the object's box has to do with the boxes of other objects of its
/// item, an entry of Plan::collections (function kBoxes). float64. The object itself is never one
/// of the others. A box is the position and dimensions of an object in the plane of the image; what
/// has none, or has a third dimension, meets nothing.
struct Pairwise {
  enum class Function {
    kOverlap,   ///< greatest intersection over union; 0 where there is none
    kInside,    ///< greatest share of the object's own area within one other; 0 where there is none
    kDistance,  ///< least gap in pixels, 0 where they touch; missing where there is none
  };
  /// Which others count. A missing label is the same as no other.
  enum class Labels { kAny, kSame, kOther };
  Function function = Function::kOverlap;
  uint32_t collection = 0;
  Labels labels = Labels::kAny;
};
/// The cosine between the row's vector and the mean direction of examples, an entry of
/// Plan::probes. float64; missing where the row has no vector, or one of length zero.
struct Similarity {
  uint32_t probe = 0;
};
enum class ArithmeticOp { kAdd, kSubtract, kMultiply, kDivide, kModulo };
/// Arithmetic is done in double (exact for integers to 2^53). Its type is int64 where both
/// operands are integers and the operation is not division, else float64. Missing where an
/// operand is missing or not a number, where the divisor is 0, and where the result is not finite.
/// `%` keeps the sign of the dividend.
struct Arithmetic {
  ArithmeticOp op;
  ExpressionPtr left, right;
};
struct Negate {
  ExpressionPtr operand;
};
/// floor(operand / width) * width: the lower edge of its bucket. Missing where operand is.
struct Bucket {
  ExpressionPtr operand;
  double width = 1;
};
/// After grouping: key or aggregate number `index` of the group (keys first).
struct Slot {
  uint32_t index = 0;
};

struct Expression {
  std::variant<Constant, Field, Count, OverObjects, OfItem, Pairwise, Similarity, Arithmetic,
               Negate, Bucket, Slot>
      node;
  Type type = Type::kAny;  ///< kAny: several types, or none known
};

// --- conditions: a bit for each row of a table

enum class CompareOp { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct Always {
  bool value = true;
};
/// `expression op constant` by cupel::compare; false where either is missing or they cannot be
/// compared.
struct CompareConstant {
  ExpressionPtr expression;
  CompareOp op;
  Value constant;
};
struct CompareExpressions {
  ExpressionPtr left;
  CompareOp op;
  ExpressionPtr right;
};
/// Equal (as above) to one of the values.
struct InSet {
  ExpressionPtr expression;
  std::vector<Value> values;
};
enum class PatternKind { kLike, kIlike, kRegex };
/// A text that matches. LIKE: `%` any run, `_` one code point, `\` escapes; ILIKE ignores case;
/// regex: RE2, found anywhere. The binder has checked the pattern. Values that are no text: false.
struct Pattern {
  ExpressionPtr expression;
  PatternKind kind;
  std::string pattern;
};
struct IsMissing {
  ExpressionPtr expression;
};
/// Members of a static slice; no column: nobody (of this table).
struct InSlice {
  std::string name;
  std::optional<ColumnId> column;
};
/// Items of which some object fulfils Plan::collections[collection] (function kAny).
struct AnyObject {
  uint32_t collection = 0;
};
/// In a plan over objects: a condition on the object's item.
struct OnItem {
  ConditionPtr condition;
};
struct And {
  std::vector<ConditionPtr> operands;
};
struct Or {
  std::vector<ConditionPtr> operands;
};
struct Not {
  ConditionPtr operand;
};

struct Condition {
  std::variant<Always, CompareConstant, CompareExpressions, InSet, Pattern, IsMissing, InSlice,
               AnyObject, OnItem, And, Or, Not>
      node;
};

/// The objects of an item for which `where` holds, and one value made of them. `where` and
/// `argument` are over rows of `table` (annotations, or a run).
struct Collection {
  /// kBoxes: no value, but the objects' boxes, for Pairwise.
  enum class Function { kAny, kCount, kMin, kMax, kAvg, kSum, kFirst, kBoxes };
  std::string text;  ///< as EXPLAIN prints it: annotations[dimensions.x < 6]
  TableId table = storage::kAnnotations;
  ConditionPtr where;  ///< null: every object
  Function function = Function::kAny;
  /// Of kMin, kMax, kAvg, kSum, kFirst; missing values do not take part. Of kBoxes: the label,
  /// where some Pairwise asks for it, else null.
  ExpressionPtr argument;
};

/// What rows are compared with by their vectors.
struct Probe {
  std::string text;                 ///< as EXPLAIN prints it: similarity("a.jpg", embedding = clip)
  uint32_t set = 0;                 ///< of vectors, by id
  TableId table = storage::kItems;  ///< whose rows have them
  /// Rows of `table`, one or more, as they were named. Each has a vector, and their mean a
  /// direction.
  std::vector<uint64_t> examples;
};

enum class Aggregation { kCount, kSum, kAvg, kMin, kMax };

/// One table of the source with everything bound to its columns. Most plans have one arm;
/// FROM objects has annotations and every run, in that order.
struct Arm {
  TableId table = storage::kItems;
  ConditionPtr where;                    ///< null: every row
  std::vector<ExpressionPtr> outputs;    ///< rows sink: one a column
  std::vector<ExpressionPtr> order;      ///< rows sink: one an order key
  std::vector<ExpressionPtr> keys;       ///< groups sink
  std::vector<ExpressionPtr> arguments;  ///< groups sink: one an aggregate; null for count()
  std::vector<ConditionPtr>
      filters;  ///< groups sink: one an aggregate: count(condition); null: all
};

struct Output {
  std::string name;
  Type type = Type::kAny;
};

struct Plan {
  std::string noun;  ///< "items", "annotations", "predictions", "objects", "groups"
  std::vector<Arm> arms;
  std::vector<Collection> collections;
  std::vector<Probe> probes;
  std::vector<Output> outputs;
  bool whole_rows = false;  ///< no SELECT: RowForm::kJson applies

  bool grouped = false;                      ///< groups sink
  std::vector<Aggregation> aggregates;       ///< parallel to Arm::arguments
  bool has_keys = false;                     ///< false: one group, also over no rows
  std::vector<ExpressionPtr> group_outputs;  ///< over Slots
  std::vector<ExpressionPtr> group_order;    ///< over Slots
  ConditionPtr having;                       ///< over Slots; may be null

  std::vector<bool> descending;  ///< one an order key
  /// Rows before grouping and order: the `sample` rows of smallest hash of (seed, table, row).
  std::optional<uint64_t> sample;
  uint64_t seed = 0;
  std::optional<uint64_t> limit;
  uint64_t offset = 0;
  bool exact = false;  ///< a search among vectors must not be approximate
};

/// The plan for people: source, condition as it will run (the same-object rule and live slices
/// spelled out), projection, grouping, order, limit. One line an element, indented by two.
std::string explain(const Plan& plan, const storage::Catalog& catalog);
std::string print(const Condition& condition, const Plan& plan);
std::string print(const Expression& expression, const Plan& plan);

/// The rewrite rules, applied in the order of the one list in rewrite.cpp, each with its reason
/// there. The result selects the same rows.
Plan rewrite(Plan plan);

template <typename T>
ExpressionPtr make_expression(T node, Type type) {
  return std::make_shared<const Expression>(Expression{std::move(node), type});
}
template <typename T>
ConditionPtr make_condition(T node) {
  return std::make_shared<const Condition>(Condition{std::move(node)});
}

}  // namespace cupel::plan
