#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/api/autotags.hpp"
#include "engine/api/embeddings.hpp"
#include "engine/exec/autotag_stale.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

constexpr uint64_t kUsualSuggestions = 12;
/// Bars of the histogram from -1 to 1.
constexpr int kBars = 20;
/// Examples that DESCRIBE names.
constexpr size_t kNamed = 20;

Value optional_text(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}

/// How scores and examples of a tag are asked for.
class TagQueries {
 public:
  TagQueries(const storage::Catalog& catalog, const exec::Tag& tag)
      : family_(tag.table == storage::kItems ? "image" : "object"), name_(tag.name) {
    if (tag.table != storage::kItems)
      from_ = fmt::format("FROM {} WHERE ", plan::source_text(catalog, tag.table));
    score_ = fmt::format("autotag.{}.{}", family_, grammar::print_name(name_));
  }
  std::string examples(std::string_view side) const {
    return fmt::format("{}autotag_training.{}.{} = {}", from_, family_, side,
                       grammar::quote_text(name_));
  }
  std::string above(double threshold) const {
    return fmt::format("{}{} > {}", from_, score_, threshold);
  }
  std::string between(std::string_view compare, std::string_view low, std::string_view high) const {
    return fmt::format("{0}{1} {2} {3} AND {1} <= {4}", from_, score_, compare, low, high);
  }
  std::string missing() const { return fmt::format("{}{} IS MISSING", from_, score_); }

 private:
  std::string family_, name_, from_, score_;
};

/// The rows of DESCRIBE AUTOTAG.
class Description {
 public:
  Description(const exec::Tag& tag, const exec::Context& context)
      : tag_(tag),
        context_(context),
        queries_(context.snapshot->catalog(), tag),
        scores_(exec::read_scores(tag, context)),
        rows_({{"what", Type::kText},
               {"value", Type::kText},
               {"count", Type::kInt64},
               {"query", Type::kText}}) {}

  Answer write() {
    const std::string of = plan::source_text(context_.snapshot->catalog(), tag_.table);
    rows_.add({"of", of, Value(), Value()});
    rows_.add({"embedding", tag_.embedding, Value(), Value()});
    add_examples("positive", 1);
    add_examples("negative", -1);
    add("background", fmt::format("drawn by seed {}", tag_.seed), tag_.background);
    add_quality();
    add_histogram();
    return rows_.finish();
  }

 private:
  void add(std::string_view what, std::string_view value, uint64_t count,
           const std::string& query = {}) {
    rows_.add({what, value, static_cast<int64_t>(count), query.empty() ? Value() : Value(query)});
  }

  void add_examples(std::string_view side, int8_t sign) {
    std::string names;
    size_t named = 0;
    for (const exec::TagExample& example : tag_.examples) {
      if (example.side != sign || example.text.empty()) continue;
      if (++named > kNamed) break;
      names += (names.empty() ? "" : ", ") + example.text;
    }
    if (named > kNamed) names += ", …";
    add(side, names, exec::count_examples(tag_, sign), queries_.examples(side));
  }

  void add_quality() {
    const learn::AutotagQuality& quality = tag_.learned.quality;
    const std::string_view bound = tag_.background == 0 ? "" : "at least ";
    add("above 0",
        quality.folds == 0 ? std::string("precision and recall are not known from one example")
                           : fmt::format("precision {}{:.4f}, recall {:.4f}", bound,
                                         quality.precision, quality.recall),
        exec::count_above(tag_, context_), queries_.above(0));
    for (const double wanted : {0.9, 0.95, 0.99}) {
      const double threshold = learn::threshold_for_precision(quality, wanted);
      if (std::isnan(threshold)) continue;
      const auto point =
          std::find_if(quality.points.begin(), quality.points.end(),
                       [&](const learn::AutotagPoint& p) { return p.threshold == threshold; });
      add(fmt::format("precision {}", wanted),
          fmt::format("above {:.4f}: precision {}{:.4f}, recall {:.4f}", threshold, bound,
                      point->precision, point->recall),
          static_cast<uint64_t>(std::count_if(scores_.begin(), scores_.end(),
                                              [&](double score) { return score > threshold; })),
          queries_.above(threshold));
    }
  }

  /// Bars do not hold their lower edge, so that 0 is the upper edge of what is not tagged.
  void add_histogram() {
    std::vector<double> sorted;
    uint64_t missing = context_.snapshot->catalog().live_rows(tag_.table);
    for (const double score : scores_)
      if (score == score) sorted.push_back(score), --missing;
    std::sort(sorted.begin(), sorted.end());
    const auto up_to = [&](double edge) {
      return static_cast<uint64_t>(std::upper_bound(sorted.begin(), sorted.end(), edge) -
                                   sorted.begin());
    };
    for (int bar = -kBars / 2; bar < kBars / 2; ++bar) {
      // The edges as the query's text gives them.
      const double low = bar / 10.0, high = (bar + 1) / 10.0;
      const bool first = bar == -kBars / 2;
      const std::string from = fmt::format("{}", low), to = fmt::format("{}", high);
      add("score", fmt::format("{} to {}", from, to), up_to(high) - (first ? 0 : up_to(low)),
          queries_.between(first ? ">=" : ">", from, to));
    }
    add("score", "(missing)", missing, queries_.missing());
  }

