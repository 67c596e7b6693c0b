#include "engine/exec/stream.hpp"

namespace cupel::exec {

std::unique_ptr<ResultStream> run(std::shared_ptr<const plan::Plan> plan, RowForm form,
                                  const Context& context) {
  Prepared prepared{std::move(plan), form, nullptr};
  prepared.evaluation = std::make_unique<Evaluation>(*prepared.plan, context);
  if (prepared.plan->grouped) return groups_stream(std::move(prepared));
  if (!prepared.plan->descending.empty()) return sorted_stream(std::move(prepared));
  return rows_stream(std::move(prepared));
}

}  // namespace cupel::exec
