#include "engine/exec/sort.hpp"

#include <algorithm>

#include "engine/exec/search.hpp"
#include "engine/exec/sort_keys.hpp"
#include "engine/exec/waves.hpp"
#include "engine/plan/search.hpp"

namespace cupel::exec {
namespace {

/// What a row takes besides its keys: its place, and its entry in the sort.
constexpr size_t kRowBytes = sizeof(RowAt) + 16;
constexpr uint64_t kNoBound = ~uint64_t{0};

/// Rows with their keys.
struct Keyed {
  std::vector<RowAt> rows;
  SortKeys keys;
};

/// The order keys of the arms, ready to run.
class KeyReader {
 public:
  explicit KeyReader(const Selection& selection) : selection_(selection) {
    Evaluation& evaluation = selection.evaluation();
    for (const plan::Arm& arm : evaluation.plan().arms) {
      std::vector<ExpressionNodePtr>& keys = arms_.emplace_back();
      for (const plan::ExpressionPtr& key : arm.order)
        keys.push_back(evaluation.expression(*key, arm.table));
    }
  }

  /// The selected rows of a chunk whose first key's prefix is at most `bound`.
  Keyed read(size_t place, uint64_t bound) const {
    const Place& at = selection_.places()[place];
    const auto& descending = selection_.evaluation().plan().descending;
    std::vector<uint32_t> rows = rows_of(selection_.rows(place));
    Keyed out;
    if (rows.empty()) return out;
    const auto& nodes = arms_[at.arm];
    Vector first = nodes.front()->run(at.chunk, rows);
    out.keys.prefixes = sort_prefixes(first, descending.front());
    if (bound != kNoBound) {
      std::vector<uint32_t> kept;
      for (uint32_t i = 0; i < rows.size(); ++i)
        if (out.keys.prefixes[i] <= bound) kept.push_back(i);
      if (kept.empty()) return {};
      if (kept.size() < rows.size()) keep(kept, rows, out.keys.prefixes, first);
    }
    out.keys.keys.push_back(std::move(first));
    for (size_t k = 1; k < nodes.size(); ++k)
      out.keys.keys.push_back(nodes[k]->run(at.chunk, rows));
    out.rows.reserve(rows.size());
    for (const uint32_t row : rows) out.rows.push_back({at.arm, at.chunk, row});
    return out;
  }

 private:
  static void keep(const std::vector<uint32_t>& kept, std::vector<uint32_t>& rows,
                   std::vector<uint64_t>& prefixes, Vector& first) {
    for (size_t i = 0; i < kept.size(); ++i) {
      rows[i] = rows[kept[i]];
      prefixes[i] = prefixes[kept[i]];
    }
    rows.resize(kept.size());
    prefixes.resize(kept.size());
    first = first.gather(kept);
  }

  const Selection& selection_;
  std::vector<std::vector<ExpressionNodePtr>> arms_;
};

void append(Keyed& to, Keyed from) {
  to.rows.insert(to.rows.end(), from.rows.begin(), from.rows.end());
  to.keys.append(std::move(from.keys));
}

std::vector<RowAt> pick(const std::vector<RowAt>& rows, std::span<const uint32_t> order) {
  std::vector<RowAt> out;
  out.reserve(order.size());
  for (const uint32_t i : order) out.push_back(rows[i]);
  return out;
}

/// Leaves the best `wanted` of the rows, in table order.
void shrink(Keyed& rows, uint64_t wanted, const Evaluation& evaluation) {
  if (rows.rows.size() <= wanted) return;
  std::vector<uint32_t> order =
      sorted_order(rows.keys, evaluation.plan().descending, wanted, evaluation.context());
  std::sort(order.begin(), order.end());
  rows.rows = pick(rows.rows, order);
  rows.keys = rows.keys.gather(order);
}

uint64_t bound_of(const Keyed& rows, uint64_t wanted) {
  if (rows.rows.size() < wanted) return kNoBound;
  return *std::max_element(rows.keys.prefixes.begin(), rows.keys.prefixes.end());
}

}  // namespace

std::vector<RowAt> sorted_rows(const Selection& selection) {
  const Evaluation& evaluation = selection.evaluation();
  const Context& context = evaluation.context();
  const plan::Plan& plan = evaluation.plan();
  const uint64_t limit = plan.limit.value_or(kNoBound);
  const uint64_t wanted = limit > kNoBound - plan.offset ? kNoBound : plan.offset + limit;
  if (wanted == 0) return {};
  if (const std::optional<uint32_t> probe = plan::searched_probe(plan))
    return nearest_rows(selection, *probe, wanted);
  const bool top = wanted <= plan::kMostFoundRows;

  const KeyReader reader(selection);
  Keyed all;
  uint64_t bound = kNoBound;  // changes between waves only, so that threads may read it
  ScanProgress progress(context, selection.places().size() * evaluation.catalog().chunk_rows);
  const size_t wave = wave_size(context);
  const size_t places = selection.places().size();
  for (size_t begin = 0; begin < places; begin += wave) {
    in_order(
        context, std::min(wave, places - begin),
        [&](size_t i) {
          Keyed keyed = reader.read(begin + i, bound);
          if (top) shrink(keyed, wanted, evaluation);
          return keyed;
        },
        [&](size_t, Keyed keyed) {
          if (!top) context.reserve(keyed.keys.memory_bytes() + keyed.rows.size() * kRowBytes);
          append(all, std::move(keyed));
          progress.add(evaluation.catalog().chunk_rows);
        });
    if (top && all.rows.size() >= wanted * 2) shrink(all, wanted, evaluation);
    if (top && all.rows.size() == wanted) bound = bound_of(all, wanted);
  }
  std::vector<uint32_t> order = sorted_order(all.keys, plan.descending, wanted, context);
  order.erase(order.begin(), order.begin() + static_cast<ptrdiff_t>(
                                                 std::min<uint64_t>(plan.offset, order.size())));
  return pick(all.rows, order);
}

}  // namespace cupel::exec