  const exec::Tag& tag_;
  const exec::Context& context_;
  TagQueries queries_;
  std::vector<double> scores_;
  RowBuilder rows_;
};

/// SHOW has the score above which a tag is at least so precise.
constexpr double kSurePrecision = 0.95;

/// Of a tag, or of scores that were imported, which have no examples.
std::vector<Value> line_of(const std::string& name, const exec::Context& context) {
  const storage::Snapshot& view = *context.snapshot;
  std::optional<exec::Tag> tag;
  std::optional<std::string> stale;
  try {
    tag = exec::tag_of(view.catalog(), name);
    if (tag) stale = exec::stale_reason(*tag, view);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kCorruption) throw;
    stale = error.message();
  }
  if (tag) {
    const learn::AutotagQuality& quality = tag->learned.quality;
    const bool known = quality.folds != 0;
    const double sure = learn::threshold_for_precision(quality, kSurePrecision);
    return {name,
            plan::source_text(view.catalog(), tag->table),
            tag->embedding,
            static_cast<int64_t>(exec::count_examples(*tag, 1)),
            static_cast<int64_t>(exec::count_examples(*tag, -1)),
            static_cast<int64_t>(exec::count_above(*tag, context)),
            known ? rounded(quality.precision) : Value(),
            known ? rounded(quality.recall) : Value(),
            std::isnan(sure) ? Value() : rounded(sure),
            optional_text(stale),
            Timestamp{tag->created_micros}};
  }
  std::string of;
  uint64_t above = 0;
  exec::Tag imported;
  imported.name = name;
  for (imported.table = 0; imported.table < view.catalog().next_table; ++imported.table) {
    if (view.catalog().find(imported.table, exec::score_column(imported.table, name)).empty())
      continue;
    of += (of.empty() ? "" : ", ") + plan::source_text(view.catalog(), imported.table);
    above += exec::count_above(imported, context);
  }
  return {name,    of.empty() ? Value() : Value(of),
          Value(), Value(),
          Value(), static_cast<int64_t>(above),
          Value(), Value(),
          Value(), optional_text(stale),
          Value()};
}

}  // namespace

Answer show_autotags(const Call& call) {
  const auto context = call.session.context(call.session.view());
  RowBuilder rows({{"autotag", Type::kText},
                   {"of", Type::kText},
                   {"embedding", Type::kText},
                   {"positives", Type::kInt64},
                   {"negatives", Type::kInt64},
                   {"above", Type::kInt64},
                   {"precision", Type::kFloat64},
                   {"recall", Type::kFloat64},
                   {"threshold", Type::kFloat64},
                   {"stale", Type::kText},
                   {"created", Type::kTimestamp}});
  for (const std::string& name : tag_names(context->snapshot->catalog()))
    rows.add(line_of(name, *context));
  Answer answer = rows.finish();
  answer->noun = "autotags";
  return answer;
}

Answer describe_autotag(const Call& call, const grammar::Name& name) {
  const auto context = call.session.context(call.session.view());
  const exec::Tag tag = existing_tag(context->snapshot->catalog(), name);
  Answer answer = Description(tag, *context).write();
  answer->noun = "facts";
  answer->warnings = stale_warnings(*context->snapshot, tag.name);
  return answer;
}

Answer suggest_for_autotag(const Call& call, const grammar::SuggestForAutotag& statement) {
  const auto context = call.session.context(call.session.view());
  const storage::SnapshotPtr& view = context->snapshot;
  const exec::Tag tag = existing_tag(view->catalog(), statement.name);
  const storage::VectorSet* set = plan::embedding(view->catalog(), tag.embedding);
  if (set == nullptr || set->table != tag.table)
    throw Error(ErrorCode::kConstraint,
                fmt::format("autotag '{}' is stale: {}", tag.name,
                            exec::stale_reason(tag, *view).value_or("")),
                statement.name.span);
  const bool items = tag.table == storage::kItems;
  std::vector<ColumnInfo> columns = {{"reference_id", Type::kText}};
  if (!items)
    columns.insert(columns.end(), {{"annotation_id", Type::kText}, {"label", Type::kText}});
  columns.insert(columns.end(), {{"score", Type::kFloat64}, {"image_location", Type::kText}});
  RowBuilder rows(std::move(columns));
  exec::RowTexts texts(view, tag.table);
  exec::ColumnReader labels(view, view->catalog().find(tag.table, "label", Type::kText));
  exec::ColumnReader places(view,
                            view->catalog().find(storage::kItems, "image_location", Type::kText));
  for (const exec::Suggestion& suggestion :
       exec::suggest_rows(tag, *set, statement.limit.value_or(kUsualSuggestions), *context)) {
    std::vector<Value> row = {texts.reference_id(suggestion.row)};
    if (!items) {
      row.emplace_back(texts.annotation_id(suggestion.row));
      row.push_back(labels.value(suggestion.row));
    }
    row.push_back(rounded(suggestion.score));
    row.push_back(places.value(texts.item(suggestion.row)));
    rows.add(row);
  }
  Answer answer = rows.finish();
  answer->noun = std::string(noun_of(tag.table));
  answer->warnings = stale_warnings(*view, tag.name);
  return answer;
}

}  // namespace cupel::api
