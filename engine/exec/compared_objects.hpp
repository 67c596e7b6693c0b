#pragma once

#include <cstdint>
#include <vector>

#include "engine/evaluate/categories.hpp"
#include "engine/evaluate/objects.hpp"
#include "engine/exec/execute.hpp"
#include "engine/exec/text_numbers.hpp"

namespace cupel::exec {

/// The objects of one table that an evaluation compares, as arrays that engine/evaluate reads:
/// grouped by item, rows ascending within an item. Boxes and polygons are shapes; a box without its
/// four numbers and a polygon without outline have no place. Categories stand apart. Other types
/// are left out, as are objects without item or label.
struct ComparedObjects {
  struct Shapes {
    std::vector<uint64_t> first;  ///< by item, and one more
    std::vector<uint64_t> row;    ///< of the table
    std::vector<double> x, y, width, height, area;
    std::vector<int32_t> label;
    std::vector<double> confidence;  ///< 1 where it is missing
    std::vector<uint8_t> crowd;
    std::vector<int64_t> polygon;  ///< empty: all are boxes
    std::vector<double> xy;
    std::vector<uint64_t> point_begin, ring_begin;
  };
  struct Categories {
    std::vector<uint64_t> first;
    std::vector<uint64_t> row;
    std::vector<int32_t> taxonomy, label;
    std::vector<double> confidence;
    std::vector<uint8_t> crowd;
  };
  Shapes shapes;
  Categories categories;

  evaluate::Shapes view() const;
  evaluate::Predictions predictions() const { return {view(), shapes.confidence}; }
  evaluate::Annotations annotations() const { return {view(), shapes.crowd}; }
  evaluate::Categories category_view() const;
};

/// Reads them in parallel. Labels and taxonomies are numbered by `labels` and `taxonomies`.
/// Accounts for the arrays' memory.
ComparedObjects read_compared_objects(storage::TableId table, TextNumbers& labels,
                                      TextNumbers& taxonomies, const Context& context);

}  // namespace cupel::exec
