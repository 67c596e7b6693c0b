#include "engine/report/card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "engine/report/html.hpp"

namespace cupel::report {
namespace {

constexpr size_t kMostObjects = 500;  ///< more are a wall of lines, and weigh

std::string classes(const Drawn& object) {
  std::string names = object.origin == Origin::kAnnotation ? "truth" : "guess";
  switch (object.verdict) {
    case Verdict::kNone: break;
    case Verdict::kMatched: names += " matched"; break;
    case Verdict::kUnmatched: names += " unmatched"; break;
    case Verdict::kIgnored: names += " ignored"; break;
  }
  return object.chosen ? names + " chosen" : names;
}

std::string words(const Drawn& object) {
  std::string text = object.label;
  if (object.confidence) text += fmt::format(" {:.2f}", *object.confidence);
  return text;
}

/// The rings as one path; holes are left out by the even-odd rule of the style.
std::string path_of(const Drawn& object) {
  std::string path;
  size_t point = 0;
  for (const uint64_t end : object.ring_ends) {
    for (const size_t first = point; point < end && 2 * point + 1 < object.xy.size(); ++point)
      path += fmt::format("{}{} {}", point == first ? "M" : "L", coordinate(object.xy[2 * point]),
                          coordinate(object.xy[2 * point + 1]));
    path += "Z";
  }
  return path;
}

Drawn::Box extent_of(const Drawn& object) {
  if (object.xy.size() < 2) return object.box.value_or(Drawn::Box{});
  double left = object.xy[0], right = left, top = object.xy[1], bottom = top;
  for (size_t i = 0; i + 1 < object.xy.size(); i += 2) {
    left = std::min(left, object.xy[i]);
    right = std::max(right, object.xy[i]);
    top = std::min(top, object.xy[i + 1]);
    bottom = std::max(bottom, object.xy[i + 1]);
  }
  return {left, top, right - left, bottom - top};
}

bool has_place(const Drawn& object) { return object.box || !object.xy.empty(); }

std::string draw(const Drawn& object, double text_height) {
  const Drawn::Box extent = extent_of(object);
  std::string out = fmt::format(
      "<g class=\"{}\"><title>{}</title>", classes(object),
      escaped((object.origin == Origin::kAnnotation ? "ground truth: " : "prediction: ") +
              words(object)));
  if (object.xy.empty()) {
    out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", coordinate(extent.x),
                       coordinate(extent.y), coordinate(std::max(extent.width, 0.0)),
                       coordinate(std::max(extent.height, 0.0)));
  } else {
    out += fmt::format("<path d=\"{}\"/>", path_of(object));
  }
  // What was found is named by what found it.
  if (object.origin == Origin::kAnnotation && object.verdict == Verdict::kMatched)
    return out + "</g>\n";
  // Ground truth is named above its box, a prediction below: they lie over each other.
  const double above = std::max(extent.y - 0.25 * text_height, 0.85 * text_height);
  const double below = extent.y + extent.height + text_height;
  out +=
      fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\">{}</text></g>\n", coordinate(extent.x),
                  coordinate(object.origin == Origin::kAnnotation ? above : below),
                  coordinate(text_height), escaped(words(object)));
  return out;
}

/// Without a known size the canvas reaches as far as the objects.
std::pair<double, double> size_of(const Card& card) {
  if (card.width > 0 && card.height > 0) return {card.width, card.height};
  double width = 64;
  double height = 48;
  for (const Drawn& object : card.objects) {
    const Drawn::Box extent = extent_of(object);
    width = std::max(width, extent.x + extent.width);
    height = std::max(height, extent.y + extent.height);
  }
  return {std::min(width, 1e6), std::min(height, 1e6)};
}

std::string canvas(const Card& card) {
  const auto [width, height] = size_of(card);
  std::string out = fmt::format("<svg class=\"sheet\" viewBox=\"0 0 {} {}\" role=\"img\">\n",
                                coordinate(width), coordinate(height));
  const std::string size =
      fmt::format("width=\"{}\" height=\"{}\"", coordinate(width), coordinate(height));
  out += card.picture.empty()
             ? fmt::format("<rect class=\"absent\" {}/>\n", size)
             : fmt::format("<image href=\"{}\" {} preserveAspectRatio=\"none\"/>\n", card.picture,
                           size);
  const double text_height = std::max(width, height) / 40;
  size_t drawn = 0;
  // What the query chose is drawn last, over the rest.
  for (const bool chosen : {false, true})
    for (const Drawn& object : card.objects)
      if (object.chosen == chosen && has_place(object) && drawn++ < kMostObjects)
        out += draw(object, text_height);
  return out + "</svg>\n";
}

std::string caption(const Card& card) {
  const std::string link = link_to(card.location);
  std::string out = "<figcaption>";
  out += link.empty() ? fmt::format("<b>{}</b>", escaped(card.reference_id))
                      : fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(link),
                                    escaped(card.reference_id));
  if (!card.problem.empty())
    out += fmt::format("<p class=\"problem\">{}</p>", escaped(card.problem));
  size_t places = 0;
  for (const Drawn& object : card.objects) {
    places += has_place(object) ? 1 : 0;
    if (!has_place(object))
      out += fmt::format("<p class=\"{}\">{} {}</p>", classes(object),
                         object.origin == Origin::kAnnotation ? "labelled" : "predicted",
                         escaped(words(object)));
  }
  if (places > kMostObjects)
    out += fmt::format("<p class=\"problem\">the first {} of {} objects are drawn</p>",
                       kMostObjects, places);
  out += "<dl>";
  for (const auto& [name, value] : card.facts)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
  return out + "</dl></figcaption>";
}

std::string sample(std::string_view classes, std::string_view words) {
  return fmt::format(
      "<span><svg class=\"sheet key\" viewBox=\"0 0 26 16\"><g class=\"{}\"><rect x=\"2\" y=\"2\" "
      "width=\"22\" height=\"12\"/></g></svg> {}</span>\n",
      classes, words);
}

}  // namespace

std::string draw(const Card& card) {
  return "<figure class=\"card\">\n" + canvas(card) + caption(card) + "</figure>\n";
}

std::string legend(bool predictions, bool verdicts) {
  std::string out = "<p class=\"legend\">\n";
  out += sample("truth", verdicts ? "ground truth, found" : "ground truth");
  if (verdicts) out += sample("truth unmatched", "ground truth, missed");
  if (predictions) out += sample("guess", verdicts ? "prediction, right" : "prediction");
  if (verdicts) out += sample("guess unmatched", "prediction, wrong");
  return out + "</p>\n";
}

}  // namespace cupel::report
