#pragma once

#include <cstdint>

namespace cupel::evaluate {

/// Kinds of error (Bolya, Foley, Hays, Hoffman: "TIDE: A General Toolbox for Identifying Object
/// Detection Errors", ECCV 2020), in the order of tests of its reference code (tidecv).
///
/// With f the foreground threshold (the one of the matching) and b the background threshold, over
/// annotations that are no crowds, a false positive is, the first that holds:
///   localization    b <= greatest IoU with an annotation whose label fits <= f
///   classification  greatest IoU with an annotation whose label does not fit >= f
///   duplicate       greatest IoU with a found annotation (tp) whose label fits >= f
///   background      greatest IoU with any annotation <= b
///   both            otherwise
/// Localization and classification errors speak of the annotation of that greatest IoU, of equal
/// ones the first. A false negative is what the most confident (ties: rows) of the errors that
/// speak of it is; without one it is missed.
enum class ErrorKind : uint8_t {
  kNone,
  kClassification,
  kLocalization,
  kBoth,
  kDuplicate,
  kBackground,
  kMissed,  ///< of annotations only
};

}  // namespace cupel::evaluate
