#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/exec/select.hpp"

namespace cupel::exec {

/// How many objects of each label a plan groups, read from the stored counts of their items: so a
/// distribution of labels costs as much as its items do, however many objects they have. Labels
/// without objects are not in it.
///
/// Nothing where the plan asks for more: one table of objects grouped by its labels alone, nothing
/// but count(), and no condition, or one on the objects' items.
std::optional<std::map<std::string, uint64_t>> counted_labels(const Selection& selection);

}  // namespace cupel::exec
