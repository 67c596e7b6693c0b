#include "engine/exec/search.hpp"

#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/waves.hpp"
#include "engine/plan/search.hpp"
#include "index/clusters.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

/// The selected rows of the one table, as a bitmap over all of its rows.
Bitmap selected_rows(const Selection& selection, uint64_t table_rows) {
  const Evaluation& evaluation = selection.evaluation();
  ItemSet rows(table_rows);
  evaluation.context().reserve(rows.memory_bytes() * 2);
  const uint64_t chunk_rows = evaluation.catalog().chunk_rows;
  ScanProgress progress(evaluation.context(), selection.places().size() * chunk_rows);
  in_order(
      evaluation.context(), selection.places().size(),
      [&](size_t place) { return selection.rows(place); },
      [&](size_t place, const Bitmap& found) {
        rows.assign(selection.places()[place].chunk * chunk_rows, found);
        progress.add(chunk_rows);
      });
  return rows.chunk(0, static_cast<uint32_t>(table_rows));
}

/// One search among selected rows.
class Search {
 public:
  Search(Evaluation& evaluation, uint32_t probe)
      : evaluation_(evaluation),
        number_(probe),
        set_(*evaluation.catalog().vectors(evaluation.plan().probes[probe].set)),
        vectors_(vector_rows(evaluation.context().snapshot, set_)) {}

  uint64_t rows() const { return vectors_.rows; }

  std::vector<index::Hit> run(const Bitmap& among, uint64_t wanted) const {
    const Context& context = evaluation_.context();
    const index::Probe& probe = evaluation_.probe(number_);
    const uint64_t selected = among.count();
    const Bitmap* only = selected == vectors_.rows ? nullptr : &among;
    const auto k = static_cast<size_t>(std::min(wanted, selected));
    context.reserve(k * 2 * sizeof(index::Hit));
    if (const auto clusters = lists(selected)) {
      index::ApproximateHits found = index::nearest_approximate(
          vectors_, *clusters, probe, k, plan::wanted_recall(set_.vectors), only, running(context));
      context.search = SearchReport{found.exact, found.expected_recall, found.compared};
      return std::move(found.hits);
    }
    context.search = SearchReport{true, 1, selected};
    return index::nearest(vectors_, probe, k, only, running(context));
  }

 private:
  /// The lists to look into; null: compare all.
  std::shared_ptr<const index::Clusters> lists(uint64_t selected) const {
    const Context& context = evaluation_.context();
    if (!context.clusters || selected < plan::kFewestRowsForLists ||
        !plan::may_approximate(evaluation_.plan(), number_, evaluation_.catalog()))
      return nullptr;
    auto clusters = context.clusters(set_, context);
    const bool fits =
        clusters && clusters->width == vectors_.width && clusters->rows <= vectors_.rows;
    return fits ? clusters : nullptr;
  }

  Evaluation& evaluation_;
  uint32_t number_;
  const storage::VectorSet& set_;
  index::VectorRows vectors_;
};

}  // namespace

std::vector<RowAt> nearest_rows(const Selection& selection, uint32_t probe, uint64_t wanted) {
  Evaluation& evaluation = selection.evaluation();
  const Search search(evaluation, probe);
  Bitmap among = selected_rows(selection, search.rows());
  std::vector<uint64_t> order;
  for (const index::Hit& hit : search.run(among, wanted)) order.push_back(hit.row);
  if (order.size() < wanted) {  // every row with a similarity is there
    for (const uint64_t row : order) among.reset(static_cast<uint32_t>(row));
    index::for_each_bit(among, 0, among.size(), [&](uint64_t row) {
      if (order.size() < wanted) order.push_back(row);
    });
  }
  const uint64_t chunk_rows = evaluation.catalog().chunk_rows;
  std::vector<RowAt> found;
  for (uint64_t i = evaluation.plan().offset; i < order.size(); ++i)
    found.push_back({0, static_cast<uint32_t>(order[i] / chunk_rows),
                     static_cast<uint32_t>(order[i] % chunk_rows)});
  return found;
}

}  // namespace cupel::exec
