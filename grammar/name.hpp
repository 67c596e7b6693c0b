#pragma once

#include <string>

#include "cupel/error.hpp"

namespace cupel::grammar {

/// A name of the database's own, or a text, where it was written.
struct Name {
  std::string text;
  Span span;
};

}  // namespace cupel::grammar
