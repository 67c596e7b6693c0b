#include <map>
#include <optional>

#include "engine/io/json_document.hpp"
#include "engine/io/write.hpp"
#include "recording.hpp"

namespace cupel::io {
namespace {

using storage::ColumnId;
using storage::TableId;

/// A snapshot of rows that a test puts in, a few to a chunk. Text is stored plain or coded.
class TestSnapshot : public storage::Snapshot {
 public:
  TestSnapshot(uint32_t chunk_rows, bool coded)
      : Snapshot(nullptr), building_(std::make_shared<storage::Catalog>()), coded_(coded) {
    building_->chunk_rows = chunk_rows;
    building_->rows = {0, 0};
    building_->deleted = {0, 0};
    catalog_ = building_;
  }

  TableId run(const std::string& name) {
    if (const auto* found = building_->run(name)) return found->table;
    return building_->add_run(name).table;
  }
  uint64_t add_row(TableId table) {
    if (building_->rows.size() <= table) building_->rows.resize(table + 1);
    if (building_->deleted.size() <= table) building_->deleted.resize(table + 1);
    return building_->rows[table]++;
  }
  void set(TableId table, uint64_t row, const std::string& name, const Value& value) {
    const storage::Column* column = building_->find(table, name, value.type());
    if (column == nullptr) column = &building_->add_column(table, name, value.type(), coded_);
    values_[column->id][row] = value;
  }

  storage::ChunkPtr chunk(ColumnId column, uint32_t number) const override {
    const auto found = values_.find(column);
    if (found == values_.end()) return nullptr;
    storage::ChunkBuilder builder(catalog().column(column).type);
    const uint64_t first = uint64_t{number} * catalog().chunk_rows;
    for (const auto& [row, value] : found->second) {
      if (row < first || row >= first + catalog().chunk_rows) continue;
      const auto at = static_cast<uint32_t>(row - first);
      if (value.is_text()) {
        if (coded_) {
          builder.set_code(at, *writer(column).code(value.as_text()));
        } else {
          builder.set_text(at, value.as_text());
        }
      } else if (value.is_double()) {
        builder.set_number(at, value.as_double());
      } else {
        builder.set_integer(at, value.is_bool()  ? static_cast<int64_t>(value.as_bool())
                                : value.is_int() ? value.as_int()
                                                 : value.as_timestamp().micros);
      }
    }
    return std::make_shared<storage::Chunk>(builder.finish());
  }
  storage::VectorBlockPtr vector_block(uint32_t, uint32_t) const override { return nullptr; }
  storage::DictionaryPtr dictionary(ColumnId column) const override {
    const auto found = values_.find(column);
    if (found != values_.end()) {
      for (const auto& [row, value] : found->second) {
        if (value.is_text()) writer(column).code(value.as_text());
      }
    }
    return writer(column).publish();
  }
  std::optional<uint64_t> find_item(std::string_view) const override { return std::nullopt; }

 private:
  storage::DictionaryWriter& writer(ColumnId column) const {
    return writers_.try_emplace(column, nullptr).first->second;
  }

  std::shared_ptr<storage::Catalog> building_;
  bool coded_;
  std::map<ColumnId, std::map<uint64_t, Value>> values_;
  mutable std::map<ColumnId, storage::DictionaryWriter> writers_;
};

/// Puts what a reader hands over into the columns where an import puts it.
class Filling : public RecordSink {
 public:
  Filling(const FieldNames& names, TestSnapshot& rows) : names_(names), rows_(rows) {}

