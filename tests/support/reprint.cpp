#include "tests/support/reprint.hpp"

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::testing {

std::string reprint(std::string_view statement) {
  try {
    return grammar::print(grammar::parse(statement));
  } catch (const Error&) {
    return std::string(statement);
  }
}

}  // namespace cupel::testing
