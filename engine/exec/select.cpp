#include "engine/exec/select.hpp"

#include <algorithm>
#include <tuple>

#include "engine/exec/sort.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

/// The mixing function of splitmix64 (Steele, Lea, Flood 2014).
uint64_t mix(uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

uint64_t sample_hash(uint64_t seed, storage::TableId table, uint64_t row) noexcept {
  return mix(mix(mix(seed) ^ table) ^ row);
}

struct Sampled {
  uint64_t hash;
  size_t place;
  uint32_t row;
  friend bool operator<(const Sampled& a, const Sampled& b) {
    return std::tie(a.hash, a.place, a.row) < std::tie(b.hash, b.place, b.row);
  }
};

}  // namespace

ScanProgress::ScanProgress(const Context& context, uint64_t total_rows)
    : context_(context), total_(total_rows), next_(std::chrono::steady_clock::now()) {}

void ScanProgress::add(uint64_t rows) {
  done_ += rows;
  if (!context_.progress) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  context_.progress({"scan", done_, total_, "rows"});
}

Selection::Selection(Evaluation& evaluation) : evaluation_(evaluation) {
  const plan::Plan& plan = evaluation.plan();
  for (uint32_t a = 0; a < plan.arms.size(); ++a) {
    const plan::Arm& arm = plan.arms[a];
    for (uint32_t c = 0; c < evaluation.catalog().chunk_count(arm.table); ++c)
      places_.push_back({a, c});
    ArmWhere& where = arms_.emplace_back();
    if (!arm.where) continue;
    const auto* conditions = std::get_if<plan::And>(&arm.where->node);
    if (conditions != nullptr && plan.arms.size() == 1 && arm.table == storage::kItems) {
      begin_and(*conditions, arm, where);
    } else {
      where.where = evaluation.condition(*arm.where, arm.table);
    }
  }
  if (plan.sample) take_sample(*plan.sample);
}

/// Operands in front that need no objects run first, over all chunks: collections may then leave
/// out the objects of items that are no candidates any more.
void Selection::begin_and(const plan::And& conditions, const plan::Arm& arm, ArmWhere& out) {
  const auto& operands = conditions.operands;
  const auto first = std::find_if(operands.begin(), operands.end(),
                                  [](const auto& operand) { return uses_collections(*operand); });
  if (first == operands.begin() || first == operands.end()) {
    out.where = evaluation_.condition(*arm.where, arm.table);
    return;
  }
  const plan::Condition cheap{plan::And{{operands.begin(), first}}};
  const ConditionNodePtr node = evaluation_.condition(cheap, arm.table);
  auto items = std::make_shared<ItemSet>(evaluation_.item_count());
  out.begun.resize(places_.size());
  evaluation_.context().reserve(items->memory_bytes() * 2);
  in_order(
      evaluation_.context(), places_.size(),
      [&](size_t chunk) {
        const auto number = static_cast<uint32_t>(chunk);
        return node->run(number, evaluation_.snapshot().visible(arm.table, number));
      },
      [&](size_t chunk, Bitmap rows) {
        items->assign(chunk * evaluation_.catalog().chunk_rows, rows);
        out.begun[chunk] = std::move(rows);
      });
  evaluation_.only_items(std::move(items));
  const plan::Condition rest{plan::And{{first, operands.end()}}};
  out.where = evaluation_.condition(rest, arm.table);
}

Bitmap Selection::rows(size_t place) const {
  if (!sampled_.empty()) return sampled_[place];
  const Place& at = places_[place];
  const ArmWhere& arm = arms_[at.arm];
  Bitmap rows = arm.begun.empty() ? evaluation_.snapshot().visible(this->arm(at).table, at.chunk)
                                  : arm.begun[at.chunk];
  if (!arm.where || rows.none()) return rows;
  return arm.where->run(at.chunk, rows);
}

void Selection::take_sample(uint64_t size) {
  const Context& context = evaluation_.context();
  const plan::Plan& plan = evaluation_.plan();
  const uint64_t chunk_rows = evaluation_.catalog().chunk_rows;
  std::vector<Sampled> best;  // a heap, the largest in front
  std::vector<Bitmap> sampled;
  in_order(
      context, places_.size(), [&](size_t place) { return rows(place); },
      [&](size_t place, const Bitmap& rows) {
        const Place& at = places_[place];
        sampled.emplace_back(rows.size());
        context.reserve(rows.words().size_bytes());
        rows.for_each([&](uint32_t row) {
          const uint64_t ordinal = at.chunk * chunk_rows + row;
          const Sampled one{sample_hash(plan.seed, arm(at).table, ordinal), place, row};
          if (best.size() < size) {
            if (best.size() == best.capacity()) context.reserve((best.size() + 1) * sizeof(one));
            best.push_back(one);
            std::push_heap(best.begin(), best.end());
          } else if (size > 0 && one < best.front()) {
            std::pop_heap(best.begin(), best.end());
            best.back() = one;
            std::push_heap(best.begin(), best.end());
          }
        });
      });
  for (const Sampled& one : best) sampled[one.place].set(one.row);
  sampled_ = std::move(sampled);
}

namespace {

RowSet empty_set(const Evaluation& evaluation) {
  RowSet set;
  for (const plan::Arm& arm : evaluation.plan().arms) {
    RowSet::TableRows& table = set.tables.emplace_back();
    table.table = arm.table;
    const uint32_t chunks = evaluation.catalog().chunk_count(arm.table);
    for (uint32_t c = 0; c < chunks; ++c)
      table.chunks.emplace_back(evaluation.snapshot().rows_in_chunk(arm.table, c));
  }
  return set;
}

/// Takes the bits out that lie before `offset` and after `limit` of the rows in table order.
Bitmap cut(const Bitmap& rows, uint64_t& offset, uint64_t& limit) {
  Bitmap out(rows.size());
  rows.for_each([&](uint32_t row) {
    if (offset > 0) {
      --offset;
    } else if (limit > 0) {
      --limit;
      out.set(row);
    }
  });
  return out;
}

}  // namespace

RowSet select_rows(const plan::Plan& plan, const Context& context) {
  Evaluation evaluation(plan, context);
  const Selection selection(evaluation);
  RowSet set = empty_set(evaluation);
  if (!plan.descending.empty() && (plan.limit || plan.offset > 0)) {
    for (const RowAt& at : sorted_rows(selection)) set.tables[at.arm].chunks[at.chunk].set(at.row);
    return set;
  }
  uint64_t offset = plan.offset;
  uint64_t limit = plan.limit.value_or(~uint64_t{0});
  const bool all = offset == 0 && !plan.limit;
  const auto& places = selection.places();
  in_order(
      context, places.size(), [&](size_t place) { return selection.rows(place); },
      [&](size_t place, Bitmap rows) {
        const Place& at = places[place];
        set.tables[at.arm].chunks[at.chunk] = all ? std::move(rows) : cut(rows, offset, limit);
      });
  return set;
}

}  // namespace cupel::exec
