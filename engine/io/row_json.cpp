#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "cupel/error.hpp"
#include "engine/io/analysis_fields.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/row_columns.hpp"
#include "engine/io/write.hpp"

namespace cupel::io {
namespace {

using storage::Snapshot;
using storage::TableId;

void append_text_member(std::string& out, std::string_view key, OptionalColumn& column,
                        uint64_t row) {
  if (!column.seek(row)) return;
  append_key(out, key);
  append_text(out, column->text());
}

/// A number that may not be there; what is not finite is not there either, JSON has no word for it.
std::optional<double> number_at(OptionalColumn& column, uint64_t row) {
  if (!column.seek(row) || !std::isfinite(column->number())) return std::nullopt;
  return column->number();
}

void append_number_member(std::string& out, std::string_view key, std::optional<double> number) {
  if (!number) return;
  append_key(out, key);
  out += format_number(*number);
}

/// What stands in `$rest`, parsed.
class Rest {
 public:
  Rest(const Snapshot& snapshot, TableId table) : column_(snapshot, table, "$rest", Type::kText) {}

  const JsonNode* read(uint64_t row) {
    if (!column_.seek(row)) return nullptr;
    try {
      return &document_.parse_copy(column_->text());
    } catch (const RecordError& error) {
      throw Error(ErrorCode::kCorruption,
                  "the stored rest of a row is damaged: " + error.sentence());
    }
  }

 private:
  OptionalColumn column_;
  JsonDocument document_;
};

/// Ends an object: metadata, then what the rest holds and `out` (from `begin`) does not.
void append_metadata_and_rest(std::string& out, uint64_t row, ColumnTree& metadata,
                              const JsonNode* rest, const std::vector<std::string_view>& written) {
  const JsonNode* under = rest == nullptr ? nullptr : rest->find("metadata");
  const size_t before = out.size();
  append_key(out, "metadata");
  out += '{';
  const bool any =
      metadata.append(out, row, under != nullptr && under->is_object() ? under : nullptr);
  if (any || (under != nullptr && under->is_object())) {
    out += '}';
  } else {
    out.resize(before);
  }
  if (rest == nullptr) return;
  for (const JsonNode& member : *rest) {
    const bool known = (member.key == "metadata" && (any || member.is_object())) ||
                       std::find(written.begin(), written.end(), member.key) != written.end();
    if (known) continue;
    append_key(out, member.key);
    append_compact(out, member.raw);
  }
}

/// The keys of the members that stand at the top of an object from `begin` on. Appending them
/// in one place keeps the list of known keys out of the writing of each.
void note(std::vector<std::string_view>& written, std::string& out, size_t& size,
          std::string_view key) {
  if (out.size() != size) written.push_back(key);
  size = out.size();
}

class ObjectWriter {
 public:
  ObjectWriter(const Snapshot& snapshot, TableId table)
      : label_(snapshot, table, "label", Type::kText),
        type_(snapshot, table, "type", Type::kText),
        taxonomy_(snapshot, table, "taxonomy", Type::kText),
        annotation_id_(snapshot, table, "annotation_id", Type::kText),
        geometry_(snapshot, table, "geometry", Type::kText),
        area_(snapshot, table, "area", Type::kFloat64),
        confidence_(snapshot, table, "confidence", Type::kFloat64),
        class_pdf_(snapshot, table, "class_pdf"),
        analyses_(snapshot, table, kObjectAnalyses),
        metadata_(snapshot, table, "metadata"),
        rest_(snapshot, table) {
    const char* axes[] = {"x", "y", "z"};
    for (size_t i = 0; i < 3; ++i) {
      position_[i] = {snapshot, table, std::string("position.") + axes[i], Type::kFloat64};
      dimensions_[i] = {snapshot, table, std::string("dimensions.") + axes[i], Type::kFloat64};
    }
  }

  /// Appends the members after those in `out`, and the closing brace.
  void append(std::string& out, uint64_t row, bool flat) {
    written_.clear();
    if (flat) written_ = {"reference_id", "run"};
    size_t size = out.size();
    append_text_member(out, "label", label_, row);
    note(written_, out, size, "label");
    append_text_member(out, "type", type_, row);
    note(written_, out, size, "type");
    append_text_member(out, "taxonomy", taxonomy_, row);
    note(written_, out, size, "taxonomy");
    append_text_member(out, "annotation_id", annotation_id_, row);
    note(written_, out, size, "annotation_id");
    append_geometry(out, row);
    note(written_, out, size, "geometry");
    append_area(out, row);
    note(written_, out, size, "area");
    append_number_member(out, "confidence", number_at(confidence_, row));
    note(written_, out, size, "confidence");
    append_class_pdf(out, row);
    note(written_, out, size, "class_pdf");
    analyses_.append(out, row, nullptr);
    analyses_.add_written(written_);
    append_metadata_and_rest(out, row, metadata_, rest_.read(row), written_);
    out += '}';
  }

