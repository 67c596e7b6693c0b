#include <cmath>
#include <optional>
#include <unordered_map>

#include "cupel/table.hpp"
#include "cupel/value.hpp"
#include "engine/io/csv_guard.hpp"
#include "engine/io/csv_value.hpp"
#include "engine/io/exporters.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/row_parts.hpp"
#include "engine/io/write.hpp"
#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

using storage::TableId;

constexpr size_t kBatchRows = 1024;

/// Every field of the source as a column. Numbers are written as JSON has them, a double with a
/// point, so that a reader finds the types again.
class CsvExporter final : public Exporter {
 public:
  explicit CsvExporter(const ExportRequest& request)
      : rows_(request.rows), guard_(request.options.flag("guard", true)), file_(request.target) {
    add_columns(request);
    for (const ColumnInfo& column : columns_) by_name_.emplace(column.name, by_name_.size());
    const bool objects = rows_ != ExportRows::kItems;
    if (objects && by_name_.contains("geometry")) geometry_column_ = by_name_["geometry"];
    if (objects && by_name_.contains("area")) area_column_ = by_name_["area"];
    std::vector<ColumnInfo> names = columns_;
    if (guard_) guard_names(names);
    write_header(buffer_, TextFormat::kCsv, names);
    types_.resize(columns_.size());
    begin_batch();
  }

  void add(const JsonNode& row) override {
    cells_.assign(columns_.size(), nullptr);
    geometry_.clear();
    area_.clear();
    if (rows_ == ExportRows::kItems) {
      add_item(row);
    } else {
      add_object(row);
    }
    for (size_t i = 0; i < columns_.size(); ++i) add_cell(batch_.columns[i], i);
    ++count_;
    if (++batch_.rows == kBatchRows) flush();
  }

  void finish() override {
    flush();
    lose_types();
    file_.commit();
  }

  std::vector<std::pair<uint64_t, std::string>> written() const override {
    constexpr const char* kNouns[] = {"items", "annotations", "predictions", "objects"};
    return {{count_, kNouns[static_cast<size_t>(rows_)]}};
  }

 private:
  /// The values of a column.
  struct Types {
    CsvColumnType read;  ///< what a reader takes them for
    uint64_t texts = 0, integers = 0, others = 0;
  };

  void add_columns(const ExportRequest& request) {
    const storage::Catalog& catalog = request.snapshot->catalog();
    add_column("reference_id");
    std::vector<TableId> tables = {request.table};
    if (rows_ == ExportRows::kObjects) {
      for (const storage::Run& run : catalog.runs()) tables.push_back(run.table);
    }
    if (rows_ == ExportRows::kObjects || rows_ == ExportRows::kPredictions) add_column("run");
    for (const TableId table : tables) {
      for (const storage::ColumnId id : catalog.columns(table)) {
        const std::string& name = catalog.column(id).name;
        if (!name.starts_with('$')) add_column(name);
      }
    }
  }

  void add_column(const std::string& name) {
    for (const ColumnInfo& column : columns_) {
      if (column.name == name) return;
    }
    columns_.push_back({name, Type::kText});
  }

  void add_item(const JsonNode& row) {
    for (const JsonNode& member : row) {
      if (member.key == "annotations" && member.is_array()) {
        lose_all(member, "annotations");
      } else if (member.key == "predictions" && member.is_object()) {
        for (const JsonNode& run : member) lose_all(run, "predictions");
      } else {
        place(RowKind::kItem, member, std::string(member.key));
      }
    }
  }

  void lose_all(const JsonNode& list, std::string_view plural) {
    for (auto at = list.begin(); at != list.end(); ++at) losses_.objects(plural);
  }

  void add_object(const JsonNode& row) {
    const RowKind kind = row.find("run") == nullptr ? RowKind::kAnnotation : RowKind::kPrediction;
    for (const JsonNode& member : row) {
      if (member.key == "geometry" && member.is_object()) {
        for (const JsonNode& part : member) place_shape(kind, part);
      } else {
        place(kind, member, std::string(member.key));
      }
    }
    if (!geometry_.empty()) geometry_ += '}';
    set_area(row);
  }

  /// The lossless form leaves out the area of a box that is its width times its height.
  void set_area(const JsonNode& row) {
    const JsonNode* geometry = row.find("geometry");
    if (geometry == nullptr || row.find("area") != nullptr) return;
    const JsonNode* width = geometry->find("width");
    const JsonNode* height = geometry->find("height");
    if (width == nullptr || height == nullptr) return;
    const double area = width->number * height->number;
    if (std::isfinite(area)) area_ = format_number(area);
  }

