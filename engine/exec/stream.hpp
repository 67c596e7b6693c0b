#pragma once

#include <memory>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/select.hpp"

/// What run() is made of: the sinks, each a ResultStream.
namespace cupel::exec {

/// What the streams of one plan hold: the plan, made ready.
struct Prepared {
  std::shared_ptr<const plan::Plan> plan;
  RowForm form = RowForm::kFields;
  std::unique_ptr<Evaluation> evaluation;
};

std::unique_ptr<ResultStream> rows_stream(Prepared prepared);
std::unique_ptr<ResultStream> sorted_stream(Prepared prepared);
std::unique_ptr<ResultStream> groups_stream(Prepared prepared);

}  // namespace cupel::exec