 private:
  void append_geometry(std::string& out, uint64_t row) {
    std::optional<double> position[3];
    std::optional<double> dimensions[3];
    for (size_t i = 0; i < 3; ++i) {
      position[i] = number_at(position_[i], row);
      dimensions[i] = number_at(dimensions_[i], row);
    }
    const bool cuboid = type_.seek(row) && type_->text() == "cuboid";
    const bool solid = cuboid || position[2] || dimensions[2];
    const bool shape = geometry_.seek(row);
    const size_t before = out.size();
    append_key(out, "geometry");
    out += '{';
    const size_t inside = out.size();
    if (solid) {
      append_triple(out, "position", position);
      append_triple(out, "dimensions", dimensions);
    } else {
      append_number_member(out, "x", position[0]);
      append_number_member(out, "y", position[1]);
      append_number_member(out, "width", dimensions[0]);
      append_number_member(out, "height", dimensions[1]);
    }
    if (shape) append_shape(out, geometry_->text());
    if (out.size() == inside && !shape) {
      out.resize(before);
    } else {
      out += '}';
    }
  }

  /// The members of a stored `{…}`.
  static void append_shape(std::string& out, std::string_view object) {
    if (object.size() <= 2) return;
    if (out.back() != '{') out += ',';
    out.append(object.substr(1, object.size() - 2));
  }

  static void append_triple(std::string& out, std::string_view key,
                            const std::optional<double> (&values)[3]) {
    if (!values[0] && !values[1] && !values[2]) return;
    append_key(out, key);
    out += '{';
    append_number_member(out, "x", values[0]);
    append_number_member(out, "y", values[1]);
    append_number_member(out, "z", values[2]);
    out += '}';
  }

  /// The area of a box is its width times its height unless the data says otherwise.
  void append_area(std::string& out, uint64_t row) {
    const auto area = number_at(area_, row);
    const auto width = number_at(dimensions_[0], row);
    const auto height = number_at(dimensions_[1], row);
    if (area && width && height && *area == *width * *height) return;
    append_number_member(out, "area", area);
  }

  void append_class_pdf(std::string& out, uint64_t row) {
    const size_t before = out.size();
    append_key(out, "class_pdf");
    out += '{';
    if (class_pdf_.append(out, row, nullptr)) {
      out += '}';
    } else {
      out.resize(before);
    }
  }

  OptionalColumn label_, type_, taxonomy_, annotation_id_, geometry_, area_, confidence_;
  OptionalColumn position_[3], dimensions_[3];
  ColumnTree class_pdf_, analyses_, metadata_;
  Rest rest_;
  std::vector<std::string_view> written_;
};

/// Which rows of an object table belong to the items of one chunk.
class ItemObjects {
 public:
  ItemObjects(const Snapshot& snapshot, TableId table) : snapshot_(snapshot), table_(table) {
    const storage::Column* column = snapshot.catalog().find(table, "$item", Type::kInt64);
    if (column != nullptr) item_column_ = column->id;
  }

  /// Calls `f(object row)` for each of an item's objects, ascending.
  template <typename F>
  void for_each(uint64_t item, F&& f) {
    const uint64_t chunk = item / snapshot_.catalog().chunk_rows;
    if (held_ != chunk) collect(chunk);
    const std::pair<uint64_t, uint64_t> first{item, 0};
    auto at = std::lower_bound(pairs_.begin(), pairs_.end(), first);
    for (; at != pairs_.end() && at->first == item; ++at) f(at->second);
  }

 private:
  void collect(uint64_t item_chunk) {
    pairs_.clear();
    held_ = item_chunk;
    if (!item_column_) return;
    const uint64_t rows = snapshot_.catalog().chunk_rows;
    const auto first = static_cast<int64_t>(item_chunk * rows);
    const auto last = static_cast<int64_t>((item_chunk + 1) * rows - 1);
    for (uint32_t c = 0; c < snapshot_.catalog().chunk_count(table_); ++c) {
      const storage::ChunkPtr chunk = snapshot_.chunk(*item_column_, c);
      if (chunk == nullptr || !chunk->has_range) continue;
      if (chunk->max_integer < first || chunk->min_integer > last) continue;
      snapshot_.visible(table_, c).for_each([&](uint32_t row) {
        if (chunk->is_missing(row)) return;
        const int64_t item = chunk->integer_at(row);
        if (item >= first && item <= last) {
          pairs_.emplace_back(static_cast<uint64_t>(item), c * rows + row);
        }
      });
    }
    std::sort(pairs_.begin(), pairs_.end());
  }

