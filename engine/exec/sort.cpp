#include "engine/exec/sort.hpp"

#include <algorithm>
#include <bit>

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

  /// Those of the rows of a place whose first key's prefix is at most `bound`.
  Keyed read(size_t place, const storage::Bitmap& selected, uint64_t bound) const {
    const Place& at = selection_.places()[place];
    const auto& descending = selection_.evaluation().plan().descending;
    std::vector<uint32_t> rows = rows_of(selected);
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

/// What a row has to fulfil to be among the best.
struct Bound {
  uint64_t prefix = kNoBound;
  ConditionNodePtr test;  ///< on the array of the first key, where that is one column; or null
};

/// The first order key, where it is one column of numbers: then its array can be compared as it is.
const plan::ExpressionPtr* numeric_key(const plan::Plan& plan, const storage::Catalog& catalog) {
  if (plan.arms.size() != 1) return nullptr;
  const plan::ExpressionPtr& key = plan.arms.front().order.front();
  if (std::holds_alternative<plan::Count>(key->node)) return &key;
  const auto* field = std::get_if<plan::Field>(&key->node);
  if (field == nullptr || field->columns.size() != 1) return nullptr;
  const Type type = catalog.column(field->columns.front()).type;
  return type == Type::kInt64 || type == Type::kFloat64 ? &key : nullptr;
}

/// The bound that the best `wanted` rows set to all others.
Bound bound_by(const Keyed& best, uint64_t wanted, Evaluation& evaluation) {
  Bound bound{bound_of(best, wanted), nullptr};
  const plan::Plan& plan = evaluation.plan();
  const plan::ExpressionPtr* key = numeric_key(plan, evaluation.catalog());
  if (bound.prefix == kNoBound || key == nullptr) return bound;
  const Vector& values = best.keys.keys.front();
  const bool descending = plan.descending.front();
  size_t worst = 0;
  for (size_t i = 0; i < values.size; ++i) {
    if (!values.present(i)) return bound;
    const int order = sort_compare_rows(values, i, values, worst);
    if (descending ? order < 0 : order > 0) worst = i;
  }
  const plan::CompareConstant test{
      *key, descending ? plan::CompareOp::kGreaterEqual : plan::CompareOp::kLessEqual,
      values.value(worst)};
  bound.test = evaluation.condition(plan::Condition{test}, plan.arms.front().table);
  return bound;
}

/// At least the first so many rows, or all: whole words of them.
storage::Bitmap first_rows(const storage::Bitmap& rows, uint64_t least) {
  storage::Bitmap out(rows.size());
  uint64_t taken = 0;
  for (size_t word = 0; word < rows.words().size() && taken < least; ++word) {
    out.words()[word] = rows.words()[word];
    taken += storage::count_bits(rows.words()[word]);
  }
  return out;
}

/// Finds the first `wanted` rows in the order of the plan's keys. What is kept is what may still
/// be among them, judged by the best so far; the best of a few rows at first.
class TopRows {
 public:
  TopRows(const Selection& selection, uint64_t wanted)
      : selection_(selection), wanted_(wanted), reader_(selection) {}

  Keyed run() {
    const Context& context = evaluation().context();
    const size_t places = selection_.places().size();
    if (places == 0) return {};
    first_ = selection_.rows(0);
    begin();
    ScanProgress progress(context, places * evaluation().catalog().chunk_rows);
    const size_t wave = wave_size(context);
    for (size_t begin = 0; begin < places; begin += wave) {
      in_order(
          context, std::min(wave, places - begin), [&](size_t i) { return read(begin + i); },
          [&](size_t, Keyed keyed) {
            append(best_, std::move(keyed));
            progress.add(evaluation().catalog().chunk_rows);
          });
      const bool many = best_.rows.size() >= wanted_ * 2;
      if (many) shrink(best_, wanted_, evaluation());
      if (many || best_.rows.size() == wanted_) bound_ = bound_by(best_, wanted_, evaluation());
    }
    return std::move(best_);
  }

 private:
  Evaluation& evaluation() const { return selection_.evaluation(); }

  void begin() {
    constexpr uint64_t kFirstRows = 2048;
    const uint64_t few_rows = std::max(kFirstRows, wanted_ * 4);
    if (first_.count() <= few_rows) return;
    Keyed few = reader_.read(0, first_rows(first_, few_rows), kNoBound);
    shrink(few, wanted_, evaluation());
    bound_ = bound_by(few, wanted_, evaluation());
  }

  Keyed read(size_t place) const {
    storage::Bitmap rows = place == 0 ? first_ : selection_.rows(place);
    if (bound_.test) rows = bound_.test->run(selection_.places()[place].chunk, rows);
    Keyed keyed = reader_.read(place, rows, bound_.prefix);
    shrink(keyed, wanted_, evaluation());
    return keyed;
  }

  const Selection& selection_;
  uint64_t wanted_;
  KeyReader reader_;
  storage::Bitmap first_;  ///< the rows of the first place
  Bound bound_;            ///< changes between waves only, so that threads may read it
  Keyed best_;
};

Keyed all_rows(const Selection& selection) {
  const Context& context = selection.evaluation().context();
  const uint64_t chunk_rows = selection.evaluation().catalog().chunk_rows;
  const KeyReader reader(selection);
  Keyed all;
  ScanProgress progress(context, selection.places().size() * chunk_rows);
  in_order(
      context, selection.places().size(),
      [&](size_t place) { return reader.read(place, selection.rows(place), kNoBound); },
      [&](size_t, Keyed keyed) {
        context.reserve(keyed.keys.memory_bytes() + keyed.rows.size() * kRowBytes);
        append(all, std::move(keyed));
        progress.add(chunk_rows);
      });
  return all;
}

}  // namespace

std::vector<RowAt> sorted_rows(const Selection& selection) {
  const Evaluation& evaluation = selection.evaluation();
  const plan::Plan& plan = evaluation.plan();
  const uint64_t limit = plan.limit.value_or(kNoBound);
  const uint64_t wanted = limit > kNoBound - plan.offset ? kNoBound : plan.offset + limit;
  if (wanted == 0) return {};
  if (const std::optional<uint32_t> probe = plan::searched_probe(plan))
    return nearest_rows(selection, *probe, wanted);
  const Keyed found =
      wanted <= plan::kMostFoundRows ? TopRows(selection, wanted).run() : all_rows(selection);
  std::vector<uint32_t> order =
      sorted_order(found.keys, plan.descending, wanted, evaluation.context());
  order.erase(order.begin(), order.begin() + static_cast<ptrdiff_t>(
                                                 std::min<uint64_t>(plan.offset, order.size())));
  return pick(found.rows, order);
}

}  // namespace cupel::exec
