#include "index/train_centroids.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <omp.h>

#include <exception>

#include "cupel/error.hpp"

namespace cupel::index {
namespace {

/// FAISS runs on one thread of OpenMP: it multiplies matrices in BLAS, which has threads of its
/// own, and more above them make it slower.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

template <typename F>
void guarded(const F& f) {
  const OneThread one;
  try {
    f();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::kInternal, std::string("clustering failed: ") + error.what());
  }
}

}  // namespace

std::vector<float> train_centroids(std::span<const float> samples, uint32_t width, uint32_t lists,
                                   uint32_t iterations, uint64_t seed,
                                   const std::function<void()>& poll) {
  const auto count = static_cast<faiss::Clustering::idx_t>(samples.size() / width);
  faiss::ClusteringParameters parameters;
  parameters.niter = 1;
  parameters.spherical = true;
  parameters.seed = static_cast<int>(seed & 0x7FFFFFFF);
  parameters.min_points_per_centroid = 1;  // it prints a warning below
  parameters.max_points_per_centroid = static_cast<int>(count);
  std::vector<float> centroids;
  for (uint32_t i = 0; i < iterations; ++i) {
    if (poll) poll();
    guarded([&] {
      faiss::Clustering step(static_cast<int>(width), static_cast<int>(lists), parameters);
      step.centroids = std::move(centroids);
      faiss::IndexFlatIP index(width);
      step.train(count, samples.data(), index);
      centroids = std::move(step.centroids);
    });
  }
  return centroids;
}

void assign_to_centroids(std::span<const float> rows, std::span<const float> centroids,
                         uint32_t width, uint32_t* nearest) {
  const size_t count = rows.size() / width;
  std::vector<float> products(count);
  std::vector<faiss::Index::idx_t> found(count);
  guarded([&] {
    faiss::IndexFlatIP index(width);
    index.add(static_cast<faiss::Index::idx_t>(centroids.size() / width), centroids.data());
    index.search(static_cast<faiss::Index::idx_t>(count), rows.data(), 1, products.data(),
                 found.data());
  });
  for (size_t i = 0; i < count; ++i)
    nearest[i] = found[i] < 0 ? 0 : static_cast<uint32_t>(found[i]);
}

}  // namespace cupel::index
