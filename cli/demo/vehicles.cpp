#include "cli/demo/pen.hpp"

namespace cupel::demo {
namespace {

constexpr Color kRubber{24, 24, 26};
constexpr Color kRim{150, 152, 156};
constexpr Color kGlass{70, 96, 118};
constexpr Color kTail{232, 24, 20};
constexpr Color kHead{255, 250, 222};
constexpr Color kPoliceBlue{24, 56, 168};
constexpr Color kBeaconRed{255, 30, 40};
constexpr Color kBeaconBlue{60, 90, 255};

void wheel(Pen& pen, float x, float radius) {
  pen.disc(x, radius, radius, kRubber);
  pen.disc(x, radius, radius * 0.5F, kRim);
}

/// Both lamps of an end; in the dark they shine.
void lamps(Pen& pen, float x, float y, bool toward, const Mood& mood) {
  for (const float side : {-1.0F, 1.0F}) {
    const Color color = toward ? kHead : kTail;
    pen.box(side * x - 0.15F, y - 0.09F, side * x + 0.15F, y + 0.09F, color, mood.dark);
    if (mood.dark) pen.glow(side * x, y, toward ? 0.75F : 0.6F, color * 0.45F);
  }
}

void beacons(Pen& pen, float y) {
  pen.box(-0.45F, y, 0.0F, y + 0.17F, kBeaconRed, true);
  pen.box(0.0F, y, 0.45F, y + 0.17F, kBeaconBlue, true);
  pen.glow(-0.35F, y + 0.1F, 0.7F, kBeaconRed * 0.6F);
  pen.glow(0.35F, y + 0.1F, 0.7F, kBeaconBlue * 0.6F);
}

void car_end(Pen& pen, const Figure& figure, const Mood& mood) {
  const bool toward = figure.facing == Facing::kToward;
  const Color color = figure.color;
  pen.box(-0.86F, 0, -0.58F, 0.36F, kRubber);
  pen.box(0.58F, 0, 0.86F, 0.36F, kRubber);
  pen.shape({{-0.76F, 0.9F}, {-0.56F, 1.46F}, {0.56F, 1.46F}, {0.76F, 0.9F}}, color * 0.86F);
  pen.shape({{-0.64F, 0.95F}, {-0.49F, 1.38F}, {0.49F, 1.38F}, {0.64F, 0.95F}}, kGlass);
  pen.shape({{-0.1F, 0.95F}, {0.05F, 1.38F}, {0.3F, 1.38F}, {0.2F, 0.95F}}, kGlass * 1.35F);
  pen.shape({{-0.9F, 0.22F},
             {-0.92F, 0.78F},
             {-0.8F, 0.97F},
             {0.8F, 0.97F},
             {0.92F, 0.78F},
             {0.9F, 0.22F}},
            color);
  pen.box(-0.9F, 0.22F, 0.9F, 0.4F, color * 0.62F);
  if (toward) pen.box(-0.42F, 0.46F, 0.42F, 0.66F, Color{38, 40, 44});
  pen.box(-0.24F, 0.36F, 0.24F, 0.5F, toward ? Color{236, 236, 230} : Color{240, 214, 90});
  lamps(pen, 0.7F, 0.68F, toward, mood);
}

void car_side(Pen& pen, const Figure& figure, const Mood& mood) {
  const Color color = figure.color;
  pen.shape({{-1.35F, 0.85F}, {-0.85F, 1.44F}, {0.55F, 1.44F}, {1.15F, 0.85F}}, color * 0.9F);
  pen.shape({{-1.15F, 0.9F}, {-0.76F, 1.36F}, {-0.16F, 1.36F}, {-0.16F, 0.9F}}, kGlass);
  pen.shape({{-0.06F, 0.9F}, {-0.06F, 1.36F}, {0.48F, 1.36F}, {0.96F, 0.9F}}, kGlass);
  pen.shape({{-2.1F, 0.25F},
             {-2.15F, 0.8F},
             {-1.9F, 0.93F},
             {1.2F, 0.93F},
             {1.95F, 0.8F},
             {2.1F, 0.6F},
             {2.1F, 0.25F}},
            color);
  pen.box(-2.1F, 0.25F, 2.1F, 0.36F, color * 0.6F);
  wheel(pen, -1.3F, 0.36F);
  wheel(pen, 1.3F, 0.36F);
  pen.box(1.9F, 0.62F, 2.1F, 0.78F, kHead, mood.dark);
  pen.box(-2.15F, 0.62F, -2.0F, 0.8F, kTail, mood.dark);
  if (mood.dark) pen.glow(2.1F, 0.7F, 1.0F, kHead * 0.6F);
}

void truck_end(Pen& pen, const Figure& figure, const Mood& mood) {
  const bool toward = figure.facing == Facing::kToward;
  pen.box(-1.15F, 0, -0.65F, 0.55F, kRubber);
  pen.box(0.65F, 0, 1.15F, 0.55F, kRubber);
  if (toward) {
    pen.box(-1.2F, 1.0F, 1.2F, 3.5F, figure.color * 0.75F);
    pen.box(-1.1F, 0.4F, 1.1F, 2.7F, figure.color);
    pen.box(-0.98F, 1.55F, 0.98F, 2.4F, kGlass);
    pen.box(-0.75F, 0.75F, 0.75F, 1.3F, Color{52, 54, 58});
  } else {
    pen.box(-1.22F, 0.75F, 1.22F, 3.5F, figure.color);
    pen.box(-1.22F, 3.38F, 1.22F, 3.5F, figure.color * 0.6F);
    pen.box(-0.04F, 0.8F, 0.04F, 3.38F, figure.color * 0.5F);
    pen.box(-0.5F, 1.3F, -0.42F, 2.6F, figure.color * 0.55F);
    pen.box(0.42F, 1.3F, 0.5F, 2.6F, figure.color * 0.55F);
    pen.box(-1.2F, 0.42F, 1.2F, 0.75F, Color{46, 46, 50});
    for (int i = 0; i < 6; ++i) {
      const float left = -1.2F + 0.4F * static_cast<float>(i);
      pen.box(left, 0.78F, left + 0.4F, 0.92F,
              i % 2 == 0 ? Color{206, 32, 30} : Color{238, 238, 234});
    }
  }
  lamps(pen, 0.95F, 0.6F, toward, mood);
}

void truck_side(Pen& pen, const Figure& figure, const Mood& mood) {
  pen.box(-4.0F, 0.55F, 2.1F, 0.95F, Color{50, 50, 54});
  pen.box(-4.0F, 0.95F, 1.9F, 3.5F, figure.color);
  pen.box(-4.0F, 3.36F, 1.9F, 3.5F, figure.color * 0.6F);
  pen.box(-3.6F, 1.9F, 1.5F, 2.4F, figure.color * 0.72F);
  const Color cab = figure.seed % 2 == 0 ? Color{190, 44, 40} : Color{44, 92, 160};
  pen.shape({{2.1F, 0.5F}, {2.1F, 2.75F}, {3.4F, 2.75F}, {4.0F, 1.6F}, {4.0F, 0.5F}}, cab);
  pen.shape({{2.6F, 1.65F}, {2.6F, 2.55F}, {3.3F, 2.55F}, {3.75F, 1.65F}}, kGlass);
  for (const float x : {-3.2F, -2.1F, 3.0F}) wheel(pen, x, 0.52F);
  pen.box(3.8F, 0.75F, 4.0F, 1.0F, kHead, mood.dark);
  if (mood.dark) pen.glow(4.0F, 0.9F, 1.2F, kHead * 0.6F);
}

void bus_end(Pen& pen, const Figure& figure, const Mood& mood) {
  const bool toward = figure.facing == Facing::kToward;
  pen.box(-1.15F, 0, -0.75F, 0.5F, kRubber);
  pen.box(0.75F, 0, 1.15F, 0.5F, kRubber);
  pen.box(-1.27F, 0.32F, 1.27F, 3.0F, figure.color);
  pen.box(-1.15F, 3.0F, 1.15F, 3.12F, figure.color * 0.7F);
  pen.box(-1.12F, toward ? 1.15F : 1.6F, 1.12F, 2.45F, kGlass, false);
  pen.box(-0.04F, toward ? 1.15F : 1.6F, 0.04F, 2.45F, kGlass * 0.6F);
  pen.box(-0.85F, 2.55F, 0.85F, 2.9F, Color{22, 22, 24});
  for (int i = 0; i < 4; ++i) {
    const float left = -0.7F + 0.37F * static_cast<float>(i);
    pen.box(left, 2.63F, left + 0.24F, 2.82F, Color{255, 176, 30}, true);
  }
  pen.box(-1.27F, 0.85F, 1.27F, 1.0F, Color{240, 240, 236});
  lamps(pen, 1.0F, 0.62F, toward, mood);
}

void bus_side(Pen& pen, const Figure& figure, const Mood& mood) {
  pen.box(-5.5F, 0.35F, 5.5F, 3.0F, figure.color);
  pen.box(-5.3F, 3.0F, 5.2F, 3.14F, figure.color * 0.7F);
  const Color pane = mood.dark ? Color{236, 214, 150} : kGlass;
  for (int i = 0; i < 7; ++i) {
    const float left = -5.2F + 1.38F * static_cast<float>(i);
    pen.box(left, 1.5F, left + 1.14F, 2.5F, pane, mood.dark);
  }
  pen.box(4.55F, 0.5F, 5.2F, 2.5F, kGlass * 0.8F);
  pen.box(-5.5F, 0.9F, 4.5F, 1.1F, Color{240, 240, 236});
  wheel(pen, -3.4F, 0.5F);
  wheel(pen, 3.4F, 0.5F);
  pen.box(5.3F, 0.6F, 5.5F, 0.85F, kHead, mood.dark);
}

void police_livery(Pen& pen, bool across) {
  if (across) {
    pen.box(-2.1F, 0.5F, 2.1F, 0.76F, kPoliceBlue);
    pen.box(-2.1F, 0.6F, 2.1F, 0.65F, Color{236, 210, 60});
  } else {
    pen.box(-0.5F, 0.54F, 0.5F, 0.8F, kPoliceBlue);
  }
  beacons(pen, 1.46F);
}

}  // namespace

void draw_vehicle(Canvas& canvas, const Scene& scene, const Mood& mood, const Figure& figure,
                  uint8_t owner) {
  const bool across = figure.facing == Facing::kLeft || figure.facing == Facing::kRight;
  Pen pen(canvas, camera_of(scene), figure, figure.facing == Facing::kLeft);
  const bool truck = figure.kind == Kind::kTruck;
  const bool bus = figure.kind == Kind::kBus;
  pen.shadow(across ? (truck ? 4.0F : bus ? 5.5F : 2.1F) : (truck || bus ? 1.2F : 0.92F));
  canvas.begin(owner);
  if (truck) {
    across ? truck_side(pen, figure, mood) : truck_end(pen, figure, mood);
  } else if (bus) {
    across ? bus_side(pen, figure, mood) : bus_end(pen, figure, mood);
  } else {
    across ? car_side(pen, figure, mood) : car_end(pen, figure, mood);
    if (figure.kind == Kind::kPoliceCar) police_livery(pen, across);
  }
}

}  // namespace cupel::demo
