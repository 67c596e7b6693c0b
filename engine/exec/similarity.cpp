#include "engine/exec/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/exec/evaluation.hpp"

namespace cupel::exec {
namespace {

class SimilarityNode final : public ExpressionNode {
 public:
  SimilarityNode(const Evaluation& evaluation, const index::Probe& probe,
                 const storage::VectorSet& set)
      : evaluation_(evaluation), probe_(probe), set_(set.id), block_rows_(set.block_rows) {}

  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    const uint64_t first = uint64_t{chunk} * evaluation_.catalog().chunk_rows;
    Vector out;
    out.type = Type::kFloat64;
    out.size = rows.size();
    out.numbers.resize(rows.size());
    std::vector<uint32_t> in_block;
    for (size_t begin = 0; begin < rows.size(); begin += in_block.size()) {
      const uint64_t number = (first + rows[begin]) / block_rows_;
      in_block.clear();
      for (size_t i = begin; i < rows.size() && (first + rows[i]) / block_rows_ == number; ++i)
        in_block.push_back(static_cast<uint32_t>((first + rows[i]) % block_rows_));
      score(static_cast<uint32_t>(number), in_block, out.numbers.data() + begin);
    }
    for (size_t i = 0; i < out.size; ++i)
      if (std::isnan(out.numbers[i])) out.set_missing(i);
    return out;
  }

 private:
  void score(uint32_t number, std::span<const uint32_t> rows, double* scores) const {
    evaluation_.context().poll();
    const storage::VectorBlockPtr block = evaluation_.snapshot().vector_block(set_, number);
    if (block)
      index::score_rows(probe_, *block, rows, scores);
    else
      std::fill_n(scores, rows.size(), std::numeric_limits<double>::quiet_NaN());
  }

  const Evaluation& evaluation_;
  const index::Probe& probe_;
  uint32_t set_;
  uint32_t block_rows_;
};

const storage::VectorSet& set_of(const storage::Snapshot& snapshot, const plan::Probe& probe) {
  const storage::VectorSet* set = snapshot.catalog().vectors(probe.set);
  if (set == nullptr)
    throw Error(ErrorCode::kInternal, "a plan speaks of embeddings that there are not");
  return *set;
}

}  // namespace

std::vector<double> direction_of(const storage::Snapshot& snapshot, const storage::VectorSet& set,
                                 uint64_t row) {
  const auto block = snapshot.vector_block(set.id, static_cast<uint32_t>(row / set.block_rows));
  if (!block) return {};
  return index::direction_components(*block, static_cast<uint32_t>(row % set.block_rows));
}

index::Probe make_probe(const storage::Snapshot& snapshot, const plan::Probe& probe) {
  const storage::VectorSet& set = set_of(snapshot, probe);
  std::vector<std::vector<double>> directions;
  for (const uint64_t row : probe.examples) {
    directions.push_back(direction_of(snapshot, set, row));
    if (directions.back().empty())
      throw Error(ErrorCode::kConstraint, "an example of " + probe.text + " has no direction");
  }
  // The vector itself, so that it is similar to itself by exactly 1.
  if (directions.size() == 1) return index::cosine_to(directions.front());
  return index::cosine_to(index::mean_direction(directions));
}

ExpressionNodePtr similarity_node(Evaluation& evaluation, const plan::Similarity& similarity,
                                  storage::TableId table) {
  const plan::Probe& probe = evaluation.plan().probes.at(similarity.probe);
  if (probe.table != table)
    throw Error(ErrorCode::kInternal, "a plan compares rows by the vectors of another table");
  return std::make_unique<SimilarityNode>(evaluation, evaluation.probe(similarity.probe),
                                          set_of(evaluation.snapshot(), probe));
}

}  // namespace cupel::exec
