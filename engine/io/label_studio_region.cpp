#include "engine/io/label_studio_region.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "engine/io/fraction_text.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/polygon_json.hpp"

namespace cupel::io {
namespace {

/// Writes one region, in percent of the image.
class RegionWriter {
 public:
  RegionWriter(std::string& out, const ObjectParts& object, double width, double height,
               ExportLosses& losses)
      : out_(out), object_(object), across_{width, 100}, down_{height, 100}, losses_(losses) {}

  std::optional<StudioControl> write(std::string_view& why) {
    if (object_.geometry == nullptr) return std::nullopt;
    const JsonNode& geometry = *object_.geometry;
    if (object_.type == "box") {
      const JsonNode* ellipse = geometry.find("ellipse");
      if (ellipse != nullptr && ellipse->is_object()) return write_ellipse(*ellipse);
      return write_rectangle();
    }
    if (object_.type == "polygon" || object_.type == "line") return write_outline(why);
    if (object_.type == "keypoints") return write_keypoint(why);
    if (object_.type == "segmentation") return write_brush(why);
    return std::nullopt;
  }

 private:
  void append_percent(std::string_view key, double pixels, const PixelRule& rule) {
    append_key(out_, key);
    append_fraction(out_, pixels, rule);
  }
  void append_number(std::string_view key, const JsonNode* number) {
    append_key(out_, key);
    out_ += number != nullptr && number->is_number() ? number->raw : "0";
  }

  /// Counts what of the geometry is none of these, and a box beside another shape.
  void lose_all_but(std::initializer_list<std::string_view> keys) {
    object_.for_each_shape([&](const JsonNode& part) {
      if (std::find(keys.begin(), keys.end(), part.key) == keys.end())
        losses_.field(object_.kind, "geometry." + std::string(part.key));
    });
    if (object_.type != "box" && object_.box) losses_.field(object_.kind, "box");
  }

  std::optional<StudioControl> write_rectangle() {
    if (!object_.box) return std::nullopt;
    append_percent("x", object_.box->x, across_);
    append_percent("y", object_.box->y, down_);
    append_percent("width", object_.box->width, across_);
    append_percent("height", object_.box->height, down_);
    append_number("rotation", object_.geometry->find("rotation"));
    lose_all_but({"rotation"});
    object_.lose(losses_, object_.area);
    return StudioControl::kRectangle;
  }

  std::optional<StudioControl> write_ellipse(const JsonNode& ellipse) {
    const auto number = [&](std::string_view key) {
      const JsonNode* member = ellipse.find(key);
      return member != nullptr && member->is_number() ? member->number : 0;
    };
    append_percent("x", number("x"), across_);
    append_percent("y", number("y"), down_);
    append_percent("radiusX", number("radius_x"), across_);
    append_percent("radiusY", number("radius_y"), down_);
    append_number("rotation", ellipse.find("rotation"));
    lose_all_but({"ellipse"});
    return StudioControl::kEllipse;
  }

  std::optional<StudioControl> write_outline(std::string_view& why) {
    std::vector<double> points;
    std::vector<uint64_t> ends;
    if (!PolygonReader::read(*object_.geometry, points, ends)) return std::nullopt;
    if (ends.size() > 1) {
      why = " of several rings";
      return std::nullopt;
    }
    append_key(out_, "points");
    for (size_t i = 0; i < points.size(); i += 2) {
      out_ += i == 0 ? "[[" : ",[";
      append_fraction(out_, points[i], across_);
      out_ += ',';
      append_fraction(out_, points[i + 1], down_);
      out_ += ']';
    }
    out_ += ']';
    append_key(out_, "closed");
    out_ += object_.type == "line" ? "false" : "true";
    lose_all_but({"vertices", "segmentation", "poly2d"});
    if (object_.geometry->find("poly2d") != nullptr)
      losses_.field(object_.kind, "geometry.poly2d.types");
    object_.lose(losses_, object_.area);
    return StudioControl::kPolygon;
  }

  /// Points are regions of their own in Label Studio, so that only a single one is an object.
  std::optional<StudioControl> write_keypoint(std::string_view& why) {
    const JsonNode* list = object_.geometry->find("keypoints");
    if (list == nullptr || !list->is_array() || list->empty()) return std::nullopt;
    const JsonNode& point = *list->begin();
    if (point.span + 1 != list->span) {
      why = " of several points";
      return std::nullopt;
    }
    const JsonNode* x = point.is_object() ? point.find("x") : nullptr;
    const JsonNode* y = point.is_object() ? point.find("y") : nullptr;
    if (x == nullptr || y == nullptr || !x->is_number() || !y->is_number()) return std::nullopt;
    append_percent("x", x->number, across_);
    append_percent("y", y->number, down_);
    append_key(out_, "width");
    out_ += "0.5";  // as it is drawn
    const JsonNode* visible = point.find("visible");
    if (visible == nullptr || visible->kind != JsonKind::kBool || !visible->boolean)
      losses_.field(object_.kind, "geometry.keypoints.visible");
    lose_all_but({"keypoints", names_the_label() ? "names" : "keypoints"});
    object_.lose(losses_, object_.area);
    return StudioControl::kKeypoint;
  }

  /// A point is called what its label is.
  bool names_the_label() const {
    const JsonNode* names = object_.geometry->find("names");
    if (names == nullptr || !names->is_array() || names->empty()) return false;
    const JsonNode& name = *names->begin();
    return name.is_text() && name.text == object_.label && name.span + 1 == names->span;
  }

  std::optional<StudioControl> write_brush(std::string_view& why) {
    const JsonNode* mask = object_.geometry->find("label_studio_rle");
    const JsonNode* rle = mask != nullptr && mask->is_object() ? mask->find("rle") : nullptr;
    if (rle == nullptr) {
      why = " of other programs";
      return std::nullopt;
    }
    append_key(out_, "format");
    out_ += "\"rle\"";
    append_key(out_, "rle");
    out_ += rle->raw;
    lose_all_but({"label_studio_rle"});
    object_.lose(losses_, object_.area);
    return StudioControl::kBrush;
  }

  std::string& out_;
  const ObjectParts& object_;
  PixelRule across_, down_;
  ExportLosses& losses_;
};

}  // namespace

std::optional<StudioControl> append_studio_region(std::string& out, const ObjectParts& object,
                                                  double width, double height, ExportLosses& losses,
                                                  std::string_view& why) {
  why = {};
  return RegionWriter(out, object, width, height, losses).write(why);
}

}  // namespace cupel::io
