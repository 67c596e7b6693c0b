#include "cli/demo/embedding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

namespace cupel::demo {
namespace {

constexpr int kColumns = 4;
constexpr int kRows = 3;
constexpr int kTiles = kColumns * kRows;
constexpr int kShades = 16;

struct Sums {
  std::array<double, kTiles * 3> colors{};
  std::array<double, kShades> shades{};
  std::array<double, kTiles> edges{};
};

int shade_of(const uint8_t* pixel) { return (2 * pixel[0] + 5 * pixel[1] + pixel[2]) / 8; }

Sums add_up(const Image& image) {
  Sums sums;
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* pixel = &image.rgb[static_cast<size_t>(y) * image.width * 3];
    const int row = y * kRows / image.height;
    int before = shade_of(pixel);
    for (int x = 0; x < image.width; ++x, pixel += 3) {
      const int tile = row * kColumns + x * kColumns / image.width;
      for (int c = 0; c < 3; ++c) sums.colors[tile * 3 + c] += pixel[c];
      const int shade = shade_of(pixel);
      sums.shades[shade * kShades / 256] += 1;
      const int step = std::abs(shade - before);
      // Below this it is the grain, not the scene.
      if (step > 10) sums.edges[tile] += step;
      before = shade;
    }
  }
  return sums;
}

template <size_t width>
void bring_to_length_one(std::array<float, width>& embedding) {
  double square = 0;
  for (const float value : embedding) square += static_cast<double>(value) * value;
  const auto length = static_cast<float>(std::sqrt(square));
  if (length > 0)
    for (float& value : embedding) value /= length;
}

/// Points of a box that are looked at, whatever its size: multiples of the tiles' numbers.
constexpr int kAcross = 64;
constexpr int kDown = 48;
constexpr int kPoints = kAcross * kDown;
constexpr int kBoxColumns = 4;
constexpr int kBoxRows = 6;
constexpr int kBoxTiles = kBoxColumns * kBoxRows;

/// Where steps of redness and blueness begin, after the first.
constexpr std::array<double, 7> kSteps{-48, -24, -8, 8, 24, 48, 72};

size_t step_of(double color) {
  return static_cast<size_t>(std::upper_bound(kSteps.begin(), kSteps.end(), color) -
                             kSteps.begin());
}

/// From `from` on, at the middle of part `i` of `n` of `length`, within [0, size).
int place(double from, double length, int i, int n, int size) {
  const int at = static_cast<int>(from + length * (i + 0.5) / n);
  return std::clamp(at, 0, size - 1);
}

/// How much redder or bluer than grey the points of a box are.
struct Colors {
  std::array<double, kBoxTiles> red{}, blue{}, bluest{};
  std::array<double, kSteps.size() + 1> reds{}, blues{};

  void add(int tile, const uint8_t* pixel) {
    const double grey = (pixel[0] + pixel[1] + pixel[2]) / 3.0;
    const double redder = pixel[0] - grey;
    const double bluer = pixel[2] - grey;
    red[tile] += redder;
    blue[tile] += bluer;
    bluest[tile] = std::max(bluest[tile], bluer);
    reds[step_of(redder)] += 1;
    blues[step_of(bluer)] += 1;
  }
};

}  // namespace

ObjectEmbedding embed(const Image& image, const Box& box) {
  Colors colors;
  for (int y = 0; y < kDown; ++y) {
    const int row = place(box.y, box.height, y, kDown, image.height);
    for (int x = 0; x < kAcross; ++x) {
      const int column = place(box.x, box.width, x, kAcross, image.width);
      colors.add(y * kBoxRows / kDown * kBoxColumns + x * kBoxColumns / kAcross,
                 &image.rgb[(static_cast<size_t>(row) * image.width + column) * 3]);
    }
  }
  ObjectEmbedding embedding{};
  size_t at = 0;
  for (const auto* sums : {&colors.red, &colors.blue})
    for (const double sum : *sums)
      embedding[at++] = static_cast<float>(sum * kBoxTiles / kPoints / 32);
  for (const double most : colors.bluest) embedding[at++] = static_cast<float>(most / 64);
  for (const auto* counts : {&colors.reds, &colors.blues})
    for (const double count : *counts)
      embedding[at++] = static_cast<float>(std::sqrt(count / kPoints));
  bring_to_length_one(embedding);
  return embedding;
}

Embedding embed(const Image& image) {
  const Sums sums = add_up(image);
  const double pixels = static_cast<double>(image.width) * image.height;
  const double tile = pixels / kTiles;
  Embedding embedding{};
  size_t at = 0;
  // Each part is centred, so that unlike pictures point in different directions.
  for (const double sum : sums.colors) embedding[at++] = static_cast<float>(sum / tile / 128 - 1);
  for (const double sum : sums.shades) {
    embedding[at++] = static_cast<float>(2 * (sum / pixels - 1.0 / kShades));
  }
  for (const double sum : sums.edges) embedding[at++] = static_cast<float>(sum / tile / 8 - 0.3);
  bring_to_length_one(embedding);
  return embedding;
}

template <size_t width>
std::string to_npy(const std::vector<std::array<float, width>>& rows) {
  std::string header = fmt::format(
      "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows.size(), width);
  // Magic, version, length and header fill a multiple of 64 bytes and end in a line feed.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header.push_back('\n');
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes.push_back(static_cast<char>(header.size() & 0xFF));
  bytes.push_back(static_cast<char>(header.size() >> 8));
  bytes += header;
  for (const auto& row : rows) {
    for (const float value : row) {
      const auto bits = std::bit_cast<uint32_t>(value);
      for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<char>(bits >> shift & 0xFF));
      }
    }
  }
  return bytes;
}

template std::string to_npy(const std::vector<Embedding>& rows);
template std::string to_npy(const std::vector<ObjectEmbedding>& rows);

}  // namespace cupel::demo
