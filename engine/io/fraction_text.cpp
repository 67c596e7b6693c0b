#include "engine/io/fraction_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace cupel::io {
namespace {

double guess(double pixels, const PixelRule& rule) {
  return (pixels + rule.offset) * rule.divisor / rule.factor;
}

bool reads_as(const fmt::memory_buffer& text, double pixels, const PixelRule& rule) {
  double number = 0;
  std::from_chars(text.begin(), text.end(), number);
  return rule.pixels_of(number) == pixels;
}

}  // namespace

void append_fraction(std::string& out, double pixels, const PixelRule& rule) {
  const double near = guess(pixels, rule);
  fmt::memory_buffer text;
  const auto fits = [&] {
    if (!reads_as(text, pixels, rule)) return false;
    out.append(text.begin(), text.end());
    return true;
  };
  for (const int digits : {15, 16, 17}) {
    text.clear();
    fmt::format_to(std::back_inserter(text), "{:.{}g}", near, digits);
    if (fits()) return;
  }
  double below = near;
  double above = near;
  for (int step = 0; step < 2; ++step) {
    below = std::nextafter(below, -HUGE_VAL);
    above = std::nextafter(above, HUGE_VAL);
    for (const double neighbour : {below, above}) {
      text.clear();
      fmt::format_to(std::back_inserter(text), "{}", neighbour);
      if (fits()) return;
    }
  }
  fmt::format_to(std::back_inserter(out), "{:.15g}", near);
}

void append_rounded_fraction(std::string& out, double pixels, const PixelRule& rule, int decimals) {
  fmt::format_to(std::back_inserter(out), "{:.{}f}", guess(pixels, rule), decimals);
}

}  // namespace cupel::io
