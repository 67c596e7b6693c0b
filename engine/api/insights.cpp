#include "engine/api/insights.hpp"

#include <algorithm>

#include "grammar/print.hpp"

namespace cupel::api {
namespace {

/// Without empty bars at the ends; empty ones between others stay where they are a gap. Nothing is
/// left of an insight that counts nothing.
void trim(Insight& insight) {
  std::vector<Bar>& bars = insight.bars;
  const auto shown = [](const Bar& bar) { return bar.count.value_or(0) > 0; };
  const auto first = std::find_if(bars.begin(), bars.end(), shown);
  const auto last = std::find_if(bars.rbegin(), bars.rend(), shown).base();
  const auto gap_ends = std::find_if(bars.rbegin(), bars.rend(), [&](const Bar& bar) {
                          return shown(bar) && bar.stands_empty;
                        }).base();
  const bool whole = insight.whole && first != bars.end();
  std::vector<Bar> kept;
  for (auto bar = whole ? bars.begin() : first; bar < (whole ? bars.end() : last); ++bar)
    if (shown(*bar) || (bar->stands_empty && (whole || bar < gap_ends)))
      kept.push_back(std::move(*bar));
  bars = std::move(kept);
}

/// "2,000 items, 13,122 annotations", and what is not shown.
std::string summary(const InsightScope& scope) {
  const auto rows = [&](const std::optional<grammar::Source>& source) {
    std::vector<ExpressionPtr> count;
    count.push_back(call("count"));
    return static_cast<uint64_t>(scope.figures(source, std::move(count))[0].as_int());
  };
  std::string text =
      counted(rows(std::nullopt), "items") + ", " +
      counted(rows(scope.objects()), scope.objects().run ? "predictions" : "annotations");
  for (const std::string& part : scope.left_out())
    text += (&part == &scope.left_out().front() ? "; not shown: " : ", ") + part;
  return text;
}

}  // namespace

Answer show_insights(const Call& call, const grammar::ShowInsights& statement) {
  const auto begun = std::chrono::steady_clock::now();
  InsightScope scope(call, statement);
  std::vector<Insight> insights;
  // From what every dataset has to what this one has.
  add_objects_per_image(scope, insights);
  add_labels(scope, insights);
  add_boxes(scope, insights);
  add_fields(scope, insights);
  scope.count(insights);
  RowBuilder rows({{"insight", Type::kText},
                   {"bar", Type::kText},
                   {"count", Type::kInt64},
                   {"query", Type::kText}});
  for (Insight& insight : insights) {
    trim(insight);
    for (Bar& bar : insight.bars) {
      const grammar::Query query = scope.query(insight.source, std::move(bar.condition));
      rows.add({insight.name, bar.text, static_cast<int64_t>(*bar.count), grammar::print(query)});
    }
  }
  Answer answer = rows.finish(summary(scope));
  answer->noun = "bars";
  answer->begun = begun;
  answer->warnings = std::move(scope.warnings());
  return answer;
}

}  // namespace cupel::api
