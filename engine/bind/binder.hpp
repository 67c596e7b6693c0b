#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/bind/bind.hpp"
#include "engine/plan/types.hpp"

/// The binder's state and its parts, one file each. Internal to this room.
namespace cupel::bind {

using plan::ConditionPtr;
using plan::ExpressionPtr;
using storage::ColumnId;
using storage::kItems;
using storage::TableId;

/// A binding is at most this large, however live slices multiply it.
inline constexpr size_t kMaxTerms = 10'000;
inline constexpr size_t kMaxInValues = 100'000;
inline constexpr size_t kMaxPatternBytes = 1'000;
inline constexpr size_t kMaxLiveSlices = 64;

struct GroupScope;

/// Whose fields a path names, and where it stands.
struct Rows {
  TableId table = kItems;
  /// The rows of the query's source. False inside `[…]`, for the item of an object, and in live
  /// slices: fields there are not among the fields that the query speaks of.
  bool top = true;
  bool filter = false;           ///< Inside `[…]`.
  GroupScope* groups = nullptr;  ///< After grouping: values are keys and aggregates.

  bool items() const { return table == kItems; }
};

/// The objects that an existential path speaks of.
struct ObjectSet {
  TableId table = storage::kAnnotations;
  std::string text;    ///< `annotations`, `predictions("a")`
  ConditionPtr where;  ///< Over rows of `table`; null: all.
  std::string key;     ///< Equal keys join by the same-object rule; empty: never.
};

/// One side of a test, or a value.
struct Operand {
  /// Over the rows in question; over `objects->table` where that is set. Null: the objects alone.
  ExpressionPtr value;
  std::optional<ObjectSet> objects;
  bool on_item = false;               ///< The objects are those of the row's item.
  std::vector<Operand> alternatives;  ///< The same path over further tables.
  ExpressionPtr scalar;               ///< One value per row where `objects` has one (taxonomies).
  ExpressionPtr number;               ///< `C.LABEL[…]`: the count, where a number is wanted.
  std::string text;                   ///< as written
  Span span;
  size_t mention = kNoMention;  ///< where the count of the objects is among the outputs
  static constexpr size_t kNoMention = static_cast<size_t>(-1);
};

/// A condition, over the rows or still over objects that others may join.
struct Test {
  ConditionPtr condition;
  std::optional<ObjectSet> objects;
  bool on_item = false;
  size_t mention = Operand::kNoMention;
};

/// `slice`, `autotag.image` and their like, which are compared with a name.
enum class Membership { kSlice, kImageTag, kObjectTag, kImageTraining, kObjectTraining };
struct MembershipPath {
  Membership kind = Membership::kSlice;
  bool of_item = false;  ///< `item.slice`
  int only = 0;          ///< training: 1 positive, -1 negative examples, 0 both
};

/// The binding of one query (and of the live slices in it) for one arm after the other. Collections
/// go into `plan`; a collection refers only to collections before it.
class Binder {
 public:
  Binder(const Scope& scope, std::vector<Warning>& warnings, plan::Plan& plan)
      : scope_(scope), catalog_(scope.snapshot->catalog()), warnings_(warnings), plan_(plan) {}

  // --- sources (sources.cpp)
  std::vector<TableId> tables_of(const grammar::Source& source) const;
  /// `word` is what stands at `span`, to suggest `word("run")` where the run must be named.
  TableId run_table(const std::optional<std::string>& name, Span span,
                    const std::string& word = "predictions") const;
  /// `annotations`, `predictions("a")`.
  std::string source_text(TableId table) const;
  /// What a row of a table is called: "item", "annotation", "prediction"; "object" over all arms.
  std::string row_noun(const Rows& rows) const;
  void set_arms(std::vector<TableId> arms) { arms_ = std::move(arms); }

  // --- conditions (bind_condition.cpp)
  ConditionPtr condition(const grammar::Expression& e, const Rows& rows);
  Test test(const grammar::Expression& e, const Rows& rows);
  ConditionPtr finish(Test test, const Rows& rows);

