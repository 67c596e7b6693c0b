#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/insight_tree.hpp"
#include "engine/api/state.hpp"

/// SHOW INSIGHTS: distributions as bars, each with the query that selects what it counts. A bar is
/// a condition; what it counts is counted by the language itself, on one snapshot for all of them.
namespace cupel::api {

/// What is left out beyond these, and said so in the statement's message.
inline constexpr size_t kMostFields = 30;
inline constexpr size_t kMostValues = 20;
inline constexpr size_t kMostLabels = 40;
inline constexpr size_t kMostTaxonomies = 10;
inline constexpr size_t kMostRuns = 10;
inline constexpr size_t kMostPairs = 20;

struct Bar {
  std::string text;
  ExpressionPtr condition;        ///< on rows of the insight's source
  std::optional<uint64_t> count;  ///< known from grouping; nothing: to be counted by the condition
  bool stands_empty = false;      ///< shown without rows: a gap between others
};

struct Insight {
  std::string name;
  std::optional<grammar::Source> source;  ///< nothing: items
  std::vector<Bar> bars;
  bool whole = false;  ///< a scale that is always shown from end to end
};

/// The rows that insights are about, and the queries on them: the restriction of the statement
/// (slice and condition, on items) is part of each.
class InsightScope {
 public:
  /// Throws kName for a slice or run that does not exist, kType for a slice of objects, and
  /// whatever binding the condition throws; its warnings are kept.
  InsightScope(const Call& call, const grammar::ShowInsights& statement);

  const storage::Snapshot& snapshot() const { return *snapshot_; }
  const storage::Catalog& catalog() const { return snapshot_->catalog(); }
  /// The objects that the insights count: annotations, or the predictions of OF RUN.
  const grammar::Source& objects() const { return objects_; }
  storage::TableId objects_table() const;
  std::vector<Warning>& warnings() { return warnings_; }
  /// Bytes that a query may take for its groups.
  size_t memory_bytes() const { return memory_bytes_; }

  /// A query over the source with the restriction and a condition (may be null).
  grammar::Query query(const std::optional<grammar::Source>& source, ExpressionPtr condition) const;
  /// Its rows. The query is taken.
  std::vector<std::vector<Value>> rows(const grammar::Query& query) const;
  /// The values of expressions over all rows of the source: counts, least and greatest values.
  std::vector<Value> figures(const std::optional<grammar::Source>& source,
                             std::vector<ExpressionPtr> expressions,
                             ExpressionPtr condition = nullptr) const;
  /// Distinct values with how many rows have them, most rows first; at most `limit`, 0: all.
  std::vector<std::vector<Value>> groups(const std::optional<grammar::Source>& source,
                                         std::vector<ExpressionPtr> keys, size_t limit,
                                         ExpressionPtr condition = nullptr) const;
  /// Counts the bars that are not counted yet.
  void count(std::vector<Insight>& insights) const;

  /// A sentence of what is not shown.
  void leave_out(std::string sentence) { left_out_.push_back(std::move(sentence)); }
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  ExpressionPtr without_parameters(const grammar::Expression& where) const;
  void name_run(grammar::Path& path) const;
  ExpressionPtr slice_condition(const grammar::Name& name) const;

  const Call& call_;
  storage::SnapshotPtr snapshot_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;  ///< of all queries together
  size_t memory_bytes_ = 0;
  grammar::Source objects_;
  ExpressionPtr where_;  ///< on items; may be null
  std::vector<Warning> warnings_;
  std::vector<std::string> left_out_;
};

// insight_objects.cpp, insight_labels.cpp, insight_fields.cpp: each adds insights in its order.
void add_objects_per_image(InsightScope& scope, std::vector<Insight>& insights);
/// Class distribution and, from it, which labels occur together.
void add_labels(InsightScope& scope, std::vector<Insight>& insights);
void add_boxes(InsightScope& scope, std::vector<Insight>& insights);
/// Scores (mislabel_score, autotags, confidence), then the other metadata of items.
void add_fields(InsightScope& scope, std::vector<Insight>& insights);

/// Bars between edges: `field >= a AND field < b`.
void add_number_bars(const grammar::Expression& field, double least, double greatest, bool whole,
                     std::vector<Bar>& bars);

}  // namespace cupel::api
