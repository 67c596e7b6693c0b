#include <algorithm>

#include "engine/bind/binder.hpp"
#include "grammar/print.hpp"

/// The fields of objects (LANGUAGE.md 2.6).
namespace cupel::bind {
namespace {

bool is_analysis(std::string_view name) {
  return name == "outcome" || name == "iou" || name == "matched_label" || name == "matched_id";
}

bool is_axis(const std::string& name) { return name == "x" || name == "y" || name == "z"; }

std::string analysis_column(const std::string& name, const std::string& run) {
  return name + "(" + grammar::quote_text(run) + ")";
}

}  // namespace

std::optional<Operand> Binder::own_path(const grammar::Path& path, size_t at, Span span,
                                        const Rows& rows) {
  const grammar::Segment& head = path.segments[at];
  if (head.quoted) return std::nullopt;
  const size_t rest = path.segments.size() - at - 1;
  const bool filtered = std::any_of(path.segments.begin(), path.segments.end(),
                                    [](const grammar::Segment& s) { return s.filter.has_value(); });
  if (path.call_argument || (filtered && at == 0))
    throw Error(ErrorCode::kType,
                "a filter or a function stands after annotations or predictions; a single object "
                "has neither",
                span);
  const auto one = [&](size_t segments) {
    if (rest != segments)
      throw Error(ErrorCode::kName,
                  segments == 0 ? "'" + head.name + "' is a single value; nothing can follow it"
                                : "'" + head.name + "' needs .x, .y or .z",
                  span, segments == 0 ? head.name : head.name + ".x");
  };
  if (head.name == "metadata")
    return Operand{.value = metadata_field(rows.table, path, at + 1, span, rows)};
  if (head.name == "position" || head.name == "dimensions") {
    one(1);
    const std::string& axis = path.segments[at + 1].name;
    if (!is_axis(axis))
      unknown("field of " + head.name, axis, path.segments[at + 1].span, {"x", "y", "z"}, "");
    return Operand{.value = field(rows.table, head.name + "." + axis)};
  }
  if (head.name == "autotag") {
    if (rest != 2 || !is_word(path.segments[at + 1], "object"))
      throw Error(ErrorCode::kType, "a name is missing here, as in autotag.object.stop_sign", span);
    const grammar::Segment& tag = path.segments[at + 2];
    return Operand{.value = tag_field(rows.table, "autotag.object", tag.name, tag.span)};
  }
  if (head.name == "slice")
    throw Error(ErrorCode::kType, "a name is missing here, as in slice = night", span);
  if (is_analysis(head.name)) {
    one(0);
    return Operand{.value = analysis_field(rows.table, head.name, head.argument, head.span, rows)};
  }
  for (const char* name : {"label", "type", "taxonomy", "annotation_id", "area", "confidence"}) {
    if (head.name != name) continue;
    one(0);
    return Operand{.value = field(rows.table, name)};
  }
  return std::nullopt;
}

ExpressionPtr Binder::analysis_field(TableId table, const std::string& name,
                                     const std::optional<std::string>& run, Span span,
                                     const Rows& rows) {
  const auto evaluated = [](const ExpressionPtr& e) {
    return !std::get<plan::Field>(e->node).columns.empty();
  };
  const auto missing = [&](const std::string& of) {
    return Error(
        ErrorCode::kName,
        of.empty() ? "no run has been evaluated yet, so that " + name + " does not exist"
                   : "run '" + of + "' has not been evaluated, so that " + name + " does not exist",
        span);
  };
  ExpressionPtr plain = field(table, name);
  if (table != storage::kAnnotations) {
    const storage::Run* own = catalog_.run(table);
    if (run && own != nullptr && own->name != *run)
      throw Error(ErrorCode::kName,
                  "these predictions are of run '" + own->name + "', not '" + *run + "'", span,
                  name);
    if (evaluated(plain) || any_arm_has(name, table, rows)) return plain;
    throw missing(own == nullptr ? std::string() : own->name);
  }
  if (run) {
    const std::string column = analysis_column(name, catalog_.run(run_table(run, span))->name);
    ExpressionPtr of_run = field(table, column);
    if (!evaluated(of_run)) throw missing(*run);
    return of_run;
  }
  if (evaluated(plain)) return plain;
  std::string chosen = scope_.run;
  if (chosen.empty() && catalog_.runs().size() == 1) chosen = catalog_.runs().front().name;
  if (!chosen.empty()) {
    ExpressionPtr of_run = field(table, analysis_column(name, chosen));
    if (evaluated(of_run)) return of_run;
  }
  if (any_arm_has(name, table, rows)) return plain;
  throw missing(chosen);
}

}  // namespace cupel::bind
