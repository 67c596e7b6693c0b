#pragma once

#include <string>

#include "grammar/ast_evaluation.hpp"

/// The statements of evaluation as text (print.hpp).
namespace cupel::grammar {

std::string print(const EvaluateRun& s);
std::string print(const ShowEvaluation& s);
std::string print(const CompareRuns& s);

}  // namespace cupel::grammar
