#include "tests/property/random_data.hpp"

#include <fstream>
#include <set>
#include <stdexcept>

namespace cupel::testing {

namespace {

size_t below(std::mt19937_64& random, size_t bound) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
}

bool chance(std::mt19937_64& random, int percent) {
  return below(random, 100) < static_cast<size_t>(percent);
}

template <typename T>
const T& pick(std::mt19937_64& random, const std::vector<T>& values) {
  return values[below(random, values.size())];
}

constexpr int64_t kBig = int64_t{1} << 53;

Vocabulary vocabulary(bool timestamps) {
  const auto day = [](const char* text) { return parse_timestamp(text).value(); };
  Vocabulary result;
  result.labels = {"car", "truck", "traffic light", "größe", "count", "select", "dress"};
  result.taxonomies = {{"clothing_type", {"dress", "trousers", "car"}},
                       {"time of day", {"noon", ""}}};
  result.item_keys = {
      {"speed", Type::kInt64, {0, 5, 50, -3, 7}},
      {"score", Type::kFloat64, {0.0, 0.25, 0.5, -1.5, -0.0, 3.0}},
      {"weather",
       Type::kText,
       {"rainy", "Rainy", "clear", "partly cloudy", "", "schön 🚗", "rain%y"}},
      {"night", Type::kBool, {true, false}},
      {"big", Type::kAny, {kBig - 1, kBig, kBig + 1, static_cast<double>(kBig), -kBig - 1}},
      {"mixed key", Type::kAny, {5, "5", 5.0, 5.5, true, "five", 1, 0, false}}};
  if (timestamps) {
    result.item_keys.push_back(
        {"taken",
         Type::kTimestamp,
         {day("2021-06-01"), day("2021-06-01T12:30:00Z"), day("1969-12-31")}});
  }
  result.item_keys.push_back(
      {"day", Type::kAny, {"2021-06-01", "2021-06-01T14:30:00+02:00", "soon", day("2021-06-01")}});
  result.object_keys = {{"color", Type::kText, {"yellow", "red", "dark blue", "Red", ""}},
                        {"occluded", Type::kBool, {true, false}},
                        {"distance", Type::kFloat64, {1.5, 20.0, 150.25, 0.0}},
                        {"grade", Type::kAny, {1, 2, "2", 2.5, "A", true}}};
  return result;
}

std::optional<double> halves(std::mt19937_64& random, int bound, int missing) {
  if (chance(random, missing)) return std::nullopt;
  return static_cast<double>(below(random, static_cast<size_t>(bound))) / 2;
}

std::vector<std::pair<std::string, Value>> metadata(std::mt19937_64& random,
                                                    const std::vector<MetadataKey>& keys,
                                                    bool timestamps) {
  std::vector<std::pair<std::string, Value>> result;
  for (const MetadataKey& key : keys) {
    if (chance(random, 30)) continue;
    const Value& value = pick(random, key.values);
    if (!value.is_timestamp() || timestamps) result.emplace_back(key.name, value);
  }
  return result;
}

bool has_timestamps(const Vocabulary& words) {
  for (const MetadataKey& key : words.item_keys) {
    if (key.type == Type::kTimestamp) return true;
  }
  return false;
}

std::string json(const Value& value) {
  std::string text = to_json(value);
  if (value.is_double() && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

template <typename T>
void member(std::string& line, const char* name, const std::optional<T>& value) {
  if (value) line += std::string(",\"") + name + "\":" + json(Value(*value));
}

void metadata_json(std::string& line, const std::vector<std::pair<std::string, Value>>& values) {
  line += ",\"metadata\":{";
  bool first = true;
  for (const auto& [name, value] : values) {
    if (!first) line += ',';
    first = false;
    line += json_quote(name) + ":" + json(value);
  }
  line += "}}\n";
}

std::string json_line(const ItemRow& item) {
  std::string line = "{\"reference_id\":" + json_quote(item.reference_id);
  member(line, "image_location", item.image_location);
  member(line, "width", item.width);
  member(line, "height", item.height);
  metadata_json(line, item.metadata);
  return line;
}

std::string json_line(const ObjectRow& object) {
  std::string line = "{\"reference_id\":" + json_quote(object.reference_id) +
                     ",\"label\":" + json_quote(object.label) +
                     ",\"type\":" + json_quote(object.type) +
                     ",\"annotation_id\":" + json_quote(object.annotation_id);
  if (object.type == "category") {
    line += ",\"taxonomy\":" + json_quote(object.taxonomy);
  } else {
    line += ",\"geometry\":{\"x\":" + json(*object.x);
    member(line, "y", object.y);
    member(line, "width", object.width);
    member(line, "height", object.height);
    line += '}';
  }
  member(line, "confidence", object.confidence);
  metadata_json(line, object.metadata);
  return line;
}

template <typename T>
std::string write_lines(const std::vector<T>& rows, const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  for (const T& row : rows) out << json_line(row);
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
  return file;
}

/// Of a length that is a power of two, so that cosines are as exact as the naive evaluator's.
NamedVector random_vector(std::mt19937_64& random, std::string row, size_t width) {
  NamedVector result{std::move(row), {1}};
  while (result.components.size() < width)
    result.components.push_back(chance(random, 50) ? 1.0F : -1.0F);
  return result;
}

void add_vectors(std::mt19937_64& random, RandomData& data) {
  for (const ItemRow& item : data.items)
    if (chance(random, 80)) data.looks.push_back(random_vector(random, item.reference_id, 4));
  if (chance(random, 30)) return;
  for (const ObjectRow& row : data.annotations)
    if (chance(random, 80))
      data.crops.push_back(random_vector(random, row.reference_id + "/" + row.annotation_id, 16));
}

void load_vectors(const std::vector<NamedVector>& vectors, const char* name, const char* source,
                  Session& session) {
  if (vectors.empty()) return;
  std::vector<std::string_view> rows;
  std::vector<float> components;
  for (const NamedVector& vector : vectors) {
    rows.push_back(vector.row);
    components.insert(components.end(), vector.components.begin(), vector.components.end());
  }
  const auto width = static_cast<uint32_t>(vectors.front().components.size());
  session.append_embeddings(name, rows, width, components, source).value();
}

void import_rows(const RandomData& data, Session& session, const std::string& directory) {
  const auto run = [&](const std::string& statement) { session.execute(statement).value(); };
  const std::string items = write_lines(data.items, directory + "/items.jsonl");
  run("IMPORT ITEMS FROM '" + items + "' FORMAT jsonl");
  const std::string annotations = write_lines(data.annotations, directory + "/annotations.jsonl");
  run("IMPORT ANNOTATIONS FROM '" + annotations + "' FORMAT jsonl");
  for (const auto& [name, rows] : data.runs) {
    const std::string file = write_lines(rows, directory + "/predictions.jsonl");
    run("IMPORT PREDICTIONS FROM '" + file + "' AS RUN \"" + name + "\" FORMAT jsonl");
  }
}

}  // namespace

ItemRow random_item(std::mt19937_64& random, const Vocabulary& words,
                    const std::string& reference) {
  ItemRow item;
  item.reference_id = reference;
  if (chance(random, 70)) item.image_location = "img/" + reference;
  const std::vector<int64_t> widths = {640, 1280, 1920, 1};
  const std::vector<int64_t> heights = {480, 720, 0};
  if (chance(random, 85)) item.width = pick(random, widths);
  if (chance(random, 85)) item.height = pick(random, heights);
  item.metadata = metadata(random, words.item_keys, has_timestamps(words));
  return item;
}

ObjectRow random_object(std::mt19937_64& random, const Vocabulary& words,
                        const std::string& reference, size_t number, bool prediction) {
  static const std::vector<std::string> kTypes = {"polygon", "line", "keypoints", "cuboid",
                                                  "segmentation"};
  ObjectRow object;
  object.reference_id = reference;
  object.annotation_id = "n" + std::to_string(number);
  object.metadata = metadata(random, words.object_keys, false);
  if (prediction) object.confidence = static_cast<double>(below(random, 9)) / 8;
  if (chance(random, 12)) {
    object.type = "category";
    const Taxonomy& taxonomy = pick(random, words.taxonomies);
    object.taxonomy = taxonomy.name;
    object.label = pick(random, taxonomy.labels);
    if (object.label.empty()) object.label = "noon";
    return object;
  }
  object.label = pick(random, words.labels);
  object.x = halves(random, 40, 0);
  object.y = halves(random, 40, 0);
  object.width = halves(random, 40, 0);
  object.height = halves(random, 40, 0);
  // Rows that come from files are boxes: a file says other shapes by their vertices.
  if (has_timestamps(words) && chance(random, 35)) {
    object.type = pick(random, kTypes);
    object.area = halves(random, 1000, 30);
    if (object.type == "cuboid") object.z = halves(random, 40, 50);
  } else {
    object.area = *object.width * *object.height;
  }
  return object;
}

RandomData random_data(std::mt19937_64& random) {
  RandomData data;
  data.from_file = chance(random, 40);
  data.vocabulary = vocabulary(!data.from_file);
  static const std::vector<size_t> kSizes = {0, 1, 2, 5, 8, 10, 14, 20, 25, 30, 60, 300};
  const size_t items = pick(random, kSizes);
  const size_t most = items > 100 ? 2 : 5;
  size_t number = 0;
  for (size_t i = 0; i < items; ++i) {
    const std::string reference = (chance(random, 10) ? "ü/" : "i") + std::to_string(i) + ".png";
    data.items.push_back(random_item(random, data.vocabulary, reference));
    if (data.vocabulary.references.size() < 6) data.vocabulary.references.push_back(reference);
  }
  const bool no_annotations = chance(random, 10);
  data.runs = {{"first", {}}, {"second run", {}}};
  for (const ItemRow& item : data.items) {
    std::set<std::string> taxonomies;
    const auto add = [&](std::vector<ObjectRow>& rows, bool prediction) {
      taxonomies.clear();
      for (size_t n = below(random, most + 1); n > 0; --n) {
        ObjectRow row =
            random_object(random, data.vocabulary, item.reference_id, number++, prediction);
        if (row.type == "category" && !taxonomies.insert(row.taxonomy).second) continue;
        rows.push_back(std::move(row));
      }
    };
    if (!no_annotations) add(data.annotations, false);
    if (chance(random, 60)) add(data.runs[0].second, true);
    if (chance(random, 30)) add(data.runs[1].second, true);
  }
  // A run without rows is no run.
  std::erase_if(data.runs, [](const auto& run) { return run.second.empty(); });
  for (const auto& run : data.runs) data.vocabulary.runs.push_back(run.first);
  add_vectors(random, data);
  for (const NamedVector& one : data.looks) data.vocabulary.examples.push_back(one.row);
  for (const NamedVector& one : data.crops) data.vocabulary.object_examples.push_back(one.row);
  return data;
}

std::map<std::string, Value> fields_of(const ItemRow& item) {
  std::map<std::string, Value> fields;
  fields["reference_id"] = item.reference_id;
  if (item.image_location) fields["image_location"] = *item.image_location;
  if (item.width) fields["width"] = *item.width;
  if (item.height) fields["height"] = *item.height;
  for (const auto& [name, value] : item.metadata) fields["metadata." + name] = value;
  return fields;
}

std::map<std::string, Value> fields_of(const ObjectRow& object) {
  std::map<std::string, Value> fields;
  fields["label"] = object.label;
  fields["type"] = object.type;
  if (!object.annotation_id.empty()) fields["annotation_id"] = object.annotation_id;
  if (!object.taxonomy.empty()) fields["taxonomy"] = object.taxonomy;
  const auto number = [&](const char* name, const std::optional<double>& value) {
    if (value) fields[name] = *value;
  };
  number("position.x", object.x);
  number("position.y", object.y);
  number("position.z", object.z);
  number("dimensions.x", object.width);
  number("dimensions.y", object.height);
  number("dimensions.z", object.depth);
  number("area", object.area);
  number("confidence", object.confidence);
  for (const auto& [label, p] : object.class_pdf) fields["class_pdf." + label] = p;
  for (const auto& [name, value] : object.metadata) fields["metadata." + name] = value;
  return fields;
}

void find_examples(const Model& model, Vocabulary& vocabulary) {
  vocabulary.examples.clear();
  vocabulary.object_examples.clear();
  std::map<uint64_t, std::string> references;
  for (const Row& item : model.items) {
    references[item.id] = item.field("reference_id").as_text();
    if (!item.vector.empty()) vocabulary.examples.push_back(references[item.id]);
  }
  for (const Row& row : model.collections[0].rows)
    if (!row.vector.empty())
      vocabulary.object_examples.push_back(references.at(row.item) + "/" +
                                           row.field("annotation_id").as_text());
}

void load(const RandomData& data, Model& model) {
  for (const ItemRow& item : data.items) model.put_item(fields_of(item));
  const auto put = [&](size_t collection, const std::vector<ObjectRow>& rows) {
    for (const ObjectRow& row : rows) {
      model.put_object(model.collections[collection], row.reference_id, fields_of(row));
    }
  };
  put(0, data.annotations);
  for (const auto& [name, rows] : data.runs) {
    model.run(name);
    put(model.collections.size() - 1, rows);
  }
  for (const NamedVector& one : data.looks)
    model.find_item(one.row)->vector.assign(one.components.begin(), one.components.end());
  for (const NamedVector& one : data.crops)
    model.find_annotation(one.row)->vector.assign(one.components.begin(), one.components.end());
}

void load(const RandomData& data, Session& session, const std::string& directory) {
  if (data.from_file) {
    import_rows(data, session, directory);
  } else {
    session.append_items(data.items).value();
    session.append_annotations(data.annotations).value();
    for (const auto& [name, rows] : data.runs) session.append_predictions(name, rows).value();
  }
  load_vectors(data.looks, "looks", "items", session);
  load_vectors(data.crops, "crops", "annotations", session);
}

}  // namespace cupel::testing
