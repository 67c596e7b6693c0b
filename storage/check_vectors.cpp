#include "storage/check_vectors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/findings.hpp"

namespace cupel::storage {
namespace {

class VectorChecker : private Findings {
 public:
  VectorChecker(const Dataset& dataset, const Snapshot& view) : dataset_(dataset), view_(view) {}

  std::vector<Finding> run() {
    guarded([&] { check_keys(); });
    for (const auto& [key, set] : catalog().vector_sets()) check_set(set);
    return take();
  }

 private:
  const Catalog& catalog() const { return view_.catalog(); }

  void check_keys() {
    dataset_.for_each_block([&](uint32_t id, uint32_t block, uint64_t) {
      const VectorSet* set = catalog().vectors(id);
      if (set == nullptr) {
        report(fmt::format("block {} belongs to vector set number {}, which does not exist", block,
                           id));
      } else if (block >= block_count(catalog(), *set)) {
        report(fmt::format("block {} of the {} '{}' lies past the rows of its table", block,
                           to_string(set->use), set->name));
      }
    });
  }

  void check_set(const VectorSet& set) {
    uint64_t vectors = 0;
    bool whole = true;
    for (uint32_t number = 0; number < block_count(catalog(), set); ++number) {
      bool read = false;
      guarded([&] {
        const VectorBlockPtr block = view_.vector_block(set.id, number);
        if (block) check_rows(set, number, *block);
        vectors += block ? block->vectors() : 0;
        read = true;
      });
      whole = whole && read;
    }
    if (whole && vectors != set.vectors)
      report(fmt::format("the {} '{}' have {} vectors, {} are counted", to_string(set.use),
                         set.name, vectors, set.vectors));
  }

  void check_rows(const VectorSet& set, uint32_t number, const VectorBlock& block) {
    const uint64_t first = uint64_t{number} * set.block_rows;
    const uint64_t rows = catalog().row_count(set.table) - first;
    if (block.rows > rows)
      report(fmt::format("block {} of the {} '{}' has {} rows, its table has {}", number,
                         to_string(set.use), set.name, block.rows,
                         std::min<uint64_t>(rows, set.block_rows)));
  }

  const Dataset& dataset_;
  const Snapshot& view_;
};

}  // namespace

std::vector<Finding> check_vectors(const Dataset& dataset, const Snapshot& view) {
  return VectorChecker(dataset, view).run();
}

}  // namespace cupel::storage
