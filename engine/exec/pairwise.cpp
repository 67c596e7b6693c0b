#include "engine/exec/pairwise.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/exec/evaluation.hpp"

namespace cupel::exec {
namespace {

using evaluate::Box;
using Function = plan::Pairwise::Function;
using Labels = plan::Pairwise::Labels;

/// The object that is compared with others.
struct Own {
  Box box;
  uint64_t item = 0;
  uint64_t object = 0;  ///< row in its table
  uint32_t label = 0;   ///< by ItemBoxes::texts

  double right() const noexcept { return box.x + box.width; }
  double bottom() const noexcept { return box.y + box.height; }
  /// Whether the gap along an axis is more than `distance`: what most pairs can be left out by.
  /// Without branches, which nobody could predict.
  bool beyond(const Box& other, double distance) const noexcept {
    const auto left = static_cast<unsigned>(box.x - (other.x + other.width) > distance);
    const auto right = static_cast<unsigned>(other.x - this->right() > distance);
    const auto above = static_cast<unsigned>(box.y - (other.y + other.height) > distance);
    const auto below = static_cast<unsigned>(other.y - bottom() > distance);
    return (left | right | above | below) != 0;
  }
};

/// Places in the arrays of ItemBoxes.
struct Places {
  uint64_t begin, end;
};

class PairwiseNode final : public ExpressionNode {
 public:
  PairwiseNode(const Evaluation& evaluation, const plan::Pairwise& pairwise, storage::TableId table,
               const plan::Collection& collection, const ItemBoxes& others)
      : evaluation_(evaluation),
        function_(pairwise.function),
        labels_(pairwise.labels),
        itself_(collection.table == table),
        others_(others),
        reader_(evaluation, table),
        item_(evaluation.item_column(table)),
        label_(evaluation.catalog().find(table, "label", Type::kText)) {}

  Vector run(uint32_t chunk, std::span<const uint32_t> rows) const override {
    Vector out;
    out.type = Type::kFloat64;
    out.size = rows.size();
    out.numbers.assign(rows.size(), 0);
    const BoxReader::Boxes boxes = reader_.read(chunk, rows);
    const Vector items = column(item_, Type::kInt64, chunk, rows);
    const std::vector<uint32_t> labels = this->labels(chunk, rows);
    const uint64_t first = uint64_t{chunk} * evaluation_.catalog().chunk_rows;
    uint64_t pairs = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (boxes.present[i] == 0) {
        if (function_ == Function::kDistance) out.set_missing(i);
        continue;
      }
      Own own{boxes.boxes[i], static_cast<uint64_t>(items.integers[i]), first + rows[i]};
      if (own.item >= evaluation_.item_count())
        throw Error(ErrorCode::kCorruption, "an object names an item that does not exist");
      if (!labels.empty()) own.label = labels[i];
      const double number = this->number(own, pairs);
      if (number == kNothing)
        out.set_missing(i);
      else
        out.numbers[i] = number;
      if (pairs < kPairsBetweenPolls) continue;
      evaluation_.context().poll();
      pairs = 0;
    }
    return out;
  }

 private:
  static constexpr double kNothing = std::numeric_limits<double>::infinity();
  static constexpr uint64_t kPairsBetweenPolls = uint64_t{1} << 20;

  Vector column(const storage::Column* column, Type type, uint32_t chunk,
                std::span<const uint32_t> rows) const {
    if (column == nullptr) return Vector::missing(type, rows.size());
    return gather_column(evaluation_.snapshot(), *column, evaluation_.chunk(column->id, chunk),
                         rows);
  }

  std::vector<uint32_t> labels(uint32_t chunk, std::span<const uint32_t> rows) const {
    if (labels_ == Labels::kAny) return {};
    return others_.texts.find(column(label_, Type::kText, chunk, rows));
  }

  /// Counts the pairs that it looks at.
  double number(const Own& own, uint64_t& pairs) const {
    if (function_ == Function::kDistance) {
      const Places near = within(own, nearest(own, around(own), kNothing, pairs));
      return nearest(own, near, kNothing, pairs);
    }
    const Places touching = within(own, 0);
    pairs += touching.end - touching.begin;
    return function_ == Function::kOverlap
               ? greatest(own, touching,
                          [&](const Box& box) { return evaluate::iou(own.box, box); })
               : greatest(own, touching,
                          [&](const Box& box) { return evaluate::covered_share(own.box, box); });
  }

