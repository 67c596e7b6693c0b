#include "engine/exec/groups.hpp"

#include <algorithm>
#include <numeric>

#include "cupel/error.hpp"
#include "engine/exec/groups_counted.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

/// The positions of set bits of `kept` within the rows.
std::vector<uint32_t> positions(const std::vector<uint32_t>& rows, const Bitmap& kept) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < rows.size(); ++i)
    if (kept.test(rows[i])) out.push_back(i);
  return out;
}

std::vector<uint32_t> picked(const std::vector<uint32_t>& from, std::span<const uint32_t> order) {
  std::vector<uint32_t> out;
  out.reserve(order.size());
  for (const uint32_t i : order) out.push_back(from[i]);
  return out;
}

std::string_view name_of(plan::Aggregation aggregation) {
  switch (aggregation) {
    case plan::Aggregation::kCount: return "count";
    case plan::Aggregation::kSum: return "sum";
    case plan::Aggregation::kAvg: return "avg";
    case plan::Aggregation::kMin: return "min";
    case plan::Aggregation::kMax: return "max";
  }
  return "aggregate";
}

}  // namespace

Groups::Groups(const Selection& selection)
    : selection_(selection), plan_(selection.evaluation().plan()) {
  make_arms();
  for (size_t i = 0; i < plan_.aggregates.size(); ++i) {
    std::string what(name_of(plan_.aggregates[i]));
    const bool known = !plan_.arms.empty() && i < plan_.arms.front().arguments.size();
    const plan::ExpressionPtr argument = known ? plan_.arms.front().arguments[i] : nullptr;
    if (argument != nullptr) what += "(" + plan::print(*argument, plan_) + ")";
    aggregates_.emplace_back(plan_.aggregates[i], std::move(what));
  }
  const Context& context = selection.evaluation().context();
  const uint64_t chunk_rows = selection.evaluation().catalog().chunk_rows;
  ScanProgress progress(context, selection.places().size() * chunk_rows);
  if (!plan_.has_keys) {
    size_ = 1;
    for (Aggregate& aggregate : aggregates_) aggregate.resize(1);
  }
  if (const auto counted = counted_labels(selection)) {
    take(*counted);
    return;
  }
  in_order(
      context, selection.places().size(), [&](size_t place) { return read(place); },
      [&](size_t, Part part) {
        merge(std::move(part));
        progress.add(chunk_rows);
      });
}

/// Rows are read until each label has been met, for the order of the groups.
void Groups::take(const std::map<std::string, uint64_t>& counted) {
  for (size_t place = 0; size_ < counted.size(); ++place) {
    if (place == selection_.places().size())
      throw Error(ErrorCode::kCorruption,
                  "the counts of labels do not agree with the objects; `cupel check` says more");
    Part part = read(place);
    for (Partial& partial : part.partials) partial.counts.assign(part.groups, 0);
    merge(std::move(part));
  }
  for (uint32_t group = 0; group < size_; ++group) {
    const auto known = counted.find(key_ids_[0].distinct().value(tuple_keys_[0][group]).as_text());
    for (Aggregate& aggregate : aggregates_)
      if (known != counted.end()) aggregate.add_count(group, known->second);
  }
}

void Groups::make_arms() {
  Evaluation& evaluation = selection_.evaluation();
  needs_rows_ = plan_.has_keys;
  for (const plan::Arm& from : plan_.arms) {
    Arm& arm = arms_.emplace_back();
    for (const plan::ExpressionPtr& key : from.keys)
      arm.keys.push_back(evaluation.expression(*key, from.table));
    arm.arguments.resize(plan_.aggregates.size());
    arm.filters.resize(plan_.aggregates.size());
    for (size_t i = 0; i < plan_.aggregates.size(); ++i) {
      if (i < from.arguments.size() && from.arguments[i])
        arm.arguments[i] = evaluation.expression(*from.arguments[i], from.table);
      if (i < from.filters.size() && from.filters[i])
        arm.filters[i] = evaluation.condition(*from.filters[i], from.table);
      needs_rows_ = needs_rows_ || arm.arguments[i] != nullptr;
    }
  }
  key_ids_.resize(plan_.arms.empty() ? 0 : plan_.arms.front().keys.size());
  tuple_keys_.resize(key_ids_.size());
}

Groups::Part Groups::read(size_t number) const {
  const Place& place = selection_.places()[number];
  const Arm& arm = arms_[place.arm];
  const Bitmap selected = selection_.rows(number);
  Part part;
  part.rows = selected.count();
  if (part.rows == 0) return part;
  part.groups = 1;
  if (!needs_rows_) return add_aggregates(place, selected, {}, {}, std::move(part));
  const std::vector<uint32_t> rows = rows_of(selected);
  Cells cells(rows);
  const bool few_values = std::all_of(arm.keys.begin(), arm.keys.end(), [&](const auto& key) {
    return key->add_to(cells, place.chunk);
  });
  if (few_values) return read_cells(place, cells, selected, rows, std::move(part));
  std::vector<KeyIds> keys(arm.keys.size());
  std::vector<std::vector<uint32_t>> ids;
  for (size_t k = 0; k < keys.size(); ++k)
    ids.push_back(keys[k].ids(arm.keys[k]->run(place.chunk, rows)));
  TupleIds tuples;
  const std::vector<uint32_t> groups = tuples.ids(ids, rows.size());
  part.groups = tuples.new_rows().size();
  for (size_t k = 0; k < keys.size(); ++k)
    part.keys.push_back(keys[k].distinct().gather(picked(ids[k], tuples.new_rows())));
  part.sources = std::move(keys);
  return add_aggregates(place, selected, rows, groups, std::move(part));
}

