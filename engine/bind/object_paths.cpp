#include <algorithm>

#include "engine/bind/binder.hpp"
#include "engine/plan/evaluation_record.hpp"
#include "grammar/print.hpp"

/// The fields of objects (LANGUAGE.md 2.6).
namespace cupel::bind {
namespace {

bool is_axis(const std::string& name) { return name == "x" || name == "y" || name == "z"; }

/// `outcome("run")`, and `outcome.run`, as the column is called.
std::optional<std::string> run_of(const grammar::Path& path, size_t at) {
  const grammar::Segment& head = path.segments[at];
  if (head.argument) return head.argument;
  const bool named = path.segments.size() == at + 2 && !path.segments[at + 1].argument;
  return named ? std::optional(path.segments[at + 1].name) : std::nullopt;
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
  if (plan::is_evaluation_field(head.name)) {
    const std::optional<std::string> run = run_of(path, at);
    if (head.argument || !run) one(0);
    return Operand{.value = analysis_field(rows.table, head.name, run, head.span, rows)};
  }
  for (const char* name : {"label", "type", "taxonomy", "annotation_id", "area", "confidence"}) {
    if (head.name != name) continue;
    one(0);
    return Operand{.value = field(rows.table, name)};
  }
  return std::nullopt;
}

}  // namespace cupel::bind
