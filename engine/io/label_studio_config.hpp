#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace cupel::io {

/// What an annotator of Label Studio works with, one tag of the labeling config each.
enum class StudioControl : uint8_t { kRectangle, kPolygon, kKeypoint, kEllipse, kBrush, kChoices };

/// `rectanglelabels`: the type of a control's results, and their member that has the labels.
std::string_view result_type_of(StudioControl control);

/// The labeling config that fits the results of some tasks: it has every control that they name,
/// with every label that they give.
class StudioConfig {
 public:
  /// The name of the control that a result is of: `wanted` where that is not empty and no control
  /// of another kind has it, else one that tells the kind ("rectangles").
  const std::string& control(StudioControl kind, std::string_view wanted);
  /// Notes a label that a control gives, on the image of that name; `several`: beside others.
  void add_label(const std::string& control, std::string_view image, std::string_view label,
                 bool several = false);
  /// As XML. `data.image` is where the image is.
  std::string xml() const;

 private:
  struct Control {
    StudioControl kind;
    std::string image;
    std::set<std::string, std::less<>> labels;
    bool several = false;
  };
  std::map<std::string, Control, std::less<>> controls_;
};

}  // namespace cupel::io
