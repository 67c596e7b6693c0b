#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cupel::grammar {

/// A word of a statement, before the place that is completed.
struct Before {
  std::string text;  ///< as written; of a text in quotes and a quoted name what is in them
  bool quoted = false;
};

/// What may follow an unfinished statement.
struct Continuation {
  std::vector<Before> before;
  /// In capital letters. Where a name may stand, only those that no name can be taken for; at the
  /// beginning those that statements and clauses begin with.
  std::vector<std::string> keywords;
  bool name = false;  ///< a field, label, slice …
  bool text = false;  ///< a text in quotes
};

/// Of a statement's beginning, up to a word that is to be completed. Nothing follows where the
/// beginning is broken already. Never throws but for memory. Thread-safe (one parse at a time).
Continuation continuation_of(std::string_view beginning);

}  // namespace cupel::grammar
