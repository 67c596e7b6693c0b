#pragma once

#include "engine/evaluate/match.hpp"
#include "engine/evaluate/overlaps.hpp"

/// Kinds of error (Bolya, Foley, Hays, Hoffman: "TIDE: A General Toolbox for Identifying Object
/// Detection Errors", ECCV 2020), in the order of tests of its reference code (tidecv).
///
/// With f the foreground and b the background threshold, over annotations that are no crowds, a
/// false positive is, the first that holds:
///   localization    b <= greatest IoU with an annotation whose label fits <= f
///   classification  greatest IoU with an annotation whose label does not fit >= f
///   duplicate       greatest IoU with a found annotation (tp) whose label fits >= f
///   background      greatest IoU with any annotation <= b
///   both            otherwise
/// A false negative is what the most confident (ties: rows) of the localization and classification
/// errors is whose annotation, the one of greatest IoU in its test (of equal ones the first), it
/// is; without one it is missed.
namespace cupel::evaluate {

/// Writes `error` of one item's objects, whose outcomes are known.
void tell_errors(const Predictions& predictions, const Annotations& annotations,
                 const MatchOptions& options, size_t item, const Overlaps& overlaps, Outcomes& out);

}  // namespace cupel::evaluate
