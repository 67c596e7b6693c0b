#pragma once

#include <cstdint>
#include <span>

#include "engine/learn/label_issues.hpp"

namespace cupel::learn {

/// Rounds the numbers of a row to whole ones that keep the row's (rounded) sum: what rounding loses
/// is given to those that lost most, and taken from those that gained most. `ties` says who comes
/// first among equals (kRowOrder: the highest index when giving, the lowest when taking). A row
/// with a number that is not finite is only rounded.
void round_row(std::span<double> row, Ties ties);

/// Scales the rows of a confident joint ([given][true]) to the number of examples of each given
/// class, the whole to the number of all, and rounds each row.
ClassMatrix calibrate_joint(const ClassMatrix& joint, std::span<const uint64_t> examples,
                            Ties ties);

}  // namespace cupel::learn
