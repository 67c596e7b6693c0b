#pragma once

#include <string>

/// Lengths in fractions of an image, written so that readers find the same pixels again.
namespace cupel::io {

/// What a reader computes of a number, in this order: `number * factor / divisor - offset`.
struct PixelRule {
  double factor = 1;  ///< not 0
  double divisor = 1;
  double offset = 0;

  double pixels_of(double number) const { return number * factor / divisor - offset; }
};

/// Appends the shortest number that reads as exactly `pixels`, among the nearest to the right one.
/// Where none does, since numbers that a sum has made large lie too far apart, the nearest with 15
/// digits; what that reads as is written as the same digits again. Returns what it reads as. Finite
/// numbers only.
double append_fraction(std::string& out, double pixels, const PixelRule& rule);

/// The same with a fixed number of decimals, which moves the pixels.
double append_rounded_fraction(std::string& out, double pixels, const PixelRule& rule,
                               int decimals);

}  // namespace cupel::io
