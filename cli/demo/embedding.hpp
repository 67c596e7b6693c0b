#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/demo/canvas.hpp"
#include "cli/demo/draw.hpp"

namespace cupel::demo {

inline constexpr size_t kEmbeddingWidth = 64;
using Embedding = std::array<float, kEmbeddingWidth>;

/// What a picture looks like, of length 1: the mean colour of 4 by 3 tiles (36), how its pixels
/// spread over 16 shades (16), and how much its tiles are patterned (12).
Embedding embed(const Image& image);

inline constexpr size_t kObjectEmbeddingWidth = 88;
using ObjectEmbedding = std::array<float, kObjectEmbeddingWidth>;

/// What the part of a picture in a box looks like, of length 1, whatever its size and light: how
/// much redder (24) and bluer (24) than grey its 4 by 6 tiles are and how much bluer at most (24),
/// and how its points spread over 8 steps of each (16). A box reaches into the picture.
ObjectEmbedding embed(const Image& image, const Box& box);

/// The bytes of a NumPy file, version 1.0, of little-endian float32 of shape (rows, width).
template <size_t width>
std::string to_npy(const std::vector<std::array<float, width>>& rows);
extern template std::string to_npy(const std::vector<Embedding>& rows);
extern template std::string to_npy(const std::vector<ObjectEmbedding>& rows);

}  // namespace cupel::demo
