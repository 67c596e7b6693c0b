#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "tests/bench/floor_loops.hpp"

namespace bench {
namespace {

using Names = std::vector<std::string_view>;

Answer unlabelled(const Street& street) {
  return names_where(street.images, [&](size_t i) { return street.images.boxes[i] == 0; });
}

Answer crowded(const Street& street) {
  return names_where(street.images, [&](size_t i) { return street.images.boxes[i] > 40; });
}

Answer prefix(const Street& street) {
  return names_where(street.images,
                     [&](size_t i) { return street.images.name(i).starts_with("b1"); });
}

Answer cars_alone(const Street& street) {
  const Images& images = street.images;
  return names_where(images,
                     [&](size_t i) { return images.cars[i] > 5 && images.pedestrians[i] == 0; });
}

Answer rainy_night(const Street& street) {
  const Images& images = street.images;
  const uint8_t rainy = images.weather.code("rainy"), night = images.time.code("night");
  return names_where(images, [&](size_t i) {
    return images.weather.codes[i] == rainy && images.time.codes[i] == night;
  });
}

Answer highway(const Street& street) {
  const Images& images = street.images;
  const uint8_t highway = images.scene.code("highway");
  return names_where(images, [&](size_t i) {
    return images.scene.codes[i] == highway && images.speed[i] > 30 &&
           images.timestamp[i] >= 1500070000 && images.timestamp[i] < 1500280000;
  });
}

Answer no_speed(const Street& street) {
  const Images& images = street.images;
  const uint8_t foggy = images.weather.code("foggy");
  return names_where(images, [&](size_t i) {
    return images.weather.codes[i] == foggy && std::isnan(images.speed[i]);
  });
}

/// The first rows by a key, ties in order.
template <typename Before>
std::vector<uint32_t> first_rows(std::vector<uint32_t> rows, size_t limit, Before&& before) {
  limit = std::min(limit, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(limit), rows.end(), before);
  rows.resize(limit);
  return rows;
}

std::vector<uint32_t> all_rows(size_t size) {
  std::vector<uint32_t> rows(size);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

Answer top_scores(const Street& street) {
  const Images& images = street.images;
  Names names;
  std::vector<double> scores;
  const auto& score = images.score;
  for (const uint32_t i : first_rows(all_rows(images.size()), 100, [&](uint32_t a, uint32_t b) {
         return score[a] != score[b] ? score[a] > score[b] : a < b;
       })) {
    names.push_back(images.name(i));
    scores.push_back(score[i]);
  }
  return {std::move(names), std::move(scores)};
}

Answer top_crowds(const Street& street) {
  const Images& images = street.images;
  Names names;
  std::vector<int64_t> counts;
  const auto& count = images.pedestrians;
  for (const uint32_t i : first_rows(all_rows(images.size()), 100, [&](uint32_t a, uint32_t b) {
         return count[a] != count[b] ? count[a] > count[b] : a < b;
       })) {
    names.push_back(images.name(i));
    counts.push_back(count[i]);
  }
  return {std::move(names), std::move(counts)};
}

Answer clear_days(const Street& street) {
  const Images& images = street.images;
  const uint8_t clear = images.weather.code("clear"), day = images.time.code("daytime");
  std::vector<uint32_t> rows;
  for (uint32_t i = 0; i < images.size(); ++i)
    if (images.weather.codes[i] == clear && images.time.codes[i] == day) rows.push_back(i);
  rows = first_rows(std::move(rows), 550, [&](uint32_t a, uint32_t b) {
    return images.timestamp[a] < images.timestamp[b];
  });
  Names names;
  std::vector<int64_t> times;
  for (size_t i = 500; i < rows.size(); ++i) {
    names.push_back(images.name(rows[i]));
    times.push_back(images.timestamp[rows[i]]);
  }
  return {std::move(names), std::move(times)};
}

}  // namespace

const Loops& item_loops() {
  static const Loops all = {
      {"unlabelled", unlabelled},   {"crowded", crowded},       {"cars_alone", cars_alone},
      {"rainy_night", rainy_night}, {"highway", highway},       {"no_speed", no_speed},
      {"prefix", prefix},           {"top_scores", top_scores}, {"top_crowds", top_crowds},
      {"clear_days", clear_days},
  };
  return all;
}

}  // namespace bench