  void item(const ItemRecord& item) override {
    item_ = rows_.add_row(storage::kItems);
    const auto set = [&](const char* name, const Value& value) {
      rows_.set(storage::kItems, item_, name, value);
    };
    set("reference_id", item.reference_id);
    if (item.image_location) set("image_location", *item.image_location);
    if (item.width) set("width", *item.width);
    if (item.height) set("height", *item.height);
    fields(storage::kItems, item_, item.fields, item.rest);
  }
  void mention(const ItemRecord&) override { FAIL(); }
  void object(const ObjectTarget& target, const ObjectRecord& object) override {
    const TableId table =
        target.prediction ? rows_.run(std::string(target.run)) : storage::kAnnotations;
    const uint64_t row = rows_.add_row(table);
    const auto text = [&](const char* name, std::string_view value) {
      if (!value.empty()) rows_.set(table, row, name, value);
    };
    const auto number = [&](const char* name, const std::optional<double>& value) {
      if (value) rows_.set(table, row, name, *value);
    };
    rows_.set(table, row, "$item", static_cast<int64_t>(item_));
    text("label", object.label);
    text("type", object.type);
    text("annotation_id", object.annotation_id);
    text("taxonomy", object.taxonomy);
    text("geometry", object.geometry);
    number("position.x", object.x);
    number("position.y", object.y);
    number("position.z", object.z);
    number("dimensions.x", object.width);
    number("dimensions.y", object.height);
    number("dimensions.z", object.depth);
    const bool box = object.width && object.height;
    number("area", object.area ? object.area
                   : box       ? std::optional(*object.width * *object.height)
                               : std::nullopt);
    number("confidence", object.confidence);
    fields(table, row, object.fields, object.rest);
  }
  void failed(const Place&, const Error& error) override { FAIL() << error.message(); }
  void lost(std::string_view what) override { FAIL() << what; }
  void progress(uint64_t, uint64_t) override {}

 private:
  void fields(TableId table, uint64_t row, const std::vector<Field>& fields,
              std::string_view rest) {
    for (const Field& field : fields) {
      std::visit([&](const auto& v) { rows_.set(table, row, names_.path(field.name), Value(v)); },
                 field.value);
    }
    if (!rest.empty()) rows_.set(table, row, "$rest", rest);
  }

  const FieldNames& names_;
  TestSnapshot& rows_;
  uint64_t item_ = 0;
};

std::shared_ptr<TestSnapshot> filled(const std::string& text, uint32_t chunk_rows, bool coded) {
  const ScratchFile file("data.jsonl", text);
  auto rows = std::make_shared<TestSnapshot>(chunk_rows, coded);
  FieldNames names;
  Filling sink(names, *rows);
  read({file.path(), Want::kItems, {}, "jsonl", {}}, names, sink);
  return rows;
}

std::string exported(const std::shared_ptr<TestSnapshot>& rows, TableId table, bool nested = true) {
  std::string out;
  RowJson json(rows, table, nested);
  for (uint64_t row = 0; row < rows->catalog().row_count(table); ++row) {
    json.append(out, row);
    out += '\n';
  }
  return out;
}

/// Members in the order of their names, numbers by value: equal texts are equal values.
std::string canonical(const JsonNode& node) {
  if (node.kind == JsonKind::kNumber) return format_number(node.number) + "f";
  if (node.is_text()) return json_quote(node.text);
  if (!node.is_object() && !node.is_array()) return std::string(node.raw);
  if (node.is_array()) {
    std::string out = "[";
    for (const JsonNode& child : node) out += canonical(child) + ",";
    return out + "]";
  }
  std::map<std::string, std::string> members;
  for (const JsonNode& child : node) members[std::string(child.key)] = canonical(child);
  std::string out = "{";
  for (const auto& [key, value] : members) out += key + ":" + value + ",";
  return out + "}";
}

std::string canonical_lines(const std::string& text) {
  std::string out;
  JsonDocument document;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    out += canonical(document.parse_copy(text.substr(at, end - at))) + "\n";
    at = end + 1;
  }
  return out;
}

const std::string kLines =
    R"({"reference_id":"a.jpg","image_location":"s3://a","width":1280,"height":720,"annotations":[)"
    R"({"label":"car","type":"box","geometry":{"x":1,"y":2.5,"width":3,"height":4},"annotation_id":"k",)"
    R"("metadata":{"color":"red","n":1,"deep":{"list":[1,{"a":null}],"x":1.0}}},)"
    R"({"label":"road","type":"polygon","geometry":{"vertices":[{"x":1,"y":2},{"x":3,"y":4}],"closed":true},"area":12.5},)"
    R"({"label":"van","type":"box","geometry":{"x":0,"y":0,"width":2,"height":2,"segmentation":[[1,2]]},"area":3}],)"
    R"("predictions":{"r1":[{"label":"bus","type":"box","geometry":{"x":0,"y":0,"width":1,"height":1},)"
    R"("confidence":0.5,"class_pdf":{"bus":0.75,"a.b":0.25}}],"r2":[{"label":"x","type":"category","geometry":{}}]},)"
    R"("metadata":{"weather":"rainy","tags":["x",1],"cam":{"pos":{"x":1},"a.b":"q","":2,"none":null},"whole":1.0,"ok":true,"empty":{}},)"
    R"("license":null,"source":{"url":"u","n":[1]},"big":0.5})"
    "\n"
    R"({"reference_id":"b.jpg","metadata":{}})"
    "\n"
    R"({"reference_id":"c.jpg","metadata":{"weather":5,"cam":{"pos":[1]},"text":"\u0001\"\\\n"},)"
    R"("annotations":[{"label":"box","type":"cuboid","geometry":{"position":{"x":1,"y":2,"z":3},)"
    R"("dimensions":{"x":4,"y":5,"z":6},"yaw":0.5}},{"label":"dress","type":"category","taxonomy":"clothing","note":"n"}]})"
    "\n"
    R"({"reference_id":"d.jpg","metadata":{"cam":{"pos":{"x":7,"more":[]}}}})"
    "\n";

