#pragma once

#include <vector>

#include "storage/dataset.hpp"

namespace cupel::storage {

/// The part of check() that looks at vector sets and their blocks.
std::vector<Finding> check_vectors(const Dataset& dataset, const Snapshot& view);

}  // namespace cupel::storage
