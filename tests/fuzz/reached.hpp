#pragma once

/// Which places of the code inputs reach, where it was compiled with -fsanitize-coverage=trace-pc;
/// of other code none.
namespace cupel::fuzz {

/// Before an input.
void forget_reached();
/// After it: whether it reached a place, or one so much more often, that none before it did.
bool reached_new();

}  // namespace cupel::fuzz
