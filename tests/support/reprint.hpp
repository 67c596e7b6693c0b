#pragma once

#include <string>
#include <string_view>

namespace cupel::testing {

/// The statement parsed and printed again; as it was when it does not parse (its error is what is
/// tested then).
std::string reprint(std::string_view statement);

}  // namespace cupel::testing
