#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// The only door to FAISS: k-means on the sphere.
namespace cupel::index {

/// Learns `lists` centroids of the samples: rows of `width` numbers, each of length 1, at least as
/// many as lists. Returns lists × width numbers, each row of length 1, or zeros where directions
/// cancel out. `poll` is called every few ten milliseconds; it may throw Error to end.
std::vector<float> train_centroids(std::span<const float> samples, uint32_t width, uint32_t lists,
                                   uint32_t iterations, uint64_t seed,
                                   const std::function<void()>& poll);

/// nearest[i] is the centroid with the largest product with row i of `rows`.
void assign_to_centroids(std::span<const float> rows, std::span<const float> centroids,
                         uint32_t width, uint32_t* nearest);

}  // namespace cupel::index
