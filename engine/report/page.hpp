#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/table.hpp"
#include "engine/report/bars.hpp"

namespace cupel::report {

/// What stands above the contact sheet.
struct Page {
  std::string title;
  std::string query;
  std::string made;                                          ///< when, by what
  std::vector<std::pair<std::string, std::string>> figures;  ///< name, number
  std::vector<std::string> notes;                            ///< sentences
  std::vector<Bars> bars;
};

// A page is head, table and cards in any number, foot.

/// Everything to the end of the histograms. The page forbids itself scripts, and to load anything
/// that does not stand in it.
std::string head(const Page& page);
/// The first rows of a result. `of`: how many there are in all.
std::string table(const std::vector<ColumnInfo>& columns, const std::vector<Batch>& rows,
                  uint64_t of);
std::string sheet_begin(std::string_view title, std::string_view legend);
std::string sheet_end();
std::string foot();

}  // namespace cupel::report
