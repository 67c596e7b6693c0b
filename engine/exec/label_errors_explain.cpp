#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/exec/label_errors.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "index/lookup.hpp"

namespace cupel::exec {
namespace {

using storage::kAnnotations;

std::string number_text(double number) { return fmt::format("{:.4g}", number); }

/// What the columns of a row say; empty: missing.
struct Stored {
  std::string given, suggested;
  std::optional<double> suspected, quality;
};

/// The annotation of an item in the taxonomy.
std::optional<uint64_t> category_of(const LabelErrors& errors, uint64_t item,
                                    const Context& context) {
  AnyField type(context.snapshot, kAnnotations, "type");
  AnyField taxonomy(context.snapshot, kAnnotations, "taxonomy");
  index::ItemSet items(context.snapshot->catalog().row_count(storage::kItems));
  items.add(item);
  std::optional<uint64_t> found;
  index::for_each_object(*context.snapshot, kAnnotations, items, [&](uint64_t row, uint64_t) {
    if (!found && type.text(row) == "category" && taxonomy.text(row) == errors.taxonomy)
      found = row;
  });
  return found;
}

Stored stored_of(uint64_t row, const Context& context) {
  const auto field = [&](std::string_view name) {
    return AnyField(context.snapshot, kAnnotations, name);
  };
  return {field("label").text(row), field(kPredictedLabel).text(row),
          field(kPotentialMislabel).number(row), field(kLabelQuality).number(row)};
}

std::optional<size_t> class_of(const LabelErrors& errors, const std::string& label) {
  const auto found = std::find(errors.classes.begin(), errors.classes.end(), label);
  if (found == errors.classes.end()) return std::nullopt;
  return static_cast<size_t>(found - errors.classes.begin());
}

/// The numbers behind a judgement, where they are known.
struct Numbers {
  std::optional<double> given, suggested, margin, given_threshold, suggested_threshold;
};

std::optional<double> threshold(const LabelErrors& errors, std::optional<size_t> k) {
  // A class without examples has the threshold 2: nothing is confidently of it.
  if (!k || *k >= errors.thresholds.size() || !(errors.thresholds[*k] <= 1)) return std::nullopt;
  return errors.thresholds[*k];
}

Numbers numbers_of(const LabelErrors& errors, const Stored& stored, std::vector<double> row) {
  const std::optional<size_t> given = class_of(errors, stored.given);
  const std::optional<size_t> suggested = class_of(errors, stored.suggested);
  Numbers numbers;
  numbers.given_threshold = threshold(errors, given);
  numbers.suggested_threshold = threshold(errors, suggested);
  if (row.size() != errors.classes.size()) return numbers;
  if (suggested) numbers.suggested = row[*suggested];
  if (!given) return numbers;
  numbers.given = row[*given];
  row[*given] = -1;
  numbers.margin = *numbers.given - *std::max_element(row.begin(), row.end());
  return numbers;
}

std::string why(const Stored& stored, const Numbers& numbers) {
  if (!stored.suspected)
    return "this label was not judged: the item had no probabilities or was not in the slice, or "
           "the label was imported since";
  if (!numbers.given || !numbers.suggested)
    return *stored.suspected == 1 ? fmt::format("the model takes it for '{}' rather than for '{}'",
                                                stored.suggested, stored.given)
                                  : "the model does not contradict the label";
  const std::string given = number_text(*numbers.given);
  const std::string suggested = number_text(*numbers.suggested);
  if (stored.given == stored.suggested)
    return fmt::format("the given label is the most probable one ({}){}", given,
                       *stored.suspected == 1 ? ", but among the lowest of its class" : "");
  std::string sentence = fmt::format("the model gives '{}' {} and the given '{}' {}",
                                     stored.suggested, suggested, stored.given, given);
  if (numbers.suggested_threshold)
    sentence += fmt::format(
        "; labels '{}' get {} for their class on average, so that {} is {}", stored.suggested,
        number_text(*numbers.suggested_threshold), suggested,
        *numbers.suggested >= *numbers.suggested_threshold - 1e-6 ? "confident" : "not confident");
  return sentence + (*stored.suspected == 1 ? ": suspected" : ": not suspected");
}

void add(Explanation& lines, std::string_view what, const std::string& value) {
  lines.emplace_back(what, value);
}
void add(Explanation& lines, std::string_view what, std::optional<double> value) {
  if (value) lines.emplace_back(what, number_text(*value));
}

Explanation explain_category(const LabelErrors& errors, uint64_t item,
                             const Probabilities* probabilities, const Context& context) {
  const std::optional<uint64_t> row = category_of(errors, item, context);
  if (!row)
    throw Error(ErrorCode::kConstraint,
                fmt::format("this item has no label in taxonomy '{}'", errors.taxonomy));
  const Stored stored = stored_of(*row, context);
  std::vector<double> of_item;
  if (probabilities != nullptr && probabilities->classes() == errors.classes) {
    const auto& items = probabilities->items();
    const auto found = std::find(items.begin(), items.end(), item);
    if (found != items.end())
      of_item = probabilities->row(static_cast<uint64_t>(found - items.begin()));
  }
  const Numbers numbers = numbers_of(errors, stored, std::move(of_item));
  Explanation lines;
  add(lines, "given", stored.given);
  if (!stored.suggested.empty()) add(lines, "suggested", stored.suggested);
  if (stored.suspected) add(lines, "suspected", *stored.suspected == 1 ? "yes" : "no");
  add(lines, "label_quality", stored.quality);
  add(lines, "self_confidence", numbers.given);
  add(lines, "suggested_confidence", numbers.suggested);
  add(lines, "given_threshold", numbers.given_threshold);
  add(lines, "suggested_threshold", numbers.suggested_threshold);
  add(lines, "margin", numbers.margin);
  add(lines, "method", errors.method);
  add(lines, "why", why(stored, numbers));
  return lines;
}

/// Labels of an item's annotations that were judged, those that are suspected or all of them.
std::string joined_labels(const LabelErrors& errors, uint64_t item, bool only_suspected,
                          const Context& context) {
  AnyField label(context.snapshot, kAnnotations, "label");
  AnyField type(context.snapshot, kAnnotations, "type");
  AnyField suspected(context.snapshot, kAnnotations, kPotentialMislabel);
  AnyField issue(context.snapshot, kAnnotations, kLabelIssue);
  index::ItemSet items(context.snapshot->catalog().row_count(storage::kItems));
  items.add(item);
  std::string joined;
  index::for_each_object(*context.snapshot, kAnnotations, items, [&](uint64_t row, uint64_t) {
    const bool judged = errors.of == ErrorsOf::kBoxes
                            ? type.text(row) == "box"
                            : class_of(errors, label.text(row)).has_value();
    if (!judged || (only_suspected && suspected.number(row) != 1)) return;
    joined += (joined.empty() ? "" : ", ") + label.text(row);
    if (only_suspected && !issue.missing(row)) joined += fmt::format(" ({})", issue.text(row));
  });
  return joined;
}

Explanation explain_objects(const LabelErrors& errors, uint64_t item, const Context& context) {
  const auto field = [&](std::string_view name) {
    return AnyField(context.snapshot, storage::kItems, name);
  };
  const std::optional<double> score = field(kMislabelScore).number(item);
  const std::string suspects = joined_labels(errors, item, true, context);
  Explanation lines;
  add(lines, "given", joined_labels(errors, item, false, context));
  if (errors.of == ErrorsOf::kLabelSets)
    add(lines, "suggested", field(kPredictedLabels).text(item));
  if (score) add(lines, "suspected", *score > 0 ? "yes" : "no");
  add(lines, "mislabel_score", score);
  if (!suspects.empty()) add(lines, "suspected_labels", suspects);
  add(lines, "method", errors.of == ErrorsOf::kBoxes ? std::string("ObjectLab") : errors.method);
  std::string sentence = "nothing about this item is suspected";
  if (!score) sentence = "this item was no example";
  if (score && *score > 0)
    sentence = !suspects.empty() ? fmt::format("the model contradicts: {}", suspects)
                                 : "the model finds a label that is not given";
  add(lines, "why", sentence);
  return lines;
}

}  // namespace

Explanation explain_label_error(const LabelErrors& errors, uint64_t item,
                                const Probabilities* probabilities, const Context& context) {
  return errors.of == ErrorsOf::kCategories ? explain_category(errors, item, probabilities, context)
                                            : explain_objects(errors, item, context);
}

}  // namespace cupel::exec
