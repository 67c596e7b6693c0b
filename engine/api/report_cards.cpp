#include "engine/api/report.hpp"
#include "engine/exec/labeling_rows.hpp"
#include "engine/io/polygon_json.hpp"
#include "engine/plan/evaluation_record.hpp"

namespace cupel::api {
namespace {

report::Verdict verdict_of(const std::string& outcome) {
  if (outcome == "tp") return report::Verdict::kMatched;
  if (outcome == "fp" || outcome == "fn") return report::Verdict::kUnmatched;
  return outcome == "ignored" ? report::Verdict::kIgnored : report::Verdict::kNone;
}

/// Reads the objects of one table as they are drawn.
class ObjectReader {
 public:
  ObjectReader(const storage::SnapshotPtr& snapshot, storage::TableId table,
               const std::string& outcome)
      : origin_(table == storage::kAnnotations ? report::Origin::kAnnotation
                                               : report::Origin::kPrediction),
        item_(snapshot, table, "$item"),
        label_(snapshot, table, "label"),
        confidence_(snapshot, table, "confidence"),
        outcome_(snapshot, table, outcome),
        geometry_(snapshot, table, "geometry"),
        x_(snapshot, table, "position.x"),
        y_(snapshot, table, "position.y"),
        width_(snapshot, table, "dimensions.x"),
        height_(snapshot, table, "dimensions.y"),
        depth_(snapshot, table, "dimensions.z") {}

  uint64_t item(uint64_t row) { return static_cast<uint64_t>(item_.number(row).value_or(0)); }

  report::Drawn read(uint64_t row) {
    report::Drawn object;
    object.origin = origin_;
    object.verdict = verdict_of(outcome_.text(row));
    object.label = label_.text(row);
    object.confidence = confidence_.number(row);
    const auto x = x_.number(row), y = y_.number(row);
    const auto width = width_.number(row), height = height_.number(row);
    // What has a depth lies in space, not in the image.
    if (x && y && width && height && !depth_.number(row))
      object.box = report::Drawn::Box{*x, *y, *width, *height};
    const std::string geometry = geometry_.text(row);
    if (!geometry.empty()) polygons_.read(geometry, object.xy, object.ring_ends);
    return object;
  }

 private:
  report::Origin origin_;
  exec::AnyField item_, label_, confidence_, outcome_, geometry_;
  exec::AnyField x_, y_, width_, height_, depth_;
  io::PolygonReader polygons_;
};

bool contains(const exec::RowSet& rows, storage::TableId table, uint64_t row, uint64_t chunk_rows) {
  for (const auto& part : rows.tables)
    if (part.table == table && row / chunk_rows < part.chunks.size())
      return part.chunks[row / chunk_rows].test(static_cast<uint32_t>(row % chunk_rows));
  return false;
}

}  // namespace

ReportCards::ReportCards(const std::vector<ReportRows::Item>& items, const storage::Run* run,
                         const exec::RowSet& chosen, const exec::Context& context)
    : chosen_(chosen), context_(context) {
  read_items(items);
  read_objects(storage::kAnnotations,
               run == nullptr ? std::string() : plan::annotation_column(plan::kOutcome, run->name));
  if (run != nullptr) read_objects(run->table, plan::kOutcome);
}

void ReportCards::read_items(const std::vector<ReportRows::Item>& items) {
  exec::AnyField location(context_.snapshot, storage::kItems, "image_location");
  exec::AnyField width(context_.snapshot, storage::kItems, "width");
  exec::AnyField height(context_.snapshot, storage::kItems, "height");
  for (const ReportRows::Item& item : items) {
    index_of_[item.row] = cards_.size();
    report::Card& card = cards_.emplace_back();
    card.reference_id = item.reference_id;
    card.facts = item.facts;
    card.location = location.text(item.row);
    card.width = width.number(item.row).value_or(0);
    card.height = height.number(item.row).value_or(0);
  }
}

void ReportCards::read_objects(storage::TableId table, const std::string& outcome) {
  exec::ItemSet items(context_.snapshot->catalog().row_count(storage::kItems));
  for (const auto& [row, index] : index_of_) items.set(row);
  ObjectReader reader(context_.snapshot, table, outcome);
  const uint64_t chunk_rows = context_.snapshot->catalog().chunk_rows;
  for (const uint64_t row : exec::objects_of(items, table, context_)) {
    report::Drawn object = reader.read(row);
    object.chosen = contains(chosen_, table, row, chunk_rows);
    evaluated_ = evaluated_ || object.verdict != report::Verdict::kNone;
    cards_[index_of_.at(reader.item(row))].objects.push_back(std::move(object));
  }
}

}  // namespace cupel::api
