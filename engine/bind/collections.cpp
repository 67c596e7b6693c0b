#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"
#include "storage/count_names.hpp"

/// The objects of an item, from an item's point of view (LANGUAGE.md 2.5).
namespace cupel::bind {

/// Reads a path after `annotations` or `predictions`, segment by segment: restrictions (a type, a
/// taxonomy, a label, filters) first, then what is asked of the objects that are left.
class CollectionPath {
 public:
  CollectionPath(Binder& binder, const grammar::Path& path, size_t at, Span span)
      : binder_(binder), path_(path), next_(at), span_(span) {}

  Operand bind() {
    const grammar::Segment& head = path_.segments[next_++];
    if (head.name == "annotations" && head.argument)
      throw Error(ErrorCode::kType, "annotations have no runs", head.span, "annotations");
    set_.table = head.name == "annotations" ? storage::kAnnotations
                                            : binder_.run_table(head.argument, head.span);
    set_.text = binder_.source_text(set_.table);
    objects_rows_ = Rows{.table = set_.table, .top = false, .filter = true};
    add_filter(head);
    while (next_ < path_.segments.size())
      if (std::optional<Operand> operand = step()) return std::move(*operand);
    return end();
  }

 private:
  using Function = plan::Collection::Function;

  bool last() const { return next_ + 1 == path_.segments.size(); }

  std::optional<Operand> step() {
    const grammar::Segment& segment = path_.segments[next_];
    if (last() && path_.call_argument) return function(segment);
    if (!segment.quoted) {
      if (segment.name == "count" && last()) return Operand{.value = count()};
      if (segment.name == "count") ends_here(segment);
      if (std::optional<Operand> own = own_field(segment)) return own;
      if (segment.argument) no_argument(segment);
      const auto& types = storage::object_types();
      if (!type_ && !label_ && std::find(types.begin(), types.end(), segment.name) != types.end()) {
        type_ = segment.name;
        add_filter(segment);
        ++next_;
        return std::nullopt;
      }
    }
    if (!type_ && !label_ && binder_.has_taxonomy(set_.table, segment.name))
      return taxonomy(segment);
    if (label_)
      return of_objects(binder_.metadata_field(set_.table, path_, next_, span_, objects_rows_));
    label_ = segment.name;
    check_label(segment);
    add_filter(segment);
    ++next_;
    return std::nullopt;
  }

  /// The path has ended at `annotations`, a type or a label.
  Operand end() {
    const grammar::Segment& tail = path_.segments.back();
    if (tail.filter) {
      Operand operand;
      if (label_) operand.number = count();
      set_.where = restriction(label_ && !type_);
      operand.objects = keyed();
      return operand;
    }
    if (label_) return Operand{.value = count()};
    const std::string text = grammar::print(path_);
    throw Error(ErrorCode::kType,
                "'" + text + "' stands for objects; write " + text + ".count for their number",
                span_, text + ".count");
  }

  /// `.min(f)` and its like.
  Operand function(const grammar::Segment& segment) {
    static const std::pair<const char*, Function> kFunctions[] = {{"min", Function::kMin},
                                                                  {"max", Function::kMax},
                                                                  {"avg", Function::kAvg},
                                                                  {"sum", Function::kSum}};
    const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                     [&](const auto& f) { return segment.name == f.first; });
    if (found == std::end(kFunctions) || segment.quoted)
      binder_.unknown("function over objects", segment.name, segment.span,
                      {"min", "max", "avg", "sum"}, "");
    set_.where = restriction(false);
    const grammar::Expression& argument = **path_.call_argument;
    ExpressionPtr value = binder_.value(argument, objects_rows_);
    const plan::TypeSet types = binder_.types_of(*value);
    const bool number = found->second == Function::kAvg || found->second == Function::kSum;
    if (number && !types.empty() && !types.has_number())
      throw Error(ErrorCode::kType,
                  segment.name + " needs numbers; " + plan::print(*value, binder_.plan()) +
                      " holds " + plan::describe(types),
                  argument.span);
    return Operand{.value = binder_.over_objects(set_, found->second, std::move(value))};
  }

  /// A reserved field of objects, one value for each.
  std::optional<Operand> own_field(const grammar::Segment& segment) {
    const auto& fields = object_fields();
    if (std::find(fields.begin(), fields.end(), segment.name) == fields.end()) return std::nullopt;
    for (size_t i = next_; i < path_.segments.size(); ++i)
      if (path_.segments[i].filter)
        throw Error(ErrorCode::kType,
                    "a filter stands before the field: annotations[…]." + segment.name,
                    path_.segments[i].span);
    std::optional<Operand> own = binder_.own_path(path_, next_, span_, objects_rows_);
    return of_objects(own->value);
  }

  Operand of_objects(ExpressionPtr value) {
    set_.where = restriction(false);
    Operand operand;
    operand.value = std::move(value);
    operand.objects = keyed();
    return operand;
  }

