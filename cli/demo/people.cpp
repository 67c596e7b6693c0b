#include "cli/demo/pen.hpp"

namespace cupel::demo {
namespace {

constexpr Color kSkin{222, 178, 148};
constexpr Color kHair{58, 40, 30};
constexpr Color kTrousers{48, 54, 78};
constexpr Color kTyre{26, 26, 30};

void walker(Pen& pen, const Figure& figure) {
  const Color coat = figure.color;
  pen.stroke(-0.02F, 0.88F, -0.24F, 0.05F, 0.19F, kTrousers);
  pen.stroke(0.02F, 0.88F, 0.26F, 0.05F, 0.19F, kTrousers * 0.85F);
  pen.box(-0.32F, 0, -0.14F, 0.09F, kTyre);
  pen.box(0.2F, 0, 0.4F, 0.09F, kTyre);
  pen.stroke(0.0F, 1.36F, 0.32F, 0.92F, 0.13F, coat * 0.8F);
  pen.shape({{-0.24F, 0.82F}, {-0.26F, 1.42F}, {0.24F, 1.42F}, {0.24F, 0.82F}}, coat);
  pen.stroke(-0.06F, 1.36F, -0.34F, 0.95F, 0.13F, coat * 0.7F);
  pen.disc(0.02F, 1.6F, 0.165F, kSkin);
  pen.shape({{-0.16F, 1.6F}, {-0.14F, 1.75F}, {0.02F, 1.79F}, {0.17F, 1.7F}, {-0.02F, 1.66F}},
            figure.seed % 3 == 0 ? coat : kHair);
}

void ring(Pen& pen, float x, float radius, Color inside) {
  pen.disc(x, radius, radius, kTyre);
  pen.disc(x, radius, radius * 0.76F, inside);
  pen.stroke(x - radius * 0.7F, radius, x + radius * 0.7F, radius, 0.035F, kTyre * 2.0F);
  pen.stroke(x, radius * 0.3F, x, radius * 1.7F, 0.035F, kTyre * 2.0F);
}

void bicycle(Pen& pen, Color frame) {
  const Color spokes{134, 138, 142};
  ring(pen, -0.55F, 0.35F, spokes);
  ring(pen, 0.55F, 0.35F, spokes);
  const float thick = 0.085F;
  pen.stroke(-0.55F, 0.35F, -0.2F, 0.8F, thick, frame);
  pen.stroke(-0.55F, 0.35F, 0.0F, 0.33F, thick, frame);
  pen.stroke(0.0F, 0.33F, -0.22F, 0.92F, thick, frame);
  pen.stroke(-0.2F, 0.78F, 0.4F, 0.82F, thick, frame);
  pen.stroke(0.0F, 0.33F, 0.4F, 0.8F, thick, frame);
  pen.stroke(0.36F, 0.98F, 0.55F, 0.35F, thick, frame);
  pen.stroke(0.28F, 1.0F, 0.52F, 1.04F, 0.08F, kTyre);
  pen.box(-0.36F, 0.9F, -0.08F, 0.99F, kTyre);
}

void rider(Pen& pen, const Figure& figure) {
  bicycle(pen, Color{60, 60, 66});
  pen.stroke(-0.2F, 1.0F, 0.12F, 0.68F, 0.19F, kTrousers);
  pen.stroke(0.12F, 0.7F, 0.02F, 0.28F, 0.16F, kTrousers);
  pen.stroke(-0.22F, 0.98F, 0.16F, 1.5F, 0.33F, figure.color);
  pen.stroke(0.16F, 1.42F, 0.42F, 1.04F, 0.12F, figure.color * 0.75F);
  pen.disc(0.26F, 1.68F, 0.16F, kSkin);
  pen.shape({{0.06F, 1.7F}, {0.12F, 1.86F}, {0.28F, 1.9F}, {0.44F, 1.82F}, {0.46F, 1.72F}},
            figure.seed % 2 == 0 ? Color{236, 60, 44} : Color{240, 240, 236});
}

}  // namespace

void draw_person(Canvas& canvas, const Scene& scene, const Mood& /*mood*/, const Figure& figure,
                 uint8_t owner) {
  Pen pen(canvas, camera_of(scene), figure, figure.facing == Facing::kLeft);
  pen.shadow(figure.kind == Kind::kPedestrian ? 0.3F : 0.8F);
  canvas.begin(owner);
  if (figure.kind == Kind::kPedestrian) walker(pen, figure);
  if (figure.kind == Kind::kRider) rider(pen, figure);
  if (figure.kind == Kind::kBicycle) bicycle(pen, figure.color);
}

}  // namespace cupel::demo
