#pragma once

#include <string_view>

namespace cupel::cli {

/// Shows a text in $PAGER, else in `less -SFRX` where there is one, and waits until it is left.
/// False when there is no pager to be had: then nothing was shown.
bool page(std::string_view text);

}  // namespace cupel::cli
