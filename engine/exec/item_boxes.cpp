#include "engine/exec/item_boxes.hpp"

#include <algorithm>
#include <numeric>

#include "engine/exec/evaluation.hpp"

namespace cupel::exec {
namespace {

constexpr size_t kBytesOfBox = sizeof(evaluate::Box) + sizeof(uint64_t) + 2 * sizeof(uint32_t);

double right_of(const evaluate::Box& box) { return box.x + box.width; }

/// Calls `f(row, number)` for each present text, where `number_of(text)` is asked once for each
/// code of a dictionary.
template <typename NumberOf, typename F>
void number_texts(const Vector& texts, NumberOf&& number_of, F&& f) {
  if (texts.type != Type::kText) return;
  constexpr uint32_t kOpen = ~uint32_t{0} - 1;
  std::vector<uint32_t> by_code(texts.dictionary ? texts.dictionary->size() : 0, kOpen);
  for (size_t i = 0; i < texts.size; ++i) {
    if (!texts.present(i)) continue;
    if (!texts.dictionary) {
      f(i, number_of(texts.texts[i]));
      continue;
    }
    uint32_t& number = by_code[texts.codes[i]];
    if (number == kOpen) number = number_of(texts.text(i));
    f(i, number);
  }
}

}  // namespace

BoxReader::BoxReader(const Evaluation& evaluation, storage::TableId table)
    : evaluation_(evaluation) {
  const auto column = [&](const char* name) {
    return evaluation.catalog().find(table, name, Type::kFloat64);
  };
  plane_ = {column("position.x"), column("position.y"), column("dimensions.x"),
            column("dimensions.y")};
  depth_ = {column("position.z"), column("dimensions.z")};
}

BoxReader::Boxes BoxReader::read(uint32_t chunk, std::span<const uint32_t> rows) const {
  const size_t n = rows.size();
  const auto gather = [&](const storage::Column* column) {
    if (column == nullptr) return Vector::missing(Type::kFloat64, n);
    return gather_column(evaluation_.snapshot(), *column, evaluation_.chunk(column->id, chunk),
                         rows);
  };
  std::array<Vector, 4> plane;
  std::transform(plane_.begin(), plane_.end(), plane.begin(), gather);
  Boxes out;
  out.present.assign(n, 1);
  for (const Vector& side : plane)
    for (size_t i = 0; !side.valid.empty() && i < n; ++i) out.present[i] &= side.valid[i];
  for (const storage::Column* column : depth_) {
    if (column == nullptr) continue;
    const Vector depth = gather(column);
    for (size_t i = 0; i < n; ++i)
      if (depth.present(i)) out.present[i] = 0;
  }
  out.boxes.resize(n);
  for (size_t i = 0; i < n; ++i)
    out.boxes[i] = {plane[0].numbers[i], plane[1].numbers[i], plane[2].numbers[i],
                    plane[3].numbers[i]};
  return out;
}

std::vector<uint32_t> TextNumbers::add(const Vector& texts) {
  std::vector<uint32_t> out(texts.size, kMissing);
  number_texts(
      texts,
      [&](std::string_view text) {
        const auto next = static_cast<uint32_t>(numbers_.size() + 1);
        return numbers_.try_emplace(std::string(text), next).first->second;
      },
      [&](size_t row, uint32_t number) { out[row] = number; });
  return out;
}

std::vector<uint32_t> TextNumbers::find(const Vector& texts) const {
  std::vector<uint32_t> out(texts.size, kUnknown);
  number_texts(
      texts,
      [&](std::string_view text) {
        const auto found = numbers_.find(std::string(text));
        return found == numbers_.end() ? kUnknown : found->second;
      },
      [&](size_t row, uint32_t number) { out[row] = number; });
  return out;
}

void ItemBoxes::add(std::span<const uint32_t> of_items, std::span<const evaluate::Box> new_boxes,
                    std::span<const uint64_t> rows, const Vector* label, const Context& context) {
  context.reserve(new_boxes.size() * kBytesOfBox);
  items_.insert(items_.end(), of_items.begin(), of_items.end());
  boxes.insert(boxes.end(), new_boxes.begin(), new_boxes.end());
  objects.insert(objects.end(), rows.begin(), rows.end());
  if (label == nullptr) return;
  const std::vector<uint32_t> numbers = texts.add(*label);
  labels.insert(labels.end(), numbers.begin(), numbers.end());
}

void ItemBoxes::finish(uint64_t item_count, const Context& context) {
  context.reserve((item_count + 1) * sizeof(uint64_t));
  begin.assign(item_count + 1, 0);
  for (const uint32_t item : items_) ++begin[item + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  bool any_swept = false;
  for (size_t item = 0; item < item_count; ++item) any_swept = any_swept || swept(item);
  if (any_swept || !std::is_sorted(items_.begin(), items_.end())) {
    context.reserve(boxes.size() * (sizeof(uint64_t) + sizeof(evaluate::Box)));
    std::vector<uint64_t> order(boxes.size());
    std::vector<uint64_t> next(begin.begin(), begin.end() - 1);
    for (uint64_t i = 0; i < boxes.size(); ++i) order[next[items_[i]]++] = i;
    for (size_t item = 0; any_swept && item < item_count; ++item)
      if (swept(item))
        std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin[item]),
                         order.begin() + static_cast<std::ptrdiff_t>(begin[item + 1]),
                         [&](uint64_t a, uint64_t b) { return boxes[a].x < boxes[b].x; });
    reorder(order);
  }
  items_ = {};
  if (any_swept) sweep();
}

void ItemBoxes::reorder(const std::vector<uint64_t>& order) {
  const auto apply = [&](auto& array) {
    if (array.empty()) return;
    std::decay_t<decltype(array)> ordered(array.size());
    for (size_t i = 0; i < order.size(); ++i) ordered[i] = array[order[i]];
    array = std::move(ordered);
  };
  apply(boxes);
  apply(objects);
  apply(labels);
}

void ItemBoxes::sweep() {
  reach.assign(boxes.size(), 0);
  for (size_t item = 0; item + 1 < begin.size(); ++item) {
    if (!swept(item)) continue;
    double right = right_of(boxes[begin[item]]);
    for (uint64_t i = begin[item]; i < begin[item + 1]; ++i)
      reach[i] = right = std::max(right, right_of(boxes[i]));
  }
}

}  // namespace cupel::exec
