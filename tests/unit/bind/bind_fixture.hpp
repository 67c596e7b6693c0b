#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/bind/bind.hpp"
#include "grammar/parse.hpp"
#include "storage/count_names.hpp"
#include "tests/support/fake_snapshot.hpp"

namespace cupel::tests {

/// A small street scene: cars, trucks, traffic lights, a taxonomy, autotags, slices, labeling and
/// two runs, of which the first is evaluated. Queries are bound against it and shown as plans.
class BindTest : public testing::Test {
 protected:
  BindTest() { fill(); }

  static constexpr storage::TableId kItems = storage::kItems;
  static constexpr storage::TableId kObjects = storage::kAnnotations;

  void count(storage::TableId table, const std::string& type, const std::string& label) {
    data.column(kItems, storage::count_column(table), Type::kInt64);
    data.column(kItems, storage::count_column(table, type), Type::kInt64);
    data.column(kItems, storage::count_column(table, type, label), Type::kInt64);
  }

  void fill() {
    data.set(kItems, 0, "reference_id", "a");
    data.set(kItems, 0, "width", 1280);
    data.set(kItems, 0, "height", 720);
    for (const char* name : {"camera", "timeofday", "sequence_id", "weather", "review_status"})
      data.set(kItems, 0, std::string("metadata.") + name, "x");
    for (const char* name : {"speed_mph", "frame_number"})
      data.set(kItems, 0, std::string("metadata.") + name, 5);
    data.set(kItems, 0, "metadata.mislabel_score", 0.5);
    data.set(kItems, 0, "metadata.taken", Value(Timestamp{0}));
    data.set(kItems, 0, "metadata.predicted_label", "car");
    data.set(kItems, 0, "metadata.night", Value(true));
    data.set(kItems, 0, "autotag.image.rain", 0.5);
    data.set(kItems, 0, "autotag.image.police_cars", 0.5);
    data.set(kItems, 0, "autotag_training.image.rain", 1);
    for (const char* name : {"status", "audit_status", "project"})
      data.set(kItems, 0, std::string("labeling.") + name, "pending");
    data.set(kItems, 0, "labeling.completed_at", Value(Timestamp{0}));
    fill_objects(kObjects);
    data.set(kObjects, 0, "metadata.potential_mislabel", 1);
    data.set(kObjects, 0, "metadata.distance_to_device", 160.5);
    for (const char* label : {"car", "truck", "bus", "traffic light", "stop sign", "traffic sign"})
      count(kObjects, "box", label);
    count(kObjects, "segmentation", "car");
    count(kObjects, "category", "dress");
    add_slices();
  }

  void fill_objects(storage::TableId table) {
    data.set(table, 0, "label", "car");
    data.set(table, 0, "type", "box");
    data.set(table, 0, "taxonomy", "clothing_type");
    for (const char* name : {"position.x", "position.y", "dimensions.x", "dimensions.y", "area"})
      data.set(table, 0, name, 10.5);
    data.set(table, 0, "metadata.color", "yellow");
    data.set(table, 0, "metadata.occluded", Value(true));
    data.set(table, 0, "autotag.object.stop_sign", 0.5);
  }

  void add_slices() {
    storage::Slice night;
    night.name = "night";
    const uint32_t id = data.catalog().add_slice(night).id;
    data.column(kItems, "$slice:" + std::to_string(id), Type::kBool);
    storage::Slice boxes;
    boxes.name = "boxes";
    boxes.objects = true;
    const uint32_t boxes_id = data.catalog().add_slice(boxes).id;
    data.column(kObjects, "$slice:" + std::to_string(boxes_id), Type::kBool);
  }

  void live(const std::string& name, const std::string& query, bool objects = false) {
    storage::Slice slice;
    slice.name = name;
    slice.live = true;
    slice.objects = objects;
    slice.query = query;
    data.catalog().add_slice(slice);
  }

  /// Two runs, "first" evaluated.
  void add_runs(int runs = 1) {
    first = data.run("first");
    fill_objects(first);
    data.set(first, 0, "confidence", 0.5);
    data.set(first, 0, "outcome", "tp");
    data.set(first, 0, "iou", 0.5);
    data.set(kObjects, 0, "outcome.first", "tp");
    count(first, "box", "pedestrian");
    if (runs > 1) fill_objects(second = data.run("second"));
  }

  plan::Plan bind(const std::string& text) {
    warnings.clear();
    const bind::Scope scope{data.snapshot(), run, &parameters, examples};
    return bind::bind_query(grammar::parse_query(text), scope, warnings);
  }

  /// The condition as bound, before rewriting.
  std::string where(const std::string& text) {
    const plan::Plan plan = bind(text);
    const plan::ConditionPtr& where = plan.arms.at(0).where;
    return where == nullptr ? "" : plan::print(*where, plan);
  }

  std::string explained(const std::string& text) {
    const plan::Plan plan = plan::rewrite(bind(text));
    return plan::explain(plan, data.catalog());
  }

  /// "code | message | the words in the text | suggestion"
  std::string failure(const std::string& text) {
    try {
      bind(text);
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + " | " + error.message() + " | " +
             at(text, error.span()) + " | " + error.suggestion();
    }
    return "no error";
  }

  /// The warnings of a query, "message | words | suggestion", one a line.
  std::string warned(const std::string& text) {
    bind(text);
    std::string out;
    for (const Warning& w : warnings)
      out +=
          (out.empty() ? "" : "\n") + w.message + " | " + at(text, w.span) + " | " + w.suggestion;
    return out;
  }

  static std::string at(const std::string& text, const std::optional<Span>& span) {
    return span ? text.substr(span->begin, span->end - span->begin) : "-";
  }

  FakeData data;
  storage::TableId first = 0, second = 0;
  std::string run;
  Parameters parameters;
  std::shared_ptr<const bind::Examples> examples;
  std::vector<Warning> warnings;
};

}  // namespace cupel::tests
