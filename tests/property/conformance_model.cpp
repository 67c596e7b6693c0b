#include "tests/property/conformance_model.hpp"

namespace cupel::testing {

namespace {

using Fields = std::map<std::string, Value>;

void add_items(Model& model) {
  const auto put = [&](const char* name, Fields fields) {
    fields["reference_id"] = name;
    model.put_item(std::move(fields));
  };
  put("a.png", {{"image_location", "img/a.png"},
                {"width", 640},
                {"height", 480},
                {"metadata.camera", "rear"},
                {"metadata.timeofday", "night"},
                {"metadata.weather", "rainy"},
                {"metadata.speed_mph", 60},
                {"metadata.sequence_id", "abcdef"},
                {"metadata.frame_number", 0},
                {"metadata.review_status", "accepted"},
                {"metadata.taken", "2021-06-01T08:00:00Z"},
                {"labeling.project", "p1"},
                {"labeling.task_id", "t1"},
                {"labeling.status", "pending"},
                {"labeling.created_at", "2021-05-01T00:00:00Z"},
                {"autotag.image.rain", 0.9},
                {"autotag.image.police_cars", 0.1}});
  put("b.png", {{"image_location", "img/b.png"},
                {"width", 640},
                {"height", 480},
                {"metadata.camera", "rear"},
                {"metadata.timeofday", "night"},
                {"metadata.weather", "clear"},
                {"metadata.speed_mph", 50},
                {"metadata.sequence_id", "abcdef"},
                {"metadata.frame_number", 5},
                {"metadata.review_status", "rejected"},
                {"labeling.project", "p1"},
                {"labeling.task_id", "t2"},
                {"labeling.status", "completed"},
                {"labeling.audit_status", "accepted"},
                {"labeling.created_at", "2021-05-01T00:00:00Z"},
                {"labeling.completed_at", "2021-06-01T12:30:00Z"},
                {"autotag.image.rain", 0.0},
                {"autotag.image.police_cars", 0.5}});
  put("c.png", {{"image_location", "img/c.png"},
                {"width", 1280},
                {"height", 720},
                {"metadata.camera", "rear"},
                {"metadata.timeofday", "daytime"},
                {"metadata.weather", "rainy"},
                {"metadata.speed_mph", 80.5},
                {"metadata.sequence_id", "abcdef"},
                {"metadata.frame_number", 7},
                {"labeling.project", "p1"},
                {"labeling.task_id", "t3"},
                {"labeling.status", "completed"},
                {"labeling.audit_status", "rejected"},
                {"labeling.created_at", "2021-05-02T00:00:00Z"},
                {"labeling.completed_at", "2020-12-31T23:59:59Z"},
                {"autotag.image.rain", -0.2},
                {"autotag.image.police_cars", 0.7}});
}

void add_more_items(Model& model) {
  const auto put = [&](const char* name, Fields fields) {
    fields["reference_id"] = name;
    model.put_item(std::move(fields));
  };
  put("d.png", {{"image_location", "img/d.png"},
                {"width", 1280},
                {"height", 720},
                {"metadata.camera", "front"},
                {"metadata.timeofday", "night"},
                {"metadata.weather", "snowy"},
                {"metadata.speed_mph", 75},
                {"metadata.sequence_id", "ghi"},
                {"metadata.frame_number", 10},
                {"metadata.mislabel_score", 0.25},
                {"autotag.image.rain", -0.7},
                {"autotag.image.police_cars", -0.4}});
  put("e.png", {{"image_location", "img/e.png"},
                {"width", 640},
                {"height", 480},
                {"metadata.camera", "rear"},
                {"metadata.timeofday", "night"},
                {"metadata.speed_mph", 51},
                {"metadata.sequence_id", "abcdef"},
                {"metadata.frame_number", 10},
                {"metadata.mislabel_score", 0.75}});
  put("f.png", {{"metadata.speed_mph", "unknown"}, {"metadata.nested.deep.er", 1}});
  put("größe 7/ü.png", {{"width", 100},
                        {"height", 100},
                        {"metadata.weather", "rainy"},
                        {"metadata.frame_number", 15},
                        {"metadata.sequence_id", "abcdef"}});
}

Fields box(const char* label, const char* id, double x, double y, double w, double h,
           Fields more = {}) {
  more.merge(Fields{{"label", label},
                    {"type", "box"},
                    {"annotation_id", id},
                    {"position.x", x},
                    {"position.y", y},
                    {"dimensions.x", w},
                    {"dimensions.y", h},
                    {"area", w * h}});
  return more;
}

Fields category(const char* label) {
  return {{"label", label}, {"type", "category"}, {"taxonomy", "clothing_type"}};
}

void add_annotations(Model& model) {
  const auto put = [&](const char* item, Fields fields) {
    model.put_object(model.collections[0], item, std::move(fields));
  };
  const auto color = [](const char* name) { return Fields{{"metadata.color", name}}; };
  const auto suspect = [](const char* label) {
    return Fields{{"metadata.potential_mislabel", 1}, {"metadata.predicted_label", label}};
  };
  put("a.png", box("traffic light", "a1", 10, 10, 5, 3, color("yellow")));
  put("a.png", box("traffic light", "a2", 20, 10, 8, 2, color("red")));
  put("a.png", box("traffic light", "a3", 30, 10, 5, 9, color("green")));
  put("a.png", box("traffic light", "a4", 40, 10, 5, 9, color("green")));
  put("a.png", box("truck", "a5", 100, 100, 200, 120, {{"metadata.distance_to_device", 151.5}}));
  put("a.png", category("dress"));
  put("b.png", box("truck", "b1", 1, 1, 100, 50,
                   {{"metadata.color", "yellow"}, {"metadata.distance_to_device", 150}}));
  put("b.png", box("bus", "b2", 1, 60, 100, 50));
  put("b.png", box("bus", "b3", 2, 60, 100, 50));
  put("b.png", box("bus", "b4", 3, 60, 100, 50));
  put("b.png", box("truck", "b5", 4, 60, 100, 50));
  put("b.png", category("trousers"));
  put("c.png", box("stop sign", "c1", 4, 4, 3, 30));
  put("c.png", box("stop sign", "c2", 9, 4, 30, 3));
  put("c.png", {{"label", "road"}, {"type", "segmentation"}, {"annotation_id", "c3"}});
  put("c.png", box("traffic sign", "c4", 50, 4, 30, 30));
  put("d.png", box("stop sign", "d1", 4, 4, 20, 20, suspect("traffic sign")));
  put("d.png", box("police_car", "d2", 4, 40, 20, 20));
  put("d.png", {{"label", "lane"}, {"type", "line"}, {"annotation_id", "d3"}});
  Fields e1 = suspect("truck");
  e1["metadata.distance_to_device"] = 200;
  put("e.png", box("truck", "e1", 4, 40, 20, 20, e1));
}

void add_predictions(Model& model) {
  model.run("effdet");
  const auto put = [&](const char* item, Fields fields, double confidence) {
    fields["confidence"] = confidence;
    model.put_object(model.collections[1], item, std::move(fields));
  };
  put("a.png", box("truck", "p1", 101, 99, 200, 120), 0.9);
  put("a.png", box("pedestrian", "p2", 1, 9, 20, 60), 0.8);
  put("a.png", box("pedestrian", "p3", 31, 9, 20, 60), 0.7);
  put("a.png", box("pedestrian", "p4", 61, 9, 20, 60), 0.25);
  put("b.png", box("pedestrian", "p5", 61, 9, 20, 60), 0.95);
  put("f.png", box("truck", "p6", 1, 1, 50, 40), 0.99);
}

}  // namespace

Model conformance_model() {
  Model model;
  add_items(model);
  add_more_items(model);
  add_annotations(model);
  add_predictions(model);
  return model;
}

}  // namespace cupel::testing