  // --- comparisons (bind_compare.cpp)
  Test compare(const grammar::Compare& node, const grammar::Expression& e, const Rows& rows);
  Test in(const grammar::In& node, const grammar::Expression& e, const Rows& rows);
  Test between(const grammar::Between& node, const grammar::Expression& e, const Rows& rows);
  Test match(const grammar::Match& node, const grammar::Expression& e, const Rows& rows);
  Test is_missing(const grammar::IsMissing& node, const grammar::Expression& e, const Rows& rows);

  // --- values (bind_value.cpp)
  /// One value per row; kType error for an existential path.
  ExpressionPtr value(const grammar::Expression& e, const Rows& rows);
  Operand operand(const grammar::Expression& e, const Rows& rows);
  ExpressionPtr scalar_of(const Operand& operand, const Rows& rows);
  const Value* parameter(const grammar::Parameter& node, Span span) const;
  std::optional<Value> constant(const grammar::Expression& e) const;
  Type type_of(const plan::Expression& e) const;
  plan::TypeSet types_of(const plan::Expression& e) const;
  std::string text_of(const grammar::Expression& e) const;

  // --- an object and the others of its item (pairwise.cpp)
  /// `overlap(annotations)`, `distance(…)`.
  ExpressionPtr pairwise_number(const grammar::Call& call, const grammar::Expression& e,
                                const Rows& rows);
  /// `overlaps(…)`, `inside(…)`; the expression must be one of these calls.
  ConditionPtr pairwise_condition(const grammar::Expression& e, const Rows& rows);

  // --- nearness of vectors (similarity.cpp)
  /// `similarity("a", "b", embedding = clip)`.
  ExpressionPtr similarity(const grammar::Call& call, const grammar::Expression& e,
                           const Rows& rows);
  const Examples* examples() const { return scope_.examples.get(); }

  // --- paths (paths.cpp)
  Operand path(const grammar::Path& path, Span span, const Rows& rows);
  /// The path from segment `at` on, as a field of items (item_paths.cpp).
  Operand item_path(const grammar::Path& path, size_t at, Span span, const Rows& rows);
  /// As a field of the object itself; nothing where objects have no such field (object_paths.cpp).
  std::optional<Operand> own_path(const grammar::Path& path, size_t at, Span span,
                                  const Rows& rows);
  /// As `annotations…` or `predictions…` of an item (collections.cpp).
  Operand collection_path(const grammar::Path& path, size_t at, Span span);
  ExpressionPtr metadata_field(TableId table, const grammar::Path& path, size_t at, Span span,
                               const Rows& rows);
  ExpressionPtr field(TableId table, const std::string& name, const std::string& shown = {});
  ExpressionPtr analysis_field(TableId table, const std::string& name,
                               const std::optional<std::string>& run, Span span, const Rows& rows);
  /// `evaluation.fp`, `evaluation("run").fp` (evaluation_paths.cpp).
  Operand evaluation_path(const grammar::Path& path, size_t at, Span span);
  void warn_if_stale(const std::string& run, Span span);
  ExpressionPtr labeling_field(const std::string& name, Span span);

  // --- collections (collection_values.cpp)
  /// The text of a collection with a condition: `annotations[area > 5]`.
  std::string collection_text(const ObjectSet& objects, const ConditionPtr& where) const;
  uint32_t add_collection(const ObjectSet& objects, ConditionPtr where,
                          plan::Collection::Function function, ExpressionPtr argument = nullptr);
  ExpressionPtr over_objects(const ObjectSet& objects, plan::Collection::Function function,
                             ExpressionPtr argument = nullptr);

