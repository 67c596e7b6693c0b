#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "storage/vectors.hpp"

namespace cupel::storage::testing {

/// A block of `rows` float32 vectors, all components of row i being `first + i`.
inline VectorBlock block_of(uint32_t width, uint32_t rows, float first) {
  VectorBlock block;
  block.width = width;
  block.rows = rows;
  const auto room = vector_room(size_t{rows} * width * sizeof(float));
  for (uint32_t row = 0; row < rows; ++row) {
    const std::vector<float> vector(width, first + static_cast<float>(row));
    std::memcpy(room.get() + size_t{row} * width * sizeof(float), vector.data(),
                width * sizeof(float));
  }
  block.data = room;
  return block;
}

/// The first component of a float32 vector.
inline float first_of(const VectorBlock& block, uint32_t row) {
  float number = 0;
  std::memcpy(&number, block.row(row), sizeof number);
  return number;
}

/// Takes the vector of a row away.
inline VectorBlock without(const VectorBlock& block, uint32_t row) {
  VectorBlock less = block;
  if (less.present.size() == 0) less.present = Bitmap(block.rows, true);
  less.present.reset(row);
  const size_t stride = size_t{block.width} * element_bytes(block.element);
  const auto room = vector_room(block.rows * stride);
  std::memcpy(room.get(), block.data.get(), block.rows * stride);
  std::memset(room.get() + row * stride, 0, stride);
  less.data = room;
  return less;
}

inline VectorBlock random_block(std::mt19937& random) {
  VectorBlock block;
  block.element = static_cast<Element>(random() % 3);
  block.width = 1 + random() % (random() % 3 == 0 ? 300 : 9);
  block.rows = random() % (random() % 3 == 0 ? 700 : 70);
  const uint32_t share = random() % 4;  // of the rows, so many quarters have none
  if (share != 0) {
    block.present = Bitmap(block.rows);
    for (uint32_t row = 0; row < block.rows; ++row)
      block.present.assign(row, random() % 4 >= share);
  }
  const size_t stride = size_t{block.width} * element_bytes(block.element);
  const auto room = vector_room(block.rows * stride);
  for (uint32_t row = 0; row < block.rows; ++row)
    for (size_t i = 0; block.has(row) && i < stride; ++i)
      room.get()[row * stride + i] = static_cast<std::byte>(random());
  block.data = room;
  return block;
}

}  // namespace cupel::storage::testing
