#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/state.hpp"
#include "engine/exec/item_objects.hpp"
#include "engine/report/bars.hpp"
#include "engine/report/card.hpp"

/// What REPORT gathers for engine/report to draw. One thread.
namespace cupel::api {

inline constexpr size_t kReportCards = 100;
inline constexpr size_t kReportRows = 200;

/// A query's result, read through once.
struct ReportRows {
  struct Item {
    uint64_t row = 0;  ///< of the table of items
    std::string reference_id;
    std::vector<std::pair<std::string, std::string>> facts;  ///< of a query of items
  };
  std::vector<ColumnInfo> columns;
  std::vector<Batch> first;  ///< the first kReportRows rows
  uint64_t rows = 0;
  std::vector<report::Bars> bars;  ///< how the values of columns are distributed
  std::vector<Item> items;         ///< of the first rows, each once, at most kReportCards
};

/// Runs the plan. One that is not grouped must have the output `reference_id` (see identified);
/// where that was added, the last column, it is no column of the result.
ReportRows read_report_rows(const std::shared_ptr<const plan::Plan>& plan, bool id_added,
                            const exec::Context& context);
/// The plan with `reference_id` among its outputs; true where it had to be added.
std::pair<plan::Plan, bool> identified(plan::Plan plan, const storage::Catalog& catalog);

/// Finds and reads the pictures of items. A picture is at most 16 MiB, all together 200 MiB.
class ReportPictures {
 public:
  /// Relative locations are looked for in these directories, in this order. `reach` outlives it.
  ReportPictures(std::vector<std::filesystem::path> directories, const io::Reach& reach);
  /// Sets the card's picture, or the problem why there is none, its location where the file was
  /// found, and its size where that is not known yet.
  void add(report::Card& card);
  uint64_t found() const noexcept { return found_; }

 private:
  std::optional<std::filesystem::path> find(const std::string& location) const;
  void read(const std::filesystem::path& path, report::Card& card);

  std::vector<std::filesystem::path> directories_;
  const io::Reach& reach_;
  uint64_t found_ = 0;
  uint64_t bytes_ = 0;
};

/// Makes the cards of items, with the objects of these items on them.
class ReportCards {
 public:
  /// `run`: whose predictions are drawn, may be null. `chosen`: the rows of a query of objects.
  ReportCards(const std::vector<ReportRows::Item>& items, const storage::Run* run,
              const exec::RowSet& chosen, const exec::Context& context);
  /// The card of the item at `index`, without picture.
  report::Card card(size_t index) const { return cards_[index]; }
  bool evaluated() const noexcept { return evaluated_; }

 private:
  void read_items(const std::vector<ReportRows::Item>& items);
  void read_objects(storage::TableId table, const std::string& outcome);

  const exec::RowSet& chosen_;
  const exec::Context& context_;
  std::map<uint64_t, size_t> index_of_;  ///< by row of the item
  std::vector<report::Card> cards_;
  bool evaluated_ = false;
};

}  // namespace cupel::api