  Operand taxonomy(const grammar::Segment& segment) {
    if (!last() || segment.filter) ends_here(segment);
    const Rows& rows = objects_rows_;
    ConditionPtr category = equals(binder_.field(rows.table, "type"), "category");
    ConditionPtr taxonomy = equals(binder_.field(rows.table, "taxonomy"), segment.name);
    set_.where = both(both(std::move(category), std::move(taxonomy)), filter_);
    Operand operand;
    operand.value = binder_.field(rows.table, "label");
    operand.scalar = binder_.over_objects(set_, Function::kFirst, operand.value);
    name_taxonomy(operand.scalar, segment);
    operand.objects = set_;
    return operand;
  }

  /// Without filters the one value reads as it was written.
  void name_taxonomy(const ExpressionPtr& scalar, const grammar::Segment& segment) {
    if (filter_ != nullptr) return;
    const uint32_t number = std::get<plan::OverObjects>(scalar->node).collection;
    binder_.plan().collections[number].text = set_.text + "." + label_name(segment.name);
  }

  ExpressionPtr count() {
    if (filter_ != nullptr) {
      set_.where = restriction(label_ && !type_);
      return binder_.over_objects(set_, Function::kCount);
    }
    plan::Count node{
        .name = set_.text, .table = set_.table, .type = type_, .label = label_, .columns = {}};
    if (type_) node.name += "." + *type_;
    if (label_) node.name += "." + (type_ ? dotted_name(*label_) : label_name(*label_));
    if (!label_) node.name += ".count";
    const storage::Catalog& catalog = binder_.catalog();
    if (label_ && !type_) {
      node.columns = storage::label_columns(catalog, set_.table, *label_);
    } else {
      const std::string column = label_  ? storage::count_column(set_.table, *type_, *label_)
                                 : type_ ? storage::count_column(set_.table, *type_)
                                         : storage::count_column(set_.table);
      if (const auto* found = catalog.find(kItems, column, Type::kInt64))
        node.columns.push_back(found->id);
    }
    return plan::make_expression(std::move(node), Type::kInt64);
  }

  /// What the objects must fulfil. Labels are counted on geometric objects only.
  ConditionPtr restriction(bool geometric) {
    ConditionPtr where;
    if (type_) where = equals(binder_.field(set_.table, "type"), *type_);
    if (label_) where = both(where, equals(binder_.field(set_.table, "label"), *label_));
    if (geometric)
      where = both(where, negated(equals(binder_.field(set_.table, "type"), "category")));
    return both(where, filter_);
  }

  ObjectSet keyed() {
    set_.key = std::to_string(set_.table) + " " + binder_.collection_text(set_, set_.where);
    return set_;
  }

  void add_filter(const grammar::Segment& segment) {
    if (!segment.filter) return;
    filter_ = both(filter_, binder_.condition(**segment.filter, objects_rows_));
  }

  [[noreturn]] void no_argument(const grammar::Segment& segment) const {
    if (segment.name != "similarity")
      throw Error(ErrorCode::kType, "'" + segment.name + "' takes no argument", segment.span,
                  segment.name);
    const std::string instead =
        set_.text + ".max(similarity(" + grammar::quote_text(*segment.argument) + "))";
    throw Error(ErrorCode::kType,
                "similarity is a number of one object, and an item has many; write " + instead,
                segment.span, instead);
  }

  [[noreturn]] void ends_here(const grammar::Segment& segment) const {
    throw Error(ErrorCode::kName, "'" + segment.name + "' is a single value; nothing can follow it",
                span_);
  }

  std::string label_name(const std::string& label) const {
    const bool quoted = is_reserved_after_collection(label);
    return quoted ? grammar::quote_text(label) : dotted_name(label);
  }

  void check_label(const grammar::Segment& segment) {
    const std::vector<std::string> labels = binder_.labels_of(set_.table);
    if (std::binary_search(labels.begin(), labels.end(), segment.name)) return;
    std::vector<std::string> words = labels;
    if (!segment.quoted && !type_) words.emplace_back("count");
    const std::string nearest = binder_.near(segment.name, words);
    const std::string what = binder_.beside_text_ && last() ? "taxonomy or label" : "label";
    const std::string whose =
        set_.table == storage::kAnnotations
            ? std::string("no annotation has ")
            : "no prediction of run '" + binder_.catalog().run(set_.table)->name + "' has ";
    binder_.warn(whose + what + " " + grammar::quote_text(segment.name), segment.span,
                 nearest.empty() || nearest == "count" ? nearest : label_name(nearest));
  }

  Binder& binder_;
  const grammar::Path& path_;
  size_t next_;
  Span span_;
  Rows objects_rows_;
  ObjectSet set_;
  std::optional<std::string> type_;
  std::optional<std::string> label_;
  ConditionPtr filter_;
};

Operand Binder::collection_path(const grammar::Path& path, size_t at, Span span) {
  return CollectionPath(*this, path, at, span).bind();
}

}  // namespace cupel::bind
