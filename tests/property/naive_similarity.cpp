#include <cmath>

#include "tests/property/naive.hpp"

/// The cosine to the mean direction of examples. Vectors of random data have components 1 and -1,
/// so that their products are whole numbers, and equal cosines equal to the last bit.
namespace cupel::testing {

using namespace grammar;

Value Naive::similarity(const Call& call, const Scope& scope) const {
  const bool crops = !call.named.empty() &&
                     std::get<Literal>(call.named[0].value->node).value.as_text() == "crops";
  const Row* row = crops ? scope.object : scope.item;
  if (row == nullptr || row->vector.empty()) return {};
  std::vector<double> sum(row->vector.size(), 0);
  for (const ExpressionPtr& argument : call.arguments) {
    const Row& example =
        *(crops ? crops_ : looks_).at(std::get<Literal>(argument->node).value.as_text());
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += example.vector[i];
  }
  double product = 0;
  double square = 0;
  for (size_t i = 0; i < sum.size(); ++i) {
    product += sum[i] * row->vector[i];
    square += sum[i] * sum[i];
  }
  return product / std::sqrt(square * static_cast<double>(sum.size()));
}

}  // namespace cupel::testing