  /// The greatest of a number that is above 0 only for boxes that overlap.
  template <typename Number>
  double greatest(const Own& own, Places places, Number&& number_of) const {
    double best = 0;
    for_others(own, places, [&](const Box& box) {
      if (own.beyond(box, 0)) return;
      const double number = number_of(box);
      best = number > best ? number : best;
    });
    return best;
  }

  double nearest(const Own& own, Places places, double best, uint64_t& pairs) const {
    pairs += places.end - places.begin;
    for_others(own, places, [&](const Box& box) {
      if (own.beyond(box, best)) return;
      const double gap = evaluate::gap(own.box, box);
      best = gap < best ? gap : best;
    });
    return best;
  }

  Places all(const Own& own) const {
    return {others_.begin[own.item], others_.begin[own.item + 1]};
  }

  /// A few others that are likely to be near.
  Places around(const Own& own) const {
    constexpr uint64_t kFew = 8;
    const Places places = all(own);
    if (!others_.swept(own.item)) return {places.begin, places.begin};
    const uint64_t at =
        first_place(places, [&](uint64_t place) { return others_.boxes[place].x >= own.box.x; });
    return {at - std::min(kFew, at - places.begin), std::min(at + kFew, places.end)};
  }

  /// In an item that is swept, the places outside of which every gap along x is more than
  /// `distance`; else all.
  Places within(const Own& own, double distance) const {
    const Places places = all(own);
    if (!others_.swept(own.item)) return places;
    const uint64_t begin = first_place(
        places, [&](uint64_t place) { return own.box.x - others_.reach[place] <= distance; });
    const uint64_t end = first_place(
        places, [&](uint64_t place) { return others_.boxes[place].x - own.right() > distance; });
    return {begin, std::max(begin, end)};
  }

  /// The first place from which on `holds` is true; it must not become false again.
  template <typename Holds>
  static uint64_t first_place(Places places, Holds&& holds) {
    while (places.begin < places.end) {
      const uint64_t middle = places.begin + (places.end - places.begin) / 2;
      if (holds(middle))
        places.end = middle;
      else
        places.begin = middle + 1;
    }
    return places.begin;
  }

  /// Calls `f(box)` for each at these places that is not the object itself and has a label that
  /// counts.
  template <typename F>
  void for_others(const Own& own, Places places, F&& f) const {
    if (!itself_) return for_labels(own.label, places, f);
    const uint64_t* objects = others_.objects.data();
    const auto at = static_cast<uint64_t>(
        std::find(objects + places.begin, objects + places.end, own.object) - objects);
    for_labels(own.label, {places.begin, at}, f);
    if (at < places.end) for_labels(own.label, {at + 1, places.end}, f);
  }

  template <typename F>
  void for_labels(uint32_t label, Places places, F&& f) const {
    const Box* boxes = others_.boxes.data();
    if (labels_ == Labels::kAny) {
      for (uint64_t i = places.begin; i < places.end; ++i) f(boxes[i]);
      return;
    }
    const bool same = labels_ == Labels::kSame;
    const uint32_t* labels = others_.labels.data();
    for (uint64_t i = places.begin; i < places.end; ++i)
      if ((labels[i] == label) == same) f(boxes[i]);
  }

  const Evaluation& evaluation_;
  Function function_;
  Labels labels_;
  bool itself_;  ///< The object may be among the others.
  const ItemBoxes& others_;
  BoxReader reader_;
  const storage::Column* item_;
  const storage::Column* label_;
};

}  // namespace

ExpressionNodePtr pairwise_node(Evaluation& evaluation, const plan::Pairwise& pairwise,
                                storage::TableId table) {
  const ItemBoxes& others = evaluation.collection(pairwise.collection).boxes;
  return std::make_unique<PairwiseNode>(evaluation, pairwise, table,
                                        evaluation.plan().collections[pairwise.collection], others);
}

}  // namespace cupel::exec
