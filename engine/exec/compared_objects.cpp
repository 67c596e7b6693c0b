#include "engine/exec/compared_objects.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/evaluate/polygon_overlap.hpp"
#include "engine/exec/waves.hpp"
#include "engine/io/polygon_json.hpp"
#include "engine/plan/evaluation_record.hpp"

namespace cupel::exec {
namespace {

using storage::Column;
using storage::SnapshotPtr;
using storage::TableId;

enum class Kind : uint8_t { kOther, kBox, kPolygon, kCategory };

Kind kind_of(std::string_view type) {
  if (type == "box") return Kind::kBox;
  if (type == "polygon") return Kind::kPolygon;
  return type == "category" ? Kind::kCategory : Kind::kOther;
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The compared rows of one chunk, column by column.
struct Part {
  std::vector<uint32_t> rows;
  std::vector<Kind> kinds;
  Vector item, label, taxonomy;
  std::array<std::vector<double>, 5> box;  ///< x, y, width, height, area; NaN: missing
  std::vector<double> confidence;
  std::vector<uint8_t> crowd;
  std::vector<double> xy;           ///< of the polygons, in the order of their rows
  std::vector<uint64_t> ring_ends;  ///< in points of xy
  std::vector<uint64_t> rings;      ///< of each polygon, how many
};

/// Reads chunks; any thread.
class PartReader {
 public:
  PartReader(const SnapshotPtr& snapshot, TableId table) : snapshot_(snapshot), table_(table) {
    constexpr const char* kBox[] = {"position.x", "position.y", "dimensions.x", "dimensions.y",
                                    "area"};
    const bool truth = table == storage::kAnnotations;
    // The area of a prediction is its own, whatever it says of itself (COCO's loadRes).
    for (size_t i = 0; i < (truth ? box_.size() : 4); ++i) box_[i] = find(kBox[i], Type::kFloat64);
    item_ = find("$item", Type::kInt64);
    type_ = find("type", Type::kText);
    label_ = find("label", Type::kText);
    taxonomy_ = find("taxonomy", Type::kText);
    geometry_ = find("geometry", Type::kText);
    confidence_ = find("confidence", Type::kFloat64);
    if (!truth) return;
    for (const char* flag : plan::kCrowdFlags)
      for (const Column* column : snapshot->catalog().find(table, flag))
        if (column->type != Type::kText) crowd_.push_back(column);
  }

  Part read(uint32_t chunk) const {
    Part part;
    if (item_ == nullptr || type_ == nullptr || label_ == nullptr) return part;
    choose(chunk, part);
    if (part.rows.empty()) return part;
    part.item = gather(*item_, chunk, part.rows);
    part.label = gather(*label_, chunk, part.rows);
    if (taxonomy_ != nullptr && has(part, Kind::kCategory))
      part.taxonomy = gather(*taxonomy_, chunk, part.rows);
    else
      part.taxonomy = Vector::missing(Type::kText, part.rows.size());
    for (size_t i = 0; i < box_.size(); ++i) part.box[i] = numbers(box_[i], chunk, part.rows, kNaN);
    part.confidence = numbers(confidence_, chunk, part.rows, 1);
    read_crowds(chunk, part);
    if (has(part, Kind::kPolygon)) read_polygons(chunk, part);
    return part;
  }

 private:
  const Column* find(std::string_view name, Type type) const {
    return snapshot_->catalog().find(table_, name, type);
  }
  static bool has(const Part& part, Kind kind) {
    return std::find(part.kinds.begin(), part.kinds.end(), kind) != part.kinds.end();
  }
  Vector gather(const Column& column, uint32_t chunk, std::span<const uint32_t> rows) const {
    return gather_column(*snapshot_, column, snapshot_->chunk(column.id, chunk), rows);
  }
  std::vector<double> numbers(const Column* column, uint32_t chunk, std::span<const uint32_t> rows,
                              double missing) const {
    if (column == nullptr) return std::vector<double>(rows.size(), missing);
    Vector vector = gather(*column, chunk, rows);
    if (vector.numbers.empty()) vector.numbers.resize(rows.size());
    for (size_t i = 0; i < vector.valid.size(); ++i)
      if (vector.valid[i] == 0) vector.numbers[i] = missing;
    return std::move(vector.numbers);
  }

  /// The visible rows of types that are compared, with item and label.
  void choose(uint32_t chunk, Part& part) const {
    const std::vector<uint32_t> visible = rows_of(snapshot_->visible(table_, chunk));
    const Vector types = gather(*type_, chunk, visible);
    const storage::ChunkPtr items = snapshot_->chunk(item_->id, chunk);
    const storage::ChunkPtr labels = snapshot_->chunk(label_->id, chunk);
    if (!items || !labels) return;
    std::vector<Kind> by_code;
    if (types.dictionary)
      for (uint32_t code = 0; code < types.dictionary->size(); ++code)
        by_code.push_back(kind_of(types.dictionary->text(code)));
    for (size_t i = 0; i < visible.size(); ++i) {
      if (!types.present(i)) continue;
      const Kind kind = types.dictionary ? by_code[types.codes[i]] : kind_of(types.texts[i]);
      if (kind == Kind::kOther || items->is_missing(visible[i]) || labels->is_missing(visible[i]))
        continue;
      part.rows.push_back(visible[i]);
      part.kinds.push_back(kind);
    }
  }

  void read_crowds(uint32_t chunk, Part& part) const {
    part.crowd.assign(part.rows.size(), 0);
    for (const Column* column : crowd_) {
      const Vector flags = gather(*column, chunk, part.rows);
      for (size_t i = 0; i < flags.size; ++i) {
        if (!flags.present(i)) continue;
        const bool set =
            flags.type == Type::kFloat64 ? flags.numbers[i] == 1 : flags.integers[i] == 1;
        if (set) part.crowd[i] = 1;
      }
    }
  }

  void read_polygons(uint32_t chunk, Part& part) const {
    const Vector texts = geometry_ == nullptr ? Vector::missing(Type::kText, part.rows.size())
                                              : gather(*geometry_, chunk, part.rows);
    io::PolygonReader reader;
    for (size_t i = 0; i < part.rows.size(); ++i) {
      if (part.kinds[i] != Kind::kPolygon) continue;
      const size_t before = part.ring_ends.size();
      if (texts.present(i)) reader.read(texts.text(i), part.xy, part.ring_ends);
      part.rings.push_back(part.ring_ends.size() - before);
    }
  }

  SnapshotPtr snapshot_;
  TableId table_;
  std::array<const Column*, 5> box_{};
  const Column *item_, *type_, *label_, *taxonomy_, *geometry_, *confidence_;
  std::vector<const Column*> crowd_;
};

/// Puts parts behind each other, in the order of rows, and at last groups them by item.
class Gathering {
 public:
  Gathering(const Context& context, TextNumbers& labels, TextNumbers& taxonomies)
      : context_(context), labels_(labels), taxonomies_(taxonomies) {
    out_.shapes.point_begin.push_back(0);
    out_.shapes.ring_begin.push_back(0);
  }

  void add(uint64_t first_row, Part part) {
    context_.reserve(part.rows.size() * sizeof(double) * 10 + part.xy.size() * sizeof(double) * 2);
    std::vector<int32_t> label, taxonomy;
    labels_.append(part.label, label);
    taxonomies_.append(part.taxonomy, taxonomy);
    size_t polygon = 0;
    size_t ring = 0;
    const uint64_t points = out_.shapes.xy.size() / 2;
    for (size_t i = 0; i < part.rows.size(); ++i) {
      const auto item = static_cast<uint64_t>(part.item.integers[i]);
      if (part.kinds[i] == Kind::kCategory) {
        auto& to = out_.categories;
        category_items_.push_back(item);
        to.row.push_back(first_row + part.rows[i]);
        to.taxonomy.push_back(taxonomy[i]);
        to.label.push_back(label[i]);
        to.confidence.push_back(part.confidence[i]);
        to.crowd.push_back(part.crowd[i]);
        continue;
      }
      auto& to = out_.shapes;
      shape_items_.push_back(item);
      to.row.push_back(first_row + part.rows[i]);
      to.label.push_back(label[i]);
      to.confidence.push_back(part.confidence[i]);
      to.crowd.push_back(part.crowd[i]);
      const bool is_polygon = part.kinds[i] == Kind::kPolygon;
      if (!is_polygon) {
        add_box(part, i);
      } else {
        for (uint64_t left = part.rings[polygon++]; left > 0; --left)
          to.point_begin.push_back(points + part.ring_ends[ring++]);
        add_polygon(part.box[4][i]);
      }
      if (is_polygon && to.polygon.empty()) to.polygon.assign(to.x.size() - 1, -1);
      if (is_polygon)
        to.polygon.push_back(static_cast<int64_t>(to.ring_begin.size()) - 2);
      else if (!to.polygon.empty())
        to.polygon.push_back(-1);
    }
    out_.shapes.xy.insert(out_.shapes.xy.end(), part.xy.begin(), part.xy.end());
    if (polygon != 0) place_polygons();
  }

  ComparedObjects finish(uint64_t items) {
    group(items);
    return std::move(out_);
  }

 private:
  void add_box(const Part& part, size_t i) {
    auto& to = out_.shapes;
    to.x.push_back(part.box[0][i]);
    to.y.push_back(part.box[1][i]);
    to.width.push_back(part.box[2][i]);
    to.height.push_back(part.box[3][i]);
    to.area.push_back(std::isnan(part.box[4][i]) ? part.box[2][i] * part.box[3][i]
                                                 : part.box[4][i]);
  }
  /// Its points come with the end of its part; then it is placed.
  void add_polygon(double area) {
    auto& to = out_.shapes;
    to.ring_begin.push_back(to.point_begin.size() - 1);
    unplaced_.push_back(to.x.size());
    for (auto* numbers : {&to.x, &to.y, &to.width, &to.height}) numbers->push_back(kNaN);
    to.area.push_back(area);
  }
  void place_polygons() {
    auto& to = out_.shapes;
    const evaluate::Polygons polygons{to.xy, to.point_begin, to.ring_begin};
    for (const size_t shape : unplaced_) {
      const auto number = static_cast<size_t>(to.polygon[shape]);
      const evaluate::Box box = evaluate::bounding_box(polygons, number);
      to.x[shape] = box.x;
      to.y[shape] = box.y;
      to.width[shape] = box.width;
      to.height[shape] = box.height;
      if (std::isnan(to.area[shape])) to.area[shape] = evaluate::polygon_area(polygons, number);
    }
    unplaced_.clear();
  }

  /// The order of objects by item, rows ascending; empty when they stand so already.
  static std::vector<uint64_t> order_by(const std::vector<uint64_t>& items, uint64_t count,
                                        std::vector<uint64_t>& first) {
    first.assign(count + 1, 0);
    for (const uint64_t item : items) ++first[item + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    if (std::is_sorted(items.begin(), items.end())) return {};
    std::vector<uint64_t> next(first.begin(), first.end() - 1);
    std::vector<uint64_t> order(items.size());
    for (size_t i = 0; i < items.size(); ++i) order[next[items[i]]++] = i;
    return order;
  }
  template <typename T>
  static void arrange(std::vector<T>& values, const std::vector<uint64_t>& order) {
    if (values.empty() || order.empty()) return;
    std::vector<T> arranged(values.size());
    for (size_t i = 0; i < order.size(); ++i) arranged[i] = values[order[i]];
    values.swap(arranged);
  }
  void group(uint64_t items) {
    auto& shapes = out_.shapes;
    const std::vector<uint64_t> order = order_by(shape_items_, items, shapes.first);
    arrange(shapes.row, order);
    for (auto* numbers :
         {&shapes.x, &shapes.y, &shapes.width, &shapes.height, &shapes.area, &shapes.confidence})
      arrange(*numbers, order);
    arrange(shapes.label, order);
    arrange(shapes.crowd, order);
    arrange(shapes.polygon, order);
    auto& categories = out_.categories;
    const std::vector<uint64_t> other = order_by(category_items_, items, categories.first);
    arrange(categories.row, other);
    arrange(categories.taxonomy, other);
    arrange(categories.label, other);
    arrange(categories.confidence, other);
    arrange(categories.crowd, other);
  }

  const Context& context_;
  NumberedTexts labels_, taxonomies_;
  ComparedObjects out_;
  std::vector<uint64_t> shape_items_, category_items_;
  std::vector<size_t> unplaced_;
};

}  // namespace

evaluate::Shapes ComparedObjects::view() const {
  return {shapes.first, shapes.x,       shapes.y,
          shapes.width, shapes.height,  shapes.area,
          shapes.label, shapes.polygon, {shapes.xy, shapes.point_begin, shapes.ring_begin}};
}

evaluate::Categories ComparedObjects::category_view() const {
  return {categories.first, categories.taxonomy, categories.label, categories.confidence,
          categories.crowd};
}

ComparedObjects read_compared_objects(TableId table, TextNumbers& labels, TextNumbers& taxonomies,
                                      const Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const PartReader reader(context.snapshot, table);
  Gathering gathering(context, labels, taxonomies);
  in_order(
      context, catalog.chunk_count(table),
      [&](size_t chunk) { return reader.read(static_cast<uint32_t>(chunk)); },
      [&](size_t chunk, Part part) {
        gathering.add(uint64_t{chunk} * catalog.chunk_rows, std::move(part));
      });
  return gathering.finish(catalog.row_count(storage::kItems));
}

}  // namespace cupel::exec
