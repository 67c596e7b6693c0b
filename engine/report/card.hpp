#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cupel::report {

enum class Origin { kAnnotation, kPrediction };
/// What an evaluation said of an object, where there was one.
enum class Verdict { kNone, kMatched, kUnmatched, kIgnored };

/// An object to be drawn over its image. Pixels, origin top left.
struct Drawn {
  Origin origin = Origin::kAnnotation;
  Verdict verdict = Verdict::kNone;
  bool chosen = false;  ///< is among the rows of the query
  std::string label;
  std::optional<double> confidence;
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;
  };
  std::optional<Box> box;
  std::vector<double> xy;           ///< a polygon's points x, y, x, y …; empty: the box is drawn
  std::vector<uint64_t> ring_ends;  ///< in points of xy
};

/// An image of a contact sheet.
struct Card {
  std::string reference_id;
  std::string location;  ///< as stored; linked where it can be
  double width = 0;      ///< of the coordinates' system; 0: as far as the objects reach
  double height = 0;
  std::string picture;  ///< a data link, or empty
  std::string problem;  ///< why there is no picture
  std::vector<Drawn> objects;
  std::vector<std::pair<std::string, std::string>> facts;  ///< what the query says of it
};

/// The card as a figure: the image, its objects as outlines with labels, the facts below. An object
/// without box and polygon (a category) is named in the caption.
std::string draw(const Card& card);

/// What the strokes mean; one line.
std::string legend(bool predictions, bool verdicts);

}  // namespace cupel::report
