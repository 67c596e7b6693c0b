#pragma once

#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "index/nearest.hpp"

// Sets of vectors in memory, and what a plain loop in double says about them.

namespace cupel::index::testing {

/// IEEE binary16 of a number, rounded toward zero.
inline uint16_t half_of(double value) {
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const double size = std::fabs(value);
  if (size < std::ldexp(1.0, -14)) return sign | static_cast<uint16_t>(std::ldexp(size, 24));
  int exponent = 0;
  const double mantissa = std::frexp(size, &exponent);  // [0.5, 1)
  const auto bits = static_cast<uint16_t>(std::ldexp(mantissa * 2 - 1, 10));
  return sign | static_cast<uint16_t>(((exponent + 14) << 10) + bits);
}
inline double of_half(uint16_t bits) {
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  if (exponent == 31) return mantissa == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

struct VectorWorld {
  storage::Element element = storage::Element::kFloat32;
  uint32_t width = 0;
  uint32_t block_rows = 1;
  std::vector<std::vector<double>> rows;  ///< empty: no vector; values as stored
  std::vector<storage::VectorBlockPtr> blocks;
  mutable std::shared_ptr<std::vector<uint32_t>> fetched;  ///< blocks asked for, if not null

  /// Rounds the rows to what is stored, and stores them.
  void store() {
    blocks.clear();
    for (size_t first = 0; first < rows.size(); first += block_rows) {
      auto block = std::make_shared<storage::VectorBlock>();
      const size_t count = std::min<size_t>(block_rows, rows.size() - first);
      block->element = element;
      block->width = width;
      block->rows = static_cast<uint32_t>(count);
      block->present = storage::Bitmap(block->rows);
      const auto room = storage::vector_room(count * width * storage::element_bytes(element));
      for (uint32_t i = 0; i < count; ++i) {
        if (rows[first + i].empty()) continue;
        block->present.set(i);
        for (uint32_t j = 0; j < width; ++j)
          rows[first + i][j] = put(room.get(), size_t{i} * width + j, rows[first + i][j]);
      }
      if (block->present.all()) block->present = {};
      const bool none = block->present.size() != 0 && block->present.none();
      block->data = room;
      blocks.push_back(none ? nullptr : block);
    }
  }

  VectorRows source() const {
    VectorRows source{rows.size(), width, block_rows, {}};
    source.block = [this](uint32_t number) {
      if (fetched) fetched->push_back(number);
      return blocks.at(number);
    };
    return source;
  }

 private:
  double put(std::byte* room, size_t at, double value) const {
    if (element == storage::Element::kFloat16) {
      const uint16_t bits = half_of(value);
      std::memcpy(room + at * 2, &bits, 2);
      return of_half(bits);
    }
    if (element == storage::Element::kFloat32) {
      const auto narrow = static_cast<float>(value);
      std::memcpy(room + at * 4, &narrow, 4);
      return narrow;
    }
    std::memcpy(room + at * 8, &value, 8);
    return value;
  }
};

/// Rows around `clusters` random directions, `spread` apart (1: as far as the directions are
/// long), of differing lengths; some rows twice, some without a vector, some zero.
inline VectorWorld clustered(size_t rows, uint32_t width, size_t clusters, double spread,
                             uint64_t seed, bool whole = false) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> centers(clusters, std::vector<double>(width));
  for (auto& center : centers)
    for (double& x : center) x = normal(random);
  VectorWorld world;
  world.width = width;
  world.block_rows = 64;
  for (size_t i = 0; i < rows; ++i) {
    const auto kind = random() % 100;
    std::vector<double> row;
    if (!whole && kind < 3) {
    } else if (!whole && kind == 3) {
      row.assign(width, 0);
    } else if (!whole && kind < 8 && i > 0) {
      row = world.rows[random() % i];
    } else {
      const double length = 0.1 + static_cast<double>(random() % 1000) / 100;
      row = centers[random() % clusters];
      for (double& x : row) x = length * (x + spread * normal(random)) / std::sqrt(width);
    }
    world.rows.push_back(std::move(row));
  }
  world.store();
  return world;
}

inline double plain_product(const std::vector<double>& a, const std::vector<double>& b) {
  long double sum = 0;
  for (size_t j = 0; j < a.size(); ++j) sum += static_cast<long double>(a[j]) * b[j];
  return static_cast<double>(sum);
}
/// NaN where there is none.
inline double plain_cosine(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return NAN;
  return plain_product(a, b) / std::sqrt(plain_product(a, a)) / std::sqrt(plain_product(b, b));
}

inline storage::Bitmap random_bits(size_t size, double share, uint64_t seed) {
  std::mt19937_64 random(seed);
  storage::Bitmap bits(static_cast<uint32_t>(size));
  for (uint32_t i = 0; i < size; ++i)
    if (std::uniform_real_distribution<double>()(random) < share) bits.set(i);
  return bits;
}

/// Runs pieces on as many threads, the last ones first.
inline Running threads(size_t count) {
  Running running;
  running.parallel = [count](size_t n, const std::function<void(size_t)>& f) {
    std::vector<std::thread> workers;
    for (size_t t = 0; t < count; ++t)
      workers.emplace_back([&, t] {
        for (size_t i = t; i < n; i += count) f(n - 1 - i);
      });
    for (std::thread& worker : workers) worker.join();
  };
  return running;
}

}  // namespace cupel::index::testing
