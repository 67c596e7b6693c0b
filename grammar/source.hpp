#pragma once

#include <optional>
#include <string>

#include "cupel/error.hpp"

namespace cupel::grammar {

enum class SourceKind { kItems, kAnnotations, kPredictions, kObjects };
struct Source {
  SourceKind kind = SourceKind::kItems;
  std::optional<std::string> run;  ///< predictions("run")
  Span span;
};

}  // namespace cupel::grammar