  /// The numbers of a box have columns of their own, the rest is one column of JSON.
  void place_shape(RowKind kind, const JsonNode& part) {
    constexpr std::pair<std::string_view, std::string_view> kBox[] = {{"x", "position.x"},
                                                                      {"y", "position.y"},
                                                                      {"width", "dimensions.x"},
                                                                      {"height", "dimensions.y"}};
    for (const auto& [key, column] : kBox) {
      if (part.key == key && part.is_number()) return place(kind, part, std::string(column));
    }
    if ((part.key == "position" || part.key == "dimensions") && part.is_object()) {
      return place(kind, part, std::string(part.key));
    }
    if (geometry_.empty()) geometry_ = "{";
    append_key(geometry_, part.key);
    geometry_ += part.raw;
  }

  /// Puts a value, or the values below an object, into the columns of their paths.
  void place(RowKind kind, const JsonNode& node, const std::string& path) {
    if (node.is_object() && !node.empty()) {
      for (const JsonNode& member : node) {
        const bool plain =
            !member.key.empty() && member.key.find_first_of(".\"") == std::string_view::npos;
        place(kind, member,
              path + '.' + (plain ? std::string(member.key) : storage::quote_segment(member.key)));
      }
      return;
    }
    const auto column = by_name_.find(path);
    if (column == by_name_.end() || node.is_object() || node.is_array() || node.is_null()) {
      losses_.field(kind, path == "metadata" ? "empty metadata" : path);
    } else {
      cells_[column->second] = &node;
    }
  }

  void add_cell(ColumnData& column, size_t index) {
    const JsonNode* value = cells_[index];
    if (value == nullptr && index == geometry_column_ && !geometry_.empty()) {
      column.append_text(geometry_);
    } else if (value == nullptr && index == area_column_ && !area_.empty()) {
      column.append_text(area_);
    } else if (value == nullptr) {
      column.append_missing();
    } else {
      const bool guarded = guard_ && value->is_text() && needs_guard(value->text);
      if (guarded) cell_ = "'" + std::string(value->text);
      const std::string_view text = guarded            ? std::string_view(cell_)
                                    : value->is_text() ? value->text
                                                       : value->raw;
      column.append_text(text);
      count_types(index, *value, text);
    }
  }

  /// Readers tell types by all the cells of a column, but for columns that they know.
  void count_types(size_t index, const JsonNode& value, std::string_view text) {
    Types& types = types_[index];
    types.read.count({text, text.empty()}, 1);
    types.texts += value.is_text() ? 1 : 0;
    types.integers += value.kind == JsonKind::kInteger ? 1 : 0;
    types.others += !value.is_text() && value.kind != JsonKind::kInteger ? 1 : 0;
  }

  void lose_types() {
    const RowKind kind = rows_ == ExportRows::kItems         ? RowKind::kItem
                         : rows_ == ExportRows::kPredictions ? RowKind::kPrediction
                                                             : RowKind::kAnnotation;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string& name = columns_[i].name;
      if (name.find('.') == std::string::npos || name.starts_with("class_pdf.") ||
          name.starts_with("position.") || name.starts_with("dimensions."))
        continue;  // of one type
      const CsvColumnType::Type type = types_[i].read.type();
      uint64_t changed = types_[i].texts;
      if (type == CsvColumnType::Type::kText) changed = types_[i].integers + types_[i].others;
      if (type == CsvColumnType::Type::kNumber) changed += types_[i].integers;
      if (changed > 0) losses_.field(kind, "the type of " + name, changed);
    }
  }

  void begin_batch() {
    batch_ = {};
    for (size_t i = 0; i < columns_.size(); ++i) batch_.columns.emplace_back(Type::kText);
  }

  void flush() {
    write_batch(buffer_, TextFormat::kCsv, columns_, batch_, false);
    file_.write(buffer_);
    buffer_.clear();
    begin_batch();
  }

  ExportRows rows_;
  bool guard_;
  OutputFile file_;
  std::vector<ColumnInfo> columns_;
  std::unordered_map<std::string, size_t> by_name_;
  std::vector<const JsonNode*> cells_;  ///< of the row at hand, by column; null: missing
  std::string geometry_, area_;         ///< the same, where they are made
  std::optional<size_t> geometry_column_, area_column_;
  std::string cell_;
  std::vector<Types> types_;  ///< by column
  Batch batch_;
  std::string buffer_;
  uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> export_csv(const ExportRequest& request) {
  return std::make_unique<CsvExporter>(request);
}

}  // namespace cupel::io
