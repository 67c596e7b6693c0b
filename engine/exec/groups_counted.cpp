#include "engine/exec/groups_counted.hpp"

#include <bit>
#include <type_traits>

#include "engine/exec/waves.hpp"
#include "storage/count_names.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;

/// The condition on items that a plan's objects are chosen by; null: none. Nothing where the plan
/// is no distribution of labels.
std::optional<plan::ConditionPtr> item_condition(const plan::Plan& plan,
                                                 const storage::Catalog& catalog) {
  if (plan.arms.size() != 1 || plan.sample) return std::nullopt;
  const plan::Arm& arm = plan.arms.front();
  if (arm.table == storage::kItems || arm.keys.size() != 1) return std::nullopt;
  const auto* key = std::get_if<plan::Field>(&arm.keys.front()->node);
  if (key == nullptr || key->columns.size() != 1) return std::nullopt;
  const storage::Column& column = catalog.column(key->columns.front());
  if (column.table != arm.table || column.name != "label") return std::nullopt;
  for (size_t i = 0; i < plan.aggregates.size(); ++i) {
    if (plan.aggregates[i] != plan::Aggregation::kCount) return std::nullopt;
    if (i < arm.arguments.size() && arm.arguments[i] != nullptr) return std::nullopt;
    if (i < arm.filters.size() && arm.filters[i] != nullptr) return std::nullopt;
  }
  if (!arm.where) return nullptr;
  const auto* on_item = std::get_if<plan::OnItem>(&arm.where->node);
  if (on_item == nullptr) return std::nullopt;
  return on_item->condition;
}

template <typename T>
uint64_t sum_of(const std::vector<T>& counts, const Bitmap& rows) {
  uint64_t sum = 0;
  const auto words = rows.words();
  for (size_t w = 0; w < words.size() && w * 64 < counts.size(); ++w) {
    const T* of_word = counts.data() + w * 64;
    if (words[w] == ~uint64_t{0} && (w + 1) * 64 <= counts.size()) {
      for (size_t i = 0; i < 64; ++i) sum += static_cast<uint64_t>(of_word[i]);
      continue;
    }
    for (uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(bits));
      if (w * 64 + i < counts.size()) sum += static_cast<uint64_t>(of_word[i]);
    }
  }
  return sum;
}

/// Sum of a chunk of a count column. A missing row holds 0.
uint64_t sum_of(const storage::Chunk& chunk, const Bitmap& rows) {
  return std::visit(
      [&](const auto& array) -> uint64_t {
        using Array = std::decay_t<decltype(array)>;
        if constexpr (!std::is_same_v<Array, storage::PlainText>) {
          if constexpr (std::is_integral_v<typename Array::value_type>) return sum_of(array, rows);
        }
        return 0;
      },
      chunk.values);
}

}  // namespace

std::optional<std::map<std::string, uint64_t>> counted_labels(const Selection& selection) {
  Evaluation& evaluation = selection.evaluation();
  const storage::Catalog& catalog = evaluation.catalog();
  const auto condition = item_condition(evaluation.plan(), catalog);
  if (!condition) return std::nullopt;
  const ItemSet* items = *condition ? &evaluation.items_where(*condition) : nullptr;
  const std::vector<storage::CountedLabel> labels =
      storage::counted_labels(catalog, evaluation.plan().arms.front().table);

  std::vector<uint64_t> counts(labels.size(), 0);
  in_order(
      evaluation.context(), catalog.chunk_count(storage::kItems),
      [&](size_t number) {
        const auto chunk = static_cast<uint32_t>(number);
        const Bitmap visible = evaluation.snapshot().visible(storage::kItems, chunk);
        const Bitmap rows =
            items == nullptr ? visible
                             : items->chunk(uint64_t{chunk} * catalog.chunk_rows, visible.size());
        std::vector<uint64_t> sums(labels.size(), 0);
        for (size_t i = 0; i < labels.size() && rows.any(); ++i)
          if (const auto values = evaluation.chunk(labels[i].column, chunk))
            sums[i] = sum_of(*values, rows);
        return sums;
      },
      [&](size_t, const std::vector<uint64_t>& sums) {
        for (size_t i = 0; i < sums.size(); ++i) counts[i] += sums[i];
      });
  std::map<std::string, uint64_t> by_label;
  for (size_t i = 0; i < labels.size(); ++i)
    if (counts[i] > 0) by_label[labels[i].label] += counts[i];
  return by_label;
}

}  // namespace cupel::exec
