#include "index/train_centroids.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <omp.h>

#include <algorithm>
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

/// Polls while many rows are searched: some of them at a time.
class PolledIndex : public faiss::IndexFlatIP {
 public:
  PolledIndex(uint32_t width, const std::function<void()>& poll)
      : IndexFlatIP(width), poll_(poll) {}

  void search(idx_t n, const float* x, idx_t k, float* distances, idx_t* labels,
              const faiss::SearchParameters* parameters) const override {
    const idx_t step = std::max<idx_t>(kLeastRows, kProductsBetweenPolls / (ntotal * d + 1));
    for (idx_t begin = 0; begin < n;) {
      if (poll_) poll_();
      const idx_t some = n - begin < 2 * step ? n - begin : step;
      IndexFlatIP::search(some, x + begin * d, k, distances + begin * k, labels + begin * k,
                          parameters);
      begin += some;
    }
  }

 private:
  /// Of two components; BLAS takes some ten milliseconds for them.
  static constexpr idx_t kProductsBetweenPolls = idx_t{1} << 29;
  static constexpr idx_t kLeastRows = 256;

  const std::function<void()>& poll_;
};

template <typename F>
void guarded(const F& f) {
  const OneThread one;
  try {
    f();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Error&) {  // of a poll
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
    guarded([&] {
      faiss::Clustering step(static_cast<int>(width), static_cast<int>(lists), parameters);
      step.centroids = std::move(centroids);
      PolledIndex index(width, poll);
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