  const Snapshot& snapshot_;
  TableId table_;
  std::optional<storage::ColumnId> item_column_;
  std::optional<uint64_t> held_;
  std::vector<std::pair<uint64_t, uint64_t>> pairs_;  ///< item row, object row
};

/// The objects of one table, found by item.
struct Collection {
  Collection(const Snapshot& snapshot, TableId table, std::string run_name)
      : run(std::move(run_name)), objects(snapshot, table), writer(snapshot, table) {}

  /// Appends `"key":[…]` when the item has objects.
  void append(std::string& out, std::string_view key, uint64_t item) {
    bool any = false;
    objects.for_each(item, [&](uint64_t row) {
      if (!any) append_key(out, key);
      out += any ? ",{" : "[{";
      any = true;
      writer.append(out, row, false);
    });
    if (any) out += ']';
  }

  std::string run;
  ItemObjects objects;
  ObjectWriter writer;
};

}  // namespace

struct RowJson::Impl {
  Impl(storage::SnapshotPtr snapshot_ptr, TableId table_id, bool with_objects)
      : snapshot(std::move(snapshot_ptr)),
        table(table_id),
        reference_id(*snapshot, storage::kItems, "reference_id", Type::kText) {
    const storage::Catalog& catalog = snapshot->catalog();
    if (table != storage::kItems) {
      item = {*snapshot, table, "$item", Type::kInt64};
      object.emplace(*snapshot, table);
      if (const storage::Run* found = catalog.run(table)) run = found->name;
      return;
    }
    image_location = {*snapshot, table, "image_location", Type::kText};
    width = {*snapshot, table, "width", Type::kInt64};
    height = {*snapshot, table, "height", Type::kInt64};
    analyses.emplace(*snapshot, table, kItemAnalyses);
    metadata.emplace(*snapshot, table, "metadata");
    rest.emplace(*snapshot, table);
    if (!with_objects) return;
    annotations.emplace(*snapshot, storage::kAnnotations, std::string());
    for (const storage::Run& each : catalog.runs()) {
      runs.push_back(std::make_unique<Collection>(*snapshot, each.table, each.name));
    }
  }

  void append_item(std::string& out, uint64_t row) {
    out += '{';
    written.clear();
    size_t size = out.size();
    append_text_member(out, "reference_id", reference_id, row);
    note(written, out, size, "reference_id");
    append_text_member(out, "image_location", image_location, row);
    note(written, out, size, "image_location");
    append_integer(out, "width", width, row);
    note(written, out, size, "width");
    append_integer(out, "height", height, row);
    note(written, out, size, "height");
    if (annotations) annotations->append(out, "annotations", row);
    note(written, out, size, "annotations");
    append_runs(out, row);
    note(written, out, size, "predictions");
    analyses->append(out, row, nullptr);
    analyses->add_written(written);
    append_metadata_and_rest(out, row, *metadata, rest->read(row), written);
    out += '}';
  }

  static void append_integer(std::string& out, std::string_view key, OptionalColumn& column,
                             uint64_t row) {
    if (!column.seek(row)) return;
    append_key(out, key);
    out += std::to_string(column->integer());
  }

  void append_runs(std::string& out, uint64_t row) {
    const size_t before = out.size();
    append_key(out, "predictions");
    out += '{';
    const size_t inside = out.size();
    for (const auto& each : runs) each->append(out, each->run, row);
    if (out.size() == inside) {
      out.resize(before);
    } else {
      out += '}';
    }
  }

  void append_object(std::string& out, uint64_t row) {
    out += '{';
    if (item.seek(row)) {
      append_text_member(out, "reference_id", reference_id, static_cast<uint64_t>(item->integer()));
    }
    if (!run.empty()) {
      append_key(out, "run");
      append_text(out, run);
    }
    object->append(out, row, true);
  }

  storage::SnapshotPtr snapshot;
  TableId table;
  OptionalColumn reference_id, image_location, width, height, item;
  std::optional<ColumnTree> analyses, metadata;
  std::optional<Rest> rest;
  std::optional<ObjectWriter> object;
  std::optional<Collection> annotations;
  std::vector<std::unique_ptr<Collection>> runs;
  std::string run;
  std::vector<std::string_view> written;
};

RowJson::RowJson(storage::SnapshotPtr snapshot, storage::TableId table, bool nested)
    : impl_(std::make_unique<Impl>(std::move(snapshot), table, nested)) {}

RowJson::~RowJson() = default;

void RowJson::append(std::string& out, uint64_t row) {
  if (impl_->table == storage::kItems) {
    impl_->append_item(out, row);
  } else {
    impl_->append_object(out, row);
  }
}

}  // namespace cupel::io