  // --- slices (slices.cpp) and tags (tags.cpp)
  std::optional<MembershipPath> membership(const grammar::Expression& e, const Rows& rows) const;
  ConditionPtr member(const MembershipPath& path, const std::string& name, Span span,
                      const Rows& rows);
  ConditionPtr in_slice(const std::string& name, Span span, const Rows& rows, bool of_item);
  ConditionPtr live_slice(const storage::Slice& slice, Span span, const Rows& rows);
  ConditionPtr live_condition(const storage::Slice& slice, const Rows& rows);
  ExpressionPtr tag_field(TableId table, const std::string& family, const std::string& tag,
                          Span span);
  Operand object_tag(const std::string& tag, Span span, const Rows& rows);
  ConditionPtr tagged(const MembershipPath& path, const std::string& tag, Span span,
                      const Rows& rows);
  void enter_live_slice(const std::string& name, Span span);
  void leave_live_slice() { open_slices_.pop_back(); }

  // --- fields that the query speaks of (mentions.cpp)
  size_t reserve_mention(const Rows& rows);
  void mention(size_t place, ExpressionPtr value);
  std::vector<ExpressionPtr> take_mentions();
  void collect_mentions(bool on) { collecting_ = on; }

  /// Without parameters from here on (a live slice is its text alone).
  void forget_parameters() { scope_.parameters = nullptr; }

  // --- groups (bind_groups.cpp)
  Operand group_operand(const grammar::Expression& e, const Rows& rows);

  // --- sentences (suggestions.cpp)
  void warn(const std::string& message, Span span, std::string suggestion = {});
  std::string near(const std::string& word, const std::vector<std::string>& candidates) const;
  [[noreturn]] void unknown(const std::string& what, const std::string& name, Span span,
                            const std::vector<std::string>& candidates,
                            const std::string& none) const;
  std::vector<std::string> column_names(TableId table, std::string_view prefix) const;
  std::vector<std::string> labels_of(TableId table) const;
  bool has_taxonomy(TableId table, std::string_view name) const;

  const storage::Catalog& catalog() const { return catalog_; }
  plan::Plan& plan() { return plan_; }
  const plan::Plan& plan() const { return plan_; }
  const std::vector<TableId>& arms() const { return arms_; }
  /// Counts one more comparison; throws kLimit past kMaxTerms.
  void count_term(Span span);
  /// The next arm: the limit is for each.
  void start_arm() { terms_ = 0; }

 private:
  friend class BesideText;

  using Make = std::function<ConditionPtr(const ExpressionPtr&)>;
  using MakePair = std::function<ConditionPtr(const ExpressionPtr&, const ExpressionPtr&)>;
  Test make_test(const Operand& operand, const Rows& rows, const Make& make);
  Test pair_test(const Operand& left, const Operand& right, Span span, const Rows& rows,
                 const MakePair& make);
  Test objects_pair(const Operand& left, const Operand& right, Span span, const Rows& rows,
                    const MakePair& make);
  ExpressionPtr beside_objects(const Operand& operand, const Rows& rows, Span span) const;
  Operand single(Operand operand) const;
  ConditionPtr comparison(const ExpressionPtr& left, plan::CompareOp op, const ExpressionPtr& right,
                          Span span, const Rows& rows);
  bool can_compare(const ExpressionPtr& expression, const Value& constant, Span span,
                   const Rows& rows);
  plan::TypeSet types_in_arms(const plan::Expression& e, const Rows& rows) const;
  ConditionPtr member_of(const MembershipPath& path, const grammar::Expression& right,
                         const Rows& rows);
  friend class CollectionPath;
  bool any_arm_has(const std::string& column, TableId table, const Rows& rows) const;
  Test value_test(const grammar::Expression& e, const Rows& rows);
  Test chain(const std::vector<grammar::ExpressionPtr>& operands, const Rows& rows);
  ExpressionPtr call(const grammar::Call& node, const grammar::Expression& e, const Rows& rows);
  void warn_of_null(const grammar::Expression& right);
  Operand arithmetic(const grammar::Arithmetic& node, const grammar::Expression& e,
                     const Rows& rows);
  Operand number_side(const grammar::Expression& e, const Rows& rows);
  ExpressionPtr number_operand(const grammar::Expression& e, const Rows& rows);
  [[noreturn]] void bare_word(const grammar::Literal& literal, Span span, const Rows& rows) const;
  void refuse_existential(const Operand& operand, const Rows& rows) const;

