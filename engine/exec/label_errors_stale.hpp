#pragma once

#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/exec/label_errors_document.hpp"

/// Whether what FIND LABEL ERRORS found still holds.
namespace cupel::exec {

/// Records the files that an analysis reads: absolute, with their marks (file_mark.hpp). To be
/// called before they are read. Throws as mark_file does.
void record_files(LabelErrors& errors, const Context& context);

/// Records the items, and the labels or boxes that are judged. `of`, `taxonomy` and `run` are set.
void record_labels(LabelErrors& errors, const Context& context);

/// Why the analysis may not hold any more: beginnings of sentences that go on with "since label
/// errors were looked for".
std::vector<std::string> stale_reasons(const LabelErrors& errors, const Context& context);

}  // namespace cupel::exec
