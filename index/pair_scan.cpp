#include "index/pair_scan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "index/directions.hpp"
#include "index/row_products.hpp"

namespace cupel::index {
namespace {

/// Rows that are met at once: widened, they stay in the second-level cache.
constexpr size_t kTile = 32;
/// Rows that meet them: widening is done for all of these once.
constexpr size_t kOwn = 256;

/// Some rows as doubles.
class Tile {
 public:
  Tile(const VectorRows& vectors, size_t most)
      : fetcher_(vectors), padded_(padded_width(vectors.width)), values_(most * padded_) {}

  void load(const std::vector<uint32_t>& subjects, std::span<const uint32_t> positions) {
    rows_.clear();
    squares_.resize(positions.size());
    for (size_t i = 0; i < positions.size(); ++i) {
      double* row = &values_[i * padded_];
      squares_[i] = fetcher_.fetch(subjects[positions[i]], row);
      rows_.push_back(row);
    }
  }

  std::span<const double* const> rows() const { return rows_; }
  /// The cosines of a row of another tile and these; the score of similarity.hpp, bit for bit.
  void cosines(const Tile& other, size_t row, double* scores) const {
    row_kernels().dots(other.rows_[row], rows_.data(), rows_.size(), padded_, scores);
    for (size_t i = 0; i < rows_.size(); ++i)
      scores[i] = std::clamp(scores[i] / std::sqrt(other.squares_[row] * squares_[i]), -1.0, 1.0);
  }

 private:
  RowFetcher fetcher_;
  size_t padded_;
  std::vector<double> values_;
  std::vector<const double*> rows_;
  std::vector<double> squares_;
};

/// The cells some subjects look into, ascending, and who of them.
std::vector<std::pair<uint32_t, uint32_t>> visits(const Cells& cells,
                                                  std::span<const uint32_t> subjects) {
  std::vector<std::pair<uint32_t, uint32_t>> visits;
  for (uint32_t i = 0; i < subjects.size(); ++i) {
    if (cells.probed.empty()) {
      for (uint32_t cell = 0; cell < cells.members.size(); ++cell) visits.push_back({cell, i});
    } else {
      for (uint32_t p = 0; p < cells.probes; ++p)
        visits.push_back({cells.probed[size_t{subjects[i]} * cells.probes + p], i});
    }
  }
  std::sort(visits.begin(), visits.end());
  return visits;
}

/// Centroids widened to doubles.
struct Centroids {
  size_t padded;
  std::vector<double> values;
  std::vector<const double*> rows;

  explicit Centroids(const Clusters& clusters)
      : padded(padded_width(clusters.width)), values(clusters.lists() * padded) {
    for (uint32_t i = 0; i < clusters.lists(); ++i) {
      const float* from = &clusters.centroids[size_t{i} * clusters.width];
      std::copy(from, from + clusters.width, &values[i * padded]);
      rows.push_back(&values[i * padded]);
    }
  }
};

/// The nearest centroids of a tile of subjects.
void probe_tile(const Tile& tile, const Centroids& centroids, uint32_t probes, uint32_t* probed) {
  const size_t count = tile.rows().size();
  std::vector<BestHits> best(count, BestHits(probes));
  double scores[kTile];
  for (size_t begin = 0; begin < centroids.rows.size(); begin += kTile) {
    const size_t some = std::min(kTile, centroids.rows.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      row_kernels().dots(tile.rows()[i], &centroids.rows[begin], some, centroids.padded, scores);
      for (size_t j = 0; j < some; ++j) best[i].offer({begin + j, scores[j]});
    }
  }
  for (size_t i = 0; i < count; ++i)
    for (const Hit& hit : best[i].take()) *probed++ = static_cast<uint32_t>(hit.row);
}

using Visitor = std::function<void(uint32_t, std::span<const uint32_t>, std::span<const double>)>;

/// Compares up to kOwn subjects of one cell with the cells they look into.
void scan_tile(const Cells& cells, std::span<const uint32_t> subjects, Tile& own, Tile& met,
               const Running& running, const Visitor& f) {
  const auto& all = cells.subjects;
  own.load(all, subjects);
  double scores[kTile];
  const auto visits_here = visits(cells, subjects);
  for (size_t begin = 0, end = 0; begin < visits_here.size(); begin = end) {
    running.check();
    const uint32_t cell = visits_here[begin].first;
    while (end < visits_here.size() && visits_here[end].first == cell) ++end;
    const std::span<const uint32_t> members = cells.members[cell];
    for (size_t first = 0; first < members.size(); first += kTile) {
      const auto others = members.subspan(first, std::min(kTile, members.size() - first));
      met.load(all, others);
      for (size_t v = begin; v < end; ++v) {
        met.cosines(own, visits_here[v].second, scores);
        f(subjects[visits_here[v].second], others, {scores, others.size()});
      }
    }
  }
}

}  // namespace

Cells all_pairs(std::vector<uint32_t> subjects) {
  Cells cells;
  cells.subjects = std::move(subjects);
  for (size_t begin = 0; begin < cells.subjects.size(); begin += kOwn) {
    const size_t count = std::min(kOwn, cells.subjects.size() - begin);
    auto& members = cells.members.emplace_back(count);
    std::iota(members.begin(), members.end(), static_cast<uint32_t>(begin));
  }
  return cells;
}

Cells near_centroids(const VectorRows& vectors, std::vector<uint32_t> subjects,
                     const Clusters& clusters, uint32_t probes, const Running& running) {
  Cells cells;
  cells.subjects = std::move(subjects);
  cells.probes = std::clamp<uint32_t>(probes, 1, clusters.lists());
  cells.members.resize(clusters.lists());
  cells.probed.resize(cells.subjects.size() * cells.probes);
  const Centroids centroids(clusters);
  constexpr size_t kPiece = 32 * kTile;
  running.for_each((cells.subjects.size() + kPiece - 1) / kPiece, [&](size_t piece) {
    Tile tile(vectors, kTile);
    const size_t end = std::min((piece + 1) * kPiece, cells.subjects.size());
    for (size_t begin = piece * kPiece; begin < end; begin += kTile) {
      running.check();
      std::vector<uint32_t> positions(std::min(kTile, end - begin));
      std::iota(positions.begin(), positions.end(), static_cast<uint32_t>(begin));
      tile.load(cells.subjects, positions);
      probe_tile(tile, centroids, cells.probes, &cells.probed[begin * cells.probes]);
    }
  });
  for (uint32_t i = 0; i < cells.subjects.size(); ++i)
    cells.members[cells.probed[size_t{i} * cells.probes]].push_back(i);
  return cells;
}

void scan_pairs(const VectorRows& vectors, const Cells& cells, const Running& running,
                const Visitor& f) {
  running.for_each(cells.members.size(), [&](size_t cell) {
    Tile own(vectors, kOwn), met(vectors, kTile);
    const std::span<const uint32_t> members = cells.members[cell];
    for (size_t begin = 0; begin < members.size(); begin += kOwn)
      scan_tile(cells, members.subspan(begin, std::min(kOwn, members.size() - begin)), own, met,
                running, f);
  });
}

}  // namespace cupel::index
