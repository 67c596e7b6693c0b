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

double read(const fmt::memory_buffer& text, const PixelRule& rule) {
  double number = 0;
  std::from_chars(text.begin(), text.end(), number);
  return rule.pixels_of(number);
}

}  // namespace

double append_fraction(std::string& out, double pixels, const PixelRule& rule) {
  const double near = guess(pixels, rule);
  fmt::memory_buffer text;
  const auto fits = [&] {
    if (read(text, rule) != pixels) return false;
    out.append(text.begin(), text.end());
    return true;
  };
  for (const int digits : {15, 16, 17}) {
    text.clear();
    fmt::format_to(std::back_inserter(text), "{:.{}g}", near, digits);
    if (fits()) return pixels;
  }
  double below = near;
  double above = near;
  for (int step = 0; step < 2; ++step) {
    below = std::nextafter(below, -HUGE_VAL);
    above = std::nextafter(above, HUGE_VAL);
    for (const double neighbour : {below, above}) {
      text.clear();
      fmt::format_to(std::back_inserter(text), "{}", neighbour);
      if (fits()) return pixels;
    }
  }
  text.clear();
  fmt::format_to(std::back_inserter(text), "{:.15g}", near);
  out.append(text.begin(), text.end());
  return read(text, rule);
}

double append_rounded_fraction(std::string& out, double pixels, const PixelRule& rule,
                               int decimals) {
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), "{:.{}f}", guess(pixels, rule), decimals);
  out.append(text.begin(), text.end());
  return read(text, rule);
}

}  // namespace cupel::io