TEST(RowJson, GivesBackWhatWasImported) {
  for (const uint32_t chunk_rows : {1U, 2U, 3U, 65536U}) {
    for (const bool coded : {false, true}) {
      const auto rows = filled(kLines, chunk_rows, coded);
      const std::string out = exported(rows, storage::kItems);
      EXPECT_EQ(canonical_lines(out), canonical_lines(kLines)) << chunk_rows;
      EXPECT_EQ(exported(filled(out, 2, coded), storage::kItems), out);
    }
  }
}

TEST(RowJson, ItemsWithoutTheirObjects) {
  const auto rows = filled(kLines, 65536, false);
  const std::string out = exported(rows, storage::kItems, false);
  EXPECT_EQ(
      out.substr(0, out.find('\n')),
      R"({"reference_id":"a.jpg","image_location":"s3://a","width":1280,"height":720,"metadata":{)"
      R"("weather":"rainy","cam":{"pos":{"x":1},"a.b":"q","":2,"none":null},"whole":1.0,"ok":true,)"
      R"("tags":["x",1],"empty":{}},"license":null,"source":{"url":"u","n":[1]},"big":0.5})");
}

TEST(RowJson, ObjectsAsFlatLines) {
  const auto rows = filled(kLines, 2, false);
  const std::string out = exported(rows, storage::kAnnotations);
  EXPECT_EQ(out.substr(0, out.find('\n')),
            R"({"reference_id":"a.jpg","label":"car","type":"box","annotation_id":"k",)"
            R"("geometry":{"x":1,"y":2.5,"width":3,"height":4},"metadata":{"color":"red","n":1,)"
            R"("deep":{"x":1.0,"list":[1,{"a":null}]}}})");
  EXPECT_EQ(exported(rows, rows->run("r2")),
            "{\"reference_id\":\"a.jpg\",\"run\":\"r2\",\"label\":\"x\",\"type\":\"category\","
            "\"geometry\":{}}\n");
}

TEST(RowJson, AColumnWinsOverTheRest) {
  const auto rows =
      filled("{\"reference_id\":\"a\",\"width\":null,\"metadata\":{\"x\":null,\"y\":[1]}}\n", 65536,
             false);
  rows->set(storage::kItems, 0, "metadata.x", 5);
  rows->set(storage::kItems, 0, "width", 7);
  EXPECT_EQ(exported(rows, storage::kItems),
            "{\"reference_id\":\"a\",\"width\":7,\"metadata\":{\"x\":5,\"y\":[1]}}\n");
}

}  // namespace
}  // namespace cupel::io
