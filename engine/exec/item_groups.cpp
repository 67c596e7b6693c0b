#include "engine/exec/item_groups.hpp"

#include <algorithm>
#include <numeric>

#include "engine/exec/groups_keys.hpp"
#include "engine/exec/select.hpp"
#include "engine/exec/waves.hpp"

namespace cupel::exec {
namespace {

/// The chosen rows of one chunk with their keys.
struct Part {
  storage::Bitmap rows;
  std::vector<Vector> keys;
};

bool before(const std::vector<Value>& a, const std::vector<Value>& b) {
  for (size_t k = 0; k < a.size(); ++k) {
    const int order = sort_compare(a[k], b[k]);
    if (order != 0) return order < 0;
  }
  return false;
}

/// Puts the groups into the order of their keys.
void sort_groups(ItemGroups& groups) {
  std::vector<uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return before(groups.keys[a], groups.keys[b]); });
  std::vector<uint32_t> place(order.size());
  std::vector<std::vector<Value>> keys;
  std::vector<uint64_t> sizes;
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    keys.push_back(std::move(groups.keys[order[i]]));
    sizes.push_back(groups.sizes[order[i]]);
  }
  groups.keys = std::move(keys);
  groups.sizes = std::move(sizes);
  for (uint32_t& group : groups.group)
    if (group != ItemGroups::kNoGroup) group = place[group];
}

}  // namespace

ItemGroups group_items(const plan::Plan& plan, const Context& context) {
  Evaluation evaluation(plan, context);
  const Selection selection(evaluation);
  const plan::Arm& arm = evaluation.plan().arms.front();
  std::vector<ExpressionNodePtr> nodes;
  for (const plan::ExpressionPtr& key : arm.outputs)
    nodes.push_back(evaluation.expression(*key, arm.table));
  const uint64_t items = evaluation.item_count();
  ItemGroups groups;
  groups.items = ItemSet(items);
  if (nodes.empty()) {
    groups.keys.emplace_back();
    groups.sizes.push_back(0);
  } else {
    context.reserve(items * sizeof(uint32_t));
    groups.group.assign(items, ItemGroups::kNoGroup);
  }
  std::vector<KeyIds> ids(nodes.size());
  TupleIds tuples;
  const uint64_t chunk_rows = evaluation.catalog().chunk_rows;
  const auto read = [&](size_t place) {
    Part part{selection.rows(place), {}};
    const std::vector<uint32_t> rows = rows_of(part.rows);
    for (const ExpressionNodePtr& node : nodes)
      part.keys.push_back(node->run(selection.places()[place].chunk, rows));
    return part;
  };
  in_order(context, selection.places().size(), read, [&](size_t place, Part part) {
    const uint64_t first = uint64_t{selection.places()[place].chunk} * chunk_rows;
    groups.items.assign(first, part.rows);
    const std::vector<uint32_t> rows = rows_of(part.rows);
    if (nodes.empty()) {
      groups.sizes[0] += rows.size();
      return;
    }
    std::vector<std::vector<uint32_t>> columns;
    for (size_t k = 0; k < nodes.size(); ++k)
      columns.push_back(ids[k].ids(std::move(part.keys[k])));
    const std::vector<uint32_t> found = tuples.ids(columns, rows.size());
    for (const uint32_t row : tuples.new_rows()) {
      std::vector<Value>& key = groups.keys.emplace_back();
      for (size_t k = 0; k < nodes.size(); ++k)
        key.push_back(ids[k].distinct().value(columns[k][row]));
    }
    groups.sizes.resize(groups.keys.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      groups.group[first + rows[i]] = found[i];
      ++groups.sizes[found[i]];
    }
  });
  sort_groups(groups);
  return groups;
}

}  // namespace cupel::exec
