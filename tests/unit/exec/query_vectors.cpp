#include <cmath>
#include <cstring>

#include "tests/unit/exec/query_world.hpp"

/// The vectors of the world, and what they are to examples, number by number.
namespace cupel::tests {
namespace {

std::vector<double> normalised(std::vector<double> vector) {
  double square = 0;
  for (const double x : vector) square += x * x;
  for (double& x : vector) x /= std::sqrt(square);
  return vector;
}

bool has_direction(const std::vector<double>& vector) {
  return std::any_of(vector.begin(), vector.end(), [](double x) { return x != 0; });
}

}  // namespace

void QueryWorld::add_set(const std::string& name, storage::TableId table, uint32_t width,
                         uint32_t block_rows) {
  storage::VectorSet set;
  set.name = name;
  set.table = table;
  set.width = width;
  // Small blocks, so that chunks have several of them and reach over their ends.
  data_.catalog().add_vectors(set).block_rows = block_rows;
}

void QueryWorld::add_vectors(FakeSnapshot& snapshot, const std::string& name) {
  const auto& set = *snapshot.catalog().vectors(storage::VectorUse::kEmbedding, name);
  const uint64_t rows = snapshot.catalog().row_count(set.table);
  for (uint64_t first = 0; first < rows; first += set.block_rows) {
    if (chance(10)) continue;  // a block that was never written
    auto block = std::make_shared<storage::VectorBlock>();
    block->width = set.width;
    // The last rows of the table have come since.
    block->rows = static_cast<uint32_t>(std::min<uint64_t>(set.block_rows, rows - first));
    if (block->rows > 2 && first + block->rows == rows) block->rows -= 2;
    block->present = storage::Bitmap(block->rows);
    const auto room = storage::vector_room(size_t{block->rows} * set.width * sizeof(float));
    for (uint32_t row = 0; row < block->rows; ++row) {
      if (chance(10)) continue;
      block->present.set(row);
      if (chance(5)) continue;  // all zeros
      for (uint32_t i = 0; i < set.width; ++i) {
        const auto x = static_cast<float>(number(-3, 3));
        std::memcpy(room.get() + (size_t{row} * set.width + i) * sizeof x, &x, sizeof x);
      }
    }
    if (block->present.none()) continue;
    if (block->present.all()) block->present = {};
    block->data = room;
    snapshot.blocks[{set.id, static_cast<uint32_t>(first / set.block_rows)}] = block;
  }
}

std::vector<double> QueryWorld::vector(storage::TableId table, uint64_t row) const {
  const storage::VectorSet& set = vectors(table);
  const auto block = snapshot->vector_block(set.id, static_cast<uint32_t>(row / set.block_rows));
  const auto at = static_cast<uint32_t>(row % set.block_rows);
  if (!block || !block->has(at)) return {};
  std::vector<double> vector;
  for (uint32_t i = 0; i < set.width; ++i) {
    float x = 0;
    std::memcpy(&x, block->row(at) + i * sizeof x, sizeof x);
    vector.push_back(x);
  }
  return vector;
}

plan::Probe QueryWorld::probe(storage::TableId table, std::vector<uint64_t> examples) const {
  return {"similarity(…)", vectors(table).id, table, std::move(examples)};
}

std::vector<uint64_t> QueryWorld::directed(storage::TableId table, uint64_t from,
                                           size_t count) const {
  std::vector<uint64_t> found;
  for (uint64_t row = from; found.size() < count && row < rows(table); ++row)
    if (has_direction(vector(table, row))) found.push_back(row);
  return found;
}

Value QueryWorld::similarity(const plan::Probe& probe, uint64_t row) const {
  const std::vector<double> own = vector(probe.table, row);
  if (!has_direction(own)) return {};
  std::vector<double> mean(own.size(), 0);
  for (const uint64_t example : probe.examples) {
    const std::vector<double> one = normalised(vector(probe.table, example));
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += one[i];
  }
  const std::vector<double> left = normalised(own);
  const std::vector<double> right = normalised(mean);
  double cosine = 0;
  for (size_t i = 0; i < left.size(); ++i) cosine += left[i] * right[i];
  return cosine;
}

}  // namespace cupel::tests
