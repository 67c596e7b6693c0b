#include "tests/bench/floor_data.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <limits>

#include "cupel/cupel.hpp"

namespace bench {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

void each_batch(cupel::Session& session, const std::string& statement,
                const std::function<void(const cupel::Batch&)>& take) {
  cupel::Result<cupel::Cursor> cursor = session.run(statement);
  while (cursor.ok()) {
    cupel::Result<std::optional<cupel::Batch>> batch = cursor.value().next();
    if (!batch.ok()) break;
    if (!batch.value()) return;
    take(*batch.value());
  }
  std::cerr << "floor_bench: " << statement << " fails\n";
  std::exit(1);
}

void add_texts(const cupel::ColumnData& column, Codes& out) {
  for (size_t i = 0; i < column.size(); ++i) {
    const std::string_view text = column.text(i);
    auto at = std::find(out.names.begin(), out.names.end(), text);
    if (at == out.names.end()) at = out.names.emplace(at, text);
    out.codes.push_back(static_cast<uint8_t>(at - out.names.begin()));
  }
}

void add_numbers(const cupel::ColumnData& column, std::vector<double>& out) {
  for (size_t i = 0; i < column.size(); ++i) {
    const bool whole = column.type == cupel::Type::kInt64;
    const double value = whole ? static_cast<double>(column.integers[i]) : column.numbers[i];
    out.push_back(column.is_missing(i) ? kMissing : value);
  }
}

template <typename T>
void add_integers(const cupel::ColumnData& column, std::vector<T>& out) {
  for (const int64_t value : column.integers) out.push_back(static_cast<T>(value));
}

void read_images(cupel::Session& session, Images& out) {
  each_batch(session,
             "SELECT reference_id, metadata.weather, metadata.scene, metadata.timeofday,"
             " metadata.speed, metadata.mislabel_score, metadata.timestamp, annotations.count,"
             " annotations.car, annotations.pedestrian",
             [&](const cupel::Batch& batch) {
               const auto& columns = batch.columns;
               for (size_t i = 0; i < batch.rows; ++i) {
                 out.bytes += columns[0].text(i);
                 out.begin.push_back(out.bytes.size());
               }
               add_texts(columns[1], out.weather);
               add_texts(columns[2], out.scene);
               add_texts(columns[3], out.time);
               add_numbers(columns[4], out.speed);
               add_numbers(columns[5], out.score);
               add_integers(columns[6], out.timestamp);
               add_integers(columns[7], out.boxes);
               add_integers(columns[8], out.cars);
               add_integers(columns[9], out.pedestrians);
             });
  const uint8_t overcast = out.weather.code("overcast");
  for (const uint8_t code : out.weather.codes) out.overcast.push_back(code == overcast ? 1 : 0);
}

/// Items of objects that come in the order of items.
void add_items(const cupel::ColumnData& names, const Images& images, std::vector<uint32_t>& out) {
  uint32_t item = out.empty() ? 0 : out.back();
  for (size_t i = 0; i < names.size(); ++i) {
    while (item < images.size() && images.name(item) != names.text(i)) ++item;
    out.push_back(item);
  }
}

void read_boxes(cupel::Session& session, const std::string& source, const std::string& more,
                const Images& images, Boxes& out) {
  const std::string fields =
      "item.reference_id, label, position.x, position.y, dimensions.x, dimensions.y";
  const bool annotations = source == "annotations";
  each_batch(session, "SELECT " + fields + more + " FROM " + source,
             [&](const cupel::Batch& batch) {
               const auto& columns = batch.columns;
               add_items(columns[0], images, out.item);
               add_texts(columns[1], out.label);
               add_numbers(columns[2], out.x);
               add_numbers(columns[3], out.y);
               add_numbers(columns[4], out.width);
               add_numbers(columns[5], out.height);
               if (!annotations) return add_numbers(columns[6], out.confidence);
               add_integers(columns[6], out.occluded);
               add_integers(columns[7], out.truncated);
               add_integers(columns[8], out.flagged);
             });
  out.first.assign(images.size() + 1, 0);
  for (const uint32_t item : out.item) ++out.first[item + 1];
  for (size_t i = 0; i < images.size(); ++i) out.first[i + 1] += out.first[i];
}

}  // namespace

uint8_t Codes::code(std::string_view name) const {
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? 255 : static_cast<uint8_t>(at - names.begin());
}

Street read_street(const std::string& database) {
  cupel::Options options;
  options.read_only = true;
  cupel::Result<cupel::Database> opened = cupel::Database::open(database, options);
  if (!opened.ok()) {
    std::cerr << cupel::describe(opened.error(), "") << '\n';
    std::exit(1);
  }
  cupel::Session session = opened.value().session();
  Street street;
  read_images(session, street.images);
  read_boxes(session, "annotations",
             ", metadata.occluded, metadata.truncated, metadata.potential_mislabel", street.images,
             street.boxes);
  read_boxes(session, "predictions(\"street\")", ", confidence", street.images, street.predictions);
  return street;
}

}  // namespace bench
