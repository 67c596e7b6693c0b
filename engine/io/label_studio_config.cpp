#include "engine/io/label_studio_config.hpp"

#include <array>

namespace cupel::io {
namespace {

struct Kind {
  std::string_view tag, result_type, name;
};
constexpr std::array<Kind, 6> kKinds = {{
    {"RectangleLabels", "rectanglelabels", "rectangles"},
    {"PolygonLabels", "polygonlabels", "polygons"},
    {"KeyPointLabels", "keypointlabels", "keypoints"},
    {"EllipseLabels", "ellipselabels", "ellipses"},
    {"BrushLabels", "brushlabels", "masks"},
    {"Choices", "choices", "category"},
}};

const Kind& kind_of(StudioControl control) { return kKinds[static_cast<size_t>(control)]; }

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  for (const char c : value) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  out += '"';
}

}  // namespace

std::string_view result_type_of(StudioControl control) { return kind_of(control).result_type; }

const std::string& StudioConfig::control(StudioControl kind, std::string_view wanted) {
  const auto fitting = [&](std::string name) {
    return controls_.try_emplace(std::move(name), Control{kind, {}, {}}).first;
  };
  if (!wanted.empty()) {
    const auto found = fitting(std::string(wanted));
    if (found->second.kind == kind) return found->first;
  }
  for (std::string name(kind_of(kind).name);; name += '_') {
    const auto found = fitting(name);
    if (found->second.kind == kind) return found->first;
  }
}

void StudioConfig::add_label(const std::string& control, std::string_view image,
                             std::string_view label, bool several) {
  Control& found = controls_.at(control);
  if (found.image.empty()) found.image = image;
  if (!found.labels.contains(label)) found.labels.emplace(label);
  found.several |= several;
}

std::string StudioConfig::xml() const {
  std::set<std::string> images;
  for (const auto& [name, control] : controls_) images.insert(control.image);
  if (images.empty()) images.emplace("image");
  std::string out = "<View>\n";
  for (const std::string& image : images) {
    out += "  <Image";
    append_attribute(out, "name", image);
    out += " value=\"$image\" zoom=\"true\"/>\n";
  }
  for (const auto& [name, control] : controls_) {
    const std::string tag(kind_of(control.kind).tag);
    const bool choices = control.kind == StudioControl::kChoices;
    out += "  <" + tag;
    append_attribute(out, "name", name);
    append_attribute(out, "toName", control.image);
    if (choices) append_attribute(out, "choice", control.several ? "multiple" : "single");
    out += ">\n";
    for (const std::string& label : control.labels) {
      out += choices ? "    <Choice" : "    <Label";
      append_attribute(out, "value", label);
      out += "/>\n";
    }
    out += "  </" + tag + ">\n";
  }
  return out + "</View>\n";
}

}  // namespace cupel::io
