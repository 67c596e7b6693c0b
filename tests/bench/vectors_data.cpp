#include "tests/bench/vectors_data.hpp"

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>

namespace cupel::bench {
namespace {

constexpr size_t kRowsOfDirection = 200;
/// How far rows stray from a direction, as a share of its length.
constexpr float kSpread = 1.0f;

__attribute__((target("avx2,fma"))) inline float product(const float* a, const float* b,
                                                         size_t width) {
  __m256 sums[4] = {};
  for (size_t j = 0; j + 32 <= width; j += 32) {
    for (size_t part = 0; part < 4; ++part)
      sums[part] = _mm256_fmadd_ps(_mm256_loadu_ps(a + j + 8 * part),
                                   _mm256_loadu_ps(b + j + 8 * part), sums[part]);
  }
  float lanes[8];
  _mm256_storeu_ps(lanes, (sums[0] + sums[1]) + (sums[2] + sums[3]));
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

}  // namespace

VectorData::VectorData(size_t count, uint32_t columns, uint64_t seed)
    : rows(count), width(columns), values(count * columns), queries(kQueries * columns) {
  const size_t kinds = std::max<size_t>(1, rows / kRowsOfDirection);
  std::vector<float> directions(kinds * width);
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  for (float& x : directions) x = normal(random);
  const auto draw = [&](float* row) {
    const float* from = &directions[random() % kinds * width];
    float square = 0;
    for (size_t j = 0; j < width; ++j) {
      row[j] = from[j] + kSpread * normal(random);
      square += row[j] * row[j];
    }
    for (size_t j = 0; j < width; ++j) row[j] /= std::sqrt(square);
  };
  for (size_t i = 0; i < rows; ++i) draw(&values[i * width]);
  for (size_t i = 0; i < kQueries; ++i) draw(&queries[i * width]);
  const uint32_t block_rows = storage::block_rows_for(width, storage::Element::kFloat32);
  for (size_t first = 0; first < rows; first += block_rows) {
    auto block = std::make_shared<storage::VectorBlock>();
    block->width = width;
    block->rows = static_cast<uint32_t>(std::min<size_t>(block_rows, rows - first));
    const auto room = storage::vector_room(size_t{block->rows} * width * sizeof(float));
    std::memcpy(room.get(), &values[first * width], size_t{block->rows} * width * sizeof(float));
    block->data = room;
    blocks.push_back(block);
  }
}

index::VectorRows VectorData::source() const {
  return {rows, width, storage::block_rows_for(width, storage::Element::kFloat32),
          [this](uint32_t number) { return blocks[number]; }};
}

std::function<void(size_t, const std::function<void(size_t)>&)> all_cores() {
  return [](size_t n, const std::function<void(size_t)>& f) {
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < n; i = next++) f(i);
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
  };
}

__attribute__((target("avx2,fma"))) void plain_products(const float* values, size_t rows,
                                                        size_t width, const float* query,
                                                        float* out) {
  for (size_t i = 0; i < rows; ++i) out[i] = product(values + i * width, query, width);
}

__attribute__((target("avx2,fma"))) void gathered_products(const float* values,
                                                           const std::vector<uint32_t>& rows,
                                                           size_t width, const float* query,
                                                           float* out) {
  for (size_t i = 0; i < rows.size(); ++i) out[i] = product(values + rows[i] * width, query, width);
}

}  // namespace cupel::bench
