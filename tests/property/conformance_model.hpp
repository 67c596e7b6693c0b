#pragma once

#include "tests/property/model.hpp"

namespace cupel::testing {

/// The rows of tests/data/conformance, written out by hand.
Model conformance_model();

}  // namespace cupel::testing
