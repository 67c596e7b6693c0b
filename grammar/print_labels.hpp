#pragma once

#include <string>

#include "grammar/ast_labels.hpp"

/// Label errors and relabeling as text (print.hpp).
namespace cupel::grammar {

std::string print(const ImportProbabilities& s);
std::string print(const DropProbabilities& s);
std::string print(const FindLabelErrors& s);
std::string print(const ShowLabelErrors& s);
std::string print(const ExplainLabelError& s);
std::string print(const SendSlice& s);
std::string print(const ImportLabelingResults& s);
std::string print(const AuditProject& s);
std::string print(const ApplyLabelingResults& s);
std::string print(const CompareLabels& s);
std::string print(const ShowProjects& s);
std::string print(const DropProject& s);

}  // namespace cupel::grammar
