#include "tests/bench/cancel_data.hpp"

#include <fmt/format.h>

#include <fstream>
#include <random>
#include <stdexcept>

#include "cupel/cupel.hpp"

namespace cupel::testing {
namespace {

constexpr size_t kBoxes = 5;
constexpr uint32_t kWidth = 32;
const std::vector<std::string> kLabels = {"car", "truck", "bus", "rider", "person"};
const std::vector<std::string> kScenes = {"city", "road", "field", "shore"};

template <typename T>
T value_of(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().what());
  return std::move(result.value());
}

class Maker {
 public:
  Maker(const std::filesystem::path& directory, size_t items)
      : directory_(directory),
        items_(items),
        database_(value_of(Database::open((directory / "database").string()))),
        session_(database_.session()) {}

  void make() {
    std::vector<ItemRow> items;
    for (size_t i = 0; i < items_; ++i) {
      ItemRow& row = items.emplace_back();
      row.reference_id = reference(i);
      row.width = 1280;
      row.metadata = {{"n", static_cast<int64_t>(random_() % 100'000)},
                      {"weather", Value(i % 3 == 0 ? "rainy" : "clear")},
                      {"text", fmt::format("some words about {}", random_() % 997)}};
    }
    value_of(session_.append_items(items));
    value_of(session_.append_annotations(objects(false)));
    value_of(session_.append_predictions("model", objects(true)));
    embed();
    value_of(
        session_.execute("IMPORT PROBABILITIES FROM RUN \"model\" IN TAXONOMY scene AS scenes"));
    value_of(session_.execute("CREATE SLICE rainy AS metadata.weather = rainy"));
    value_of(session_.execute("CREATE SLICE examples AS metadata.weather = rainy SAMPLE 10000"));
    write_files();
  }

 private:
  static std::string reference(size_t number) { return fmt::format("item{:07}", number); }
  double real(double bound) { return std::uniform_real_distribution<double>(0, bound)(random_); }

  std::vector<ObjectRow> objects(bool predictions) {
    std::vector<ObjectRow> rows;
    for (size_t i = 0; i < items_; ++i) {
      for (size_t n = 0; n < kBoxes; ++n) {
        ObjectRow& row = rows.emplace_back();
        row.reference_id = reference(i);
        row.annotation_id = fmt::format("{}{}", predictions ? 'p' : 'a', i * kBoxes + n);
        row.label = kLabels[random_() % kLabels.size()];
        row.x = real(600);
        row.y = real(400);
        row.width = 20 + real(200);
        row.height = 20 + real(200);
        row.metadata = {{"shade", real(1)}};
        if (predictions) row.confidence = real(1);
      }
      rows.push_back(scene(i, predictions));
    }
    return rows;
  }

  ObjectRow scene(size_t item, bool prediction) {
    ObjectRow row;
    row.reference_id = reference(item);
    row.type = "category";
    row.taxonomy = "scene";
    row.label = kScenes[random_() % kScenes.size()];
    if (!prediction) return row;
    const double sure = 0.4 + real(0.6);
    row.confidence = sure;
    for (const std::string& name : kScenes)
      row.class_pdf.emplace_back(
          name, name == row.label ? sure : (1 - sure) / static_cast<double>(kScenes.size() - 1));
    return row;
  }

  void embed() {
    std::vector<float> vectors(items_ * kWidth);
    for (float& component : vectors) component = static_cast<float>(real(2) - 1);
    value_of(session_.append_embeddings("looks", {}, kWidth, vectors));
  }

  void write_files() {
    std::ofstream items(directory_ / "items.jsonl");
    std::ofstream annotations(directory_ / "annotations.jsonl");
    for (size_t i = 0; i < items_; ++i) {
      items
          << fmt::format(
                 R"({{"reference_id":"new{}","width":640,"metadata":{{"n":{},"words":"word {}"}}}})",
                 i, i, random_() % 1000)
          << "\n";
      for (size_t n = 0; n < kBoxes; ++n)
        annotations
            << fmt::format(
                   R"({{"reference_id":"{}","annotation_id":"new{}","label":"{}","geometry":{{"x":{},"y":{},"width":9,"height":9}}}})",
                   reference(i), n, kLabels[n], random_() % 600, random_() % 400)
            << "\n";
    }
    if (!items.flush() || !annotations.flush())
      throw std::runtime_error("the files to import cannot be written");
  }

  std::filesystem::path directory_;
  size_t items_;
  std::mt19937_64 random_{20240601};
  Database database_;
  Session session_;
};

}  // namespace

void make_cancel_data(const std::filesystem::path& directory, size_t items) {
  Maker(directory, items).make();
}

std::vector<LongStatement> long_statements(const std::filesystem::path& directory) {
  const auto file = [&](const char* name) { return "'" + (directory / name).string() + "'"; };
  const std::string out = (directory / "out").string();
  return {
      {"scan", "SELECT count() WHERE metadata.text ~ '9[0-9]$' AND metadata.n % 7 > 2"},
      {"objects of items",
       "SELECT count() WHERE annotations[area > 900 AND label = car].max(area) > "
       "predictions(\"model\").avg(area)"},
      {"overlaps", "SELECT count() FROM annotations WHERE overlaps(predictions(\"model\"), 0.5)"},
      {"groups",
       "SELECT label, bucket(area, 10), count(), avg(metadata.shade) FROM annotations "
       "GROUP BY label, bucket(area, 10)"},
      {"sort", "SELECT annotation_id FROM annotations ORDER BY metadata.shade, annotation_id DESC"},
      {"nearest", "SELECT reference_id ORDER BY similarity(\"item0000003\") DESC LIMIT 50", true},
      {"insights", "SHOW INSIGHTS"},
      {"export jsonl", "EXPORT FROM items TO '" + out + "/items.jsonl'"},
      {"export csv", "EXPORT FROM annotations TO '" + out + "/annotations.csv' FORMAT csv"},
      {"report", "REPORT metadata.weather = rainy TO '" + out + "/report.html'"},
      {"import items", "IMPORT ITEMS FROM " + file("items.jsonl"), true},
      {"import annotations", "IMPORT ANNOTATIONS FROM " + file("annotations.jsonl"), true},
      {"update", "UPDATE annotations SET metadata.shade = object.area * 2 WHERE area > 500", true},
      {"update labels", "UPDATE annotations SET label = tram WHERE label = car", true},
      {"delete", "DELETE FROM items WHERE metadata.n % 3 = 0", true},
      {"slice", "CREATE SLICE large AS FROM objects WHERE area > 900", true},
      {"evaluate", "EVALUATE RUN \"model\" RULE coco IOU 0.5", true},
      {"label errors", "FIND LABEL ERRORS IN TAXONOMY scene USING PROBABILITIES scenes", true},
      {"label errors in boxes", "FIND LABEL ERRORS IN BOXES USING RUN \"model\"", true},
      {"near duplicates", "FIND NEAR DUPLICATES WITHIN 0.3", true},
      {"outliers", "FIND OUTLIERS", true},
      {"autotag", "CREATE AUTOTAG rain FROM SLICE examples", true},
  };
}

}  // namespace cupel::testing
