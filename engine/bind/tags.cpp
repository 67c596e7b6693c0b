#include "engine/bind/binder.hpp"

/// Autotags: scores, memberships, training examples.
namespace cupel::bind {
namespace {

ConditionPtr above_zero(ExpressionPtr score) {
  return plan::make_condition(
      plan::CompareConstant{std::move(score), plan::CompareOp::kGreater, Value(0)});
}

}  // namespace

ExpressionPtr Binder::tag_field(TableId table, const std::string& family, const std::string& tag,
                                Span span) {
  const std::string name = storage::join_path({"autotag", family.substr(8), tag});
  std::vector<std::string> tags;
  const auto collect = [&](TableId of) {
    for (const std::string& found : column_names(of, family + "."))
      tags.push_back(storage::split_path(found).front());
  };
  bool known = !catalog_.find(table, name).empty();
  if (table == kItems) {
    collect(kItems);
  } else {
    for (TableId other = storage::kAnnotations; other < catalog_.next_table; ++other) {
      known = known || !catalog_.find(other, name).empty();
      collect(other);
    }
  }
  if (!known) unknown("autotag", tag, span, tags, "no autotag has been made yet");
  if (scope_.stale_tag)
    if (const auto stale = scope_.stale_tag(tag)) warn(*stale, span);
  return field(table, name, family + "." + dotted_name(tag));
}

Operand Binder::object_tag(const std::string& tag, Span span, const Rows&) {
  const std::string column = storage::join_path({"autotag", "object", tag});
  std::vector<Operand> operands;
  for (TableId table = storage::kAnnotations; table < catalog_.next_table; ++table) {
    if (catalog_.find(table, column).empty()) continue;
    Operand operand;
    operand.value = tag_field(table, "autotag.object", tag, span);
    operand.objects = ObjectSet{.table = table,
                                .text = source_text(table),
                                .where = nullptr,
                                .key = std::to_string(table) + " " + source_text(table)};
    operands.push_back(std::move(operand));
  }
  if (operands.empty()) tag_field(storage::kAnnotations, "autotag.object", tag, span);
  Operand first = std::move(operands.front());
  for (size_t i = 1; i < operands.size(); ++i) first.alternatives.push_back(std::move(operands[i]));
  return first;
}

ConditionPtr Binder::tagged(const MembershipPath& path, const std::string& tag, Span span,
                            const Rows& rows) {
  const bool image = path.kind == Membership::kImageTag || path.kind == Membership::kImageTraining;
  const bool training =
      path.kind == Membership::kImageTraining || path.kind == Membership::kObjectTraining;
  if (!rows.items() && (image || path.of_item)) {
    Rows item{.table = kItems, .top = false, .filter = true};
    MembershipPath own = path;
    own.of_item = false;
    const size_t place = reserve_mention(rows);
    ConditionPtr condition = tagged(own, tag, span, item);
    if (place != Operand::kNoMention && path.kind == Membership::kImageTag)
      mention(place, of_item(tag_field(kItems, "autotag.image", tag, span)));
    return plan::make_condition(plan::OnItem{std::move(condition)});
  }
  if (training) {
    const std::string family = image ? "image" : "object";
    const std::string column = storage::join_path({"autotag_training", family, tag});
    if (catalog_.find(rows.table, column).empty())
      tag_field(rows.table, "autotag." + family, tag, span);
    ExpressionPtr example =
        field(rows.table, column, "autotag_training." + family + "." + dotted_name(tag));
    if (path.only != 0) return equals(std::move(example), Value(path.only));
    return negated(plan::make_condition(plan::IsMissing{std::move(example)}));
  }
  if (image || !rows.items()) {
    const size_t place = reserve_mention(rows);
    ExpressionPtr score =
        tag_field(rows.table, image ? "autotag.image" : "autotag.object", tag, span);
    mention(place, score);
    return above_zero(std::move(score));
  }
  const size_t place = reserve_mention(rows);
  Operand operand = object_tag(tag, span, rows);
  operand.mention = place;
  Test test =
      make_test(operand, rows, [](const ExpressionPtr& score) { return above_zero(score); });
  return finish(std::move(test), rows);
}

}  // namespace cupel::bind