  Scope scope_;
  const storage::Catalog& catalog_;
  std::vector<Warning>& warnings_;
  plan::Plan& plan_;
  std::vector<TableId> arms_;
  std::set<std::string> warned_;
  std::vector<std::string> open_slices_;
  std::vector<std::optional<ExpressionPtr>> mentions_;
  size_t terms_ = 0;
  bool collecting_ = false;   ///< Fields spoken of become outputs.
  bool beside_text_ = false;  ///< The path being bound is compared with text.
};

/// While a path is bound: it is compared with text, so that it may name a taxonomy.
class BesideText {
 public:
  BesideText(Binder& binder, bool value) : binder_(binder), before_(binder.beside_text_) {
    binder.beside_text_ = value;
  }
  ~BesideText() { binder_.beside_text_ = before_; }
  BesideText(const BesideText&) = delete;
  BesideText& operator=(const BesideText&) = delete;

 private:
  Binder& binder_;
  bool before_;
};

/// Whether two existential operands speak of the same objects, and what is said when they must.
bool same_objects(const Operand& left, const Operand& right);
[[noreturn]] void different_objects(const Operand& left, const Operand& right, Span span);

/// Whether an unquoted segment is this word.
inline bool is_word(const grammar::Segment& segment, std::string_view word) {
  return !segment.quoted && segment.name == word;
}

/// A segment as it is written in a path after a dot.
std::string dotted_name(std::string_view name);

/// `field` of the item, seen from an object; constants stay.
ExpressionPtr of_item(ExpressionPtr value);
ConditionPtr all_of(std::vector<ConditionPtr> operands);
/// `left AND right`, where either may be null.
ConditionPtr both(ConditionPtr left, ConditionPtr right);
ConditionPtr any_of(std::vector<ConditionPtr> operands);
ConditionPtr negated(ConditionPtr operand);
ConditionPtr equals(ExpressionPtr value, Value constant);

/// Whether it is a function of an object and the others of its item, and whether one that is a
/// condition (pairwise.cpp).
bool is_pairwise(const grammar::Call& call);
bool is_pairwise_condition(const grammar::Expression& e);

/// Throws for a pattern that cannot be used (patterns.cpp).
void check_pattern(grammar::MatchKind kind, const std::string& pattern, Span span);

/// Fields by name, for sentences and checks (field_names.cpp).
const std::vector<std::string>& item_fields();
const std::vector<std::string>& object_fields();
/// The type of a field that every database knows, kAny for others.
Type known_type(std::string_view field);
/// Words after `annotations.` that name no label unless quoted.
bool is_reserved_after_collection(std::string_view word);

/// Values of a grouped query: keys first, then aggregates, found or added (bind_groups.cpp).
struct GroupScope {
  std::vector<std::string> key_texts;  ///< of the first arm, printed
  std::vector<Type> key_types;
  std::vector<const grammar::Expression*> keys;  ///< as written
  std::vector<std::string> aggregate_texts;
  std::vector<Type> aggregate_types;
  std::map<std::string, const grammar::Expression*> aliases;
  bool in_alias = false;
  const std::vector<Figure>* figures = nullptr;  ///< of ASSERT, which has nothing else
};

bool has_aggregate(const grammar::Expression& e);
/// A subquery of ASSERT as its Slot; throws for what is a field or an aggregate
/// (bind_assertion.cpp).
std::optional<Operand> figure_operand(const grammar::Expression& e, const GroupScope& groups);
/// Binds a query that has aggregates or GROUP BY into `binder.plan()`, whose arms have tables and
/// conditions already.
void bind_groups(Binder& binder, const grammar::Query& query);
/// One `field = value` of UPDATE, for every arm: an output of the plan.
void bind_assignment(Binder& binder, const grammar::Assignment& assignment,
                     std::vector<std::string>& columns);
/// Binds conditions, outputs and order of a query without groups.
void bind_outputs(Binder& binder, const grammar::Query& query, bool objects_source);

}  // namespace cupel::bind
