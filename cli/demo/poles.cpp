#include "cli/demo/pen.hpp"

namespace cupel::demo {
namespace {

constexpr Color kSteel{104, 108, 112};
constexpr Color kHousing{30, 32, 34};
constexpr Color kWhite{240, 240, 238};
constexpr Color kSignRed{206, 26, 32};
constexpr Color kSignBlue{24, 84, 180};
constexpr Color kSignYellow{246, 200, 32};

void traffic_light(Pen& pen, const Figure& figure) {
  pen.box(-0.27F, 2.55F, 0.27F, 3.85F, kHousing);
  const int burning = figure.color_word == "red" ? 2 : figure.color_word == "yellow" ? 1 : 0;
  for (int i = 0; i < 3; ++i) {
    const float y = 2.8F + 0.4F * static_cast<float>(i);
    const bool on = i == burning;
    pen.disc(0, y, 0.175F, on ? figure.color : Color{62, 62, 58}, on);
    if (on) pen.glow(0, y, 0.75F, figure.color * 0.5F);
  }
}

void stop_sign(Pen& pen) {
  pen.shape({{-0.2F, 2.2F},
             {-0.47F, 2.47F},
             {-0.47F, 2.83F},
             {-0.2F, 3.1F},
             {0.2F, 3.1F},
             {0.47F, 2.83F},
             {0.47F, 2.47F},
             {0.2F, 2.2F}},
            kSignRed);
  pen.box(-0.34F, 2.56F, 0.34F, 2.74F, kWhite);
}

void speed_sign(Pen& pen) {
  pen.disc(0, 2.65F, 0.46F, kSignRed);
  pen.disc(0, 2.65F, 0.33F, kWhite);
  pen.box(-0.18F, 2.5F, -0.03F, 2.8F, kHousing);
  pen.box(0.03F, 2.5F, 0.18F, 2.8F, kHousing);
}

void warning_sign(Pen& pen) {
  pen.shape({{-0.52F, 2.2F}, {0.0F, 3.12F}, {0.52F, 2.2F}}, kSignRed);
  pen.shape({{-0.33F, 2.31F}, {0.0F, 2.9F}, {0.33F, 2.31F}}, kSignYellow);
  pen.box(-0.05F, 2.4F, 0.05F, 2.68F, kHousing);
}

void guide_sign(Pen& pen) {
  pen.box(-0.62F, 2.25F, 0.62F, 3.05F, kWhite);
  pen.box(-0.56F, 2.31F, 0.56F, 2.99F, kSignBlue);
  pen.box(-0.4F, 2.72F, 0.4F, 2.82F, kWhite);
  pen.box(-0.4F, 2.5F, 0.15F, 2.6F, kWhite);
}

}  // namespace

void draw_pole(Canvas& canvas, const Scene& scene, const Mood& /*mood*/, const Figure& figure,
               uint8_t owner) {
  Pen pen(canvas, camera_of(scene), figure);
  canvas.begin(0);
  pen.box(-0.06F, 0, 0.06F, 2.6F, kSteel);
  canvas.begin(owner);
  if (figure.kind == Kind::kTrafficLight) return traffic_light(pen, figure);
  switch (figure.seed % 4) {
    case 0: return stop_sign(pen);
    case 1: return speed_sign(pen);
    case 2: return warning_sign(pen);
    default: return guide_sign(pen);
  }
}

}  // namespace cupel::demo