/// Groups are the cells that are not empty; the values of a key are those of their first rows.
Groups::Part Groups::read_cells(const Place& place, Cells& cells, const Bitmap& selected,
                                const std::vector<uint32_t>& rows, Part part) const {
  const Arm& arm = arms_[place.arm];
  cells.count();
  part.groups = cells.groups();
  for (const ExpressionNodePtr& key : arm.keys)
    part.keys.push_back(key->run(place.chunk, cells.first_rows()));
  const auto counts_rows = [&](size_t i) {
    return plan_.aggregates[i] == plan::Aggregation::kCount && !arm.arguments[i] && !arm.filters[i];
  };
  std::vector<uint32_t> groups;
  for (size_t i = 0; i < plan_.aggregates.size(); ++i) {
    if (counts_rows(i)) {
      part.partials.emplace_back().counts = cells.counts();
      continue;
    }
    if (groups.empty()) groups = cells.groups_of_rows();
    part.partials.push_back(read_aggregate(place, i, selected, rows, groups, part.groups));
  }
  return part;
}

Groups::Part Groups::add_aggregates(const Place& place, const Bitmap& selected,
                                    const std::vector<uint32_t>& rows,
                                    const std::vector<uint32_t>& groups, Part part) const {
  for (size_t i = 0; i < plan_.aggregates.size(); ++i)
    part.partials.push_back(read_aggregate(place, i, selected, rows, groups, part.groups));
  return part;
}

Partial Groups::read_aggregate(const Place& place, size_t index, const Bitmap& selected,
                               const std::vector<uint32_t>& rows,
                               const std::vector<uint32_t>& groups, size_t group_count) const {
  const Arm& arm = arms_[place.arm];
  const ConditionNode* filter = arm.filters[index].get();
  if (!needs_rows_) {
    Partial partial;
    partial.counts.push_back(filter == nullptr ? selected.count()
                                               : filter->run(place.chunk, selected).count());
    return partial;
  }
  if (filter == nullptr) return read_values(place, index, rows, groups, group_count);
  const std::vector<uint32_t> kept = positions(rows, filter->run(place.chunk, selected));
  return read_values(place, index, picked(rows, kept), picked(groups, kept), group_count);
}

/// A few rows at a time, so that their values stay near the processor.
Partial Groups::read_values(const Place& place, size_t index, std::span<const uint32_t> rows,
                            std::span<const uint32_t> groups, size_t group_count) const {
  constexpr size_t kBlock = 4096;
  const ExpressionNode* argument = arms_[place.arm].arguments[index].get();
  Partial partial;
  if (argument != nullptr) {
    const auto [chunk, missing_is_zero] = argument->column_values(place.chunk);
    if (chunk && add_column(plan_.aggregates[index], *chunk, missing_is_zero, rows, groups,
                            group_count, partial))
      return partial;
  }
  for (size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const size_t size = std::min(kBlock, rows.size() - begin);
    Vector values;
    if (argument != nullptr) values = argument->run(place.chunk, rows.subspan(begin, size));
    add_rows(plan_.aggregates[index], groups.subspan(begin, size), group_count,
             argument == nullptr ? nullptr : &values, partial);
  }
  return partial;
}

void Groups::merge(Part part) {
  if (part.rows == 0) return;
  std::vector<std::vector<uint32_t>> ids;
  for (size_t k = 0; k < part.keys.size(); ++k)
    ids.push_back(key_ids_[k].ids(std::move(part.keys[k])));
  std::vector<uint32_t> to(part.groups, 0);
  if (plan_.has_keys) {
    to = tuples_.ids(ids, part.groups);
    for (const uint32_t row : tuples_.new_rows())
      for (size_t k = 0; k < ids.size(); ++k) tuple_keys_[k].push_back(ids[k][row]);
    const size_t added = tuples_.new_rows().size();
    size_ += added;
    size_t bytes = 0;
    for (const Aggregate& aggregate : aggregates_) bytes += aggregate.bytes_per_group();
    constexpr size_t kKeyBytes = 128;
    selection_.evaluation().context().reserve(added * (bytes + ids.size() * kKeyBytes));
    for (Aggregate& aggregate : aggregates_) aggregate.resize(size_);
  }
  for (size_t i = 0; i < aggregates_.size(); ++i) aggregates_[i].merge(part.partials[i], to);
}

std::vector<Value> Groups::slots(size_t group) const {
  std::vector<Value> out;
  for (size_t k = 0; k < tuple_keys_.size() && plan_.has_keys; ++k)
    out.push_back(key_ids_[k].distinct().value(tuple_keys_[k][group]));
  for (const Aggregate& aggregate : aggregates_) out.push_back(aggregate.value(group));
  return out;
}

}  // namespace cupel::exec
