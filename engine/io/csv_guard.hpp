#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/table.hpp"

/// What keeps a spreadsheet from running a text as a formula: a quote in front of texts that are
/// any number of `'` (also none) followed by one of `= + - @`, a tab or a carriage return. Taking
/// one quote from texts that look so gives back every text. Numbers, dates and truth values are
/// let be.
namespace cupel::io {

bool needs_guard(std::string_view text);
/// The batch with its texts guarded; nothing when none needs to be.
std::optional<Batch> guarded(const Batch& batch);
/// The same for the names of columns.
void guard_names(std::vector<ColumnInfo>& columns);

}  // namespace cupel::io
