#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>

#include "cupel/error.hpp"
#include "engine/io/exporters.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/label_studio_config.hpp"
#include "engine/io/label_studio_work.hpp"
#include "engine/io/row_parts.hpp"
#include "engine/io/write.hpp"

namespace cupel::io {
namespace {

void append_text_member(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_text(out, text);
}

void append_raw(std::string& out, std::string_view key, const JsonNode& node) {
  append_key(out, key);
  out += node.raw;
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Tasks, one an item, and the labeling config beside them.
class LabelStudioExporter final : public Exporter {
 public:
  explicit LabelStudioExporter(const ExportRequest& request)
      : target_(request.target),
        reach_(request.reach),
        run_(request.options.text("run")),
        file_(request.target) {
    if (request.rows != ExportRows::kItems) {
      throw Error(ErrorCode::kUnsupported,
                  "tasks of Label Studio are items with all their objects; leave FROM out");
    }
    file_.write("[");
  }

  void add(const JsonNode& row) override {
    const ItemParts item(row);
    ids_.clear();
    item.for_each_annotation(
        [&](const ObjectParts& object) { ids_.emplace(object.annotation_id); });
    buffer_ = tasks_++ == 0 ? "\n{" : ",\n{";
    write_task_id(item);
    write_data(item);
    bool sized = write_annotations(item);
    sized |= write_predictions(item);
    buffer_ += '}';
    if (!sized) {  // only regions tell it
      if (item.width != nullptr) losses_.field(RowKind::kItem, "width");
      if (item.height != nullptr) losses_.field(RowKind::kItem, "height");
    }
    item.lose_others(losses_);
    file_.write(buffer_);
  }

  void finish() override {
    file_.write("\n]\n");
    std::filesystem::path beside = target_;
    beside.replace_extension(".config.xml");
    OutputFile config(reach_.resolve(beside, Reach::For::kWriting));
    config.write(config_.xml());
    config.commit();
    file_.commit();
  }

  std::vector<std::pair<uint64_t, std::string>> written() const override {
    return {{tasks_, "tasks"}, {annotations_, "annotations"}, {predictions_, "predictions"}};
  }

 private:
  void note_ids(const ItemParts& item) {
    ids_.clear();
    item.for_each_annotation(
        [&](const ObjectParts& object) { ids_.emplace(object.annotation_id); });
    item.for_each_run([&](std::string_view, const JsonNode& objects) {
      for (const JsonNode& object : objects)
        ids_.emplace(ObjectParts(RowKind::kPrediction, object).annotation_id);
    });
  }

  void write_task_id(const ItemParts& item) {
    const JsonNode* id =
        item.metadata == nullptr ? nullptr : item.metadata->find("label_studio_id");
    if (id != nullptr && id->kind == JsonKind::kInteger) append_raw(buffer_, "id", *id);
  }

  void write_data(const ItemParts& item) {
    append_key(buffer_, "data");
    buffer_ += '{';
    append_key(buffer_, "image");
    if (item.image_location != nullptr) {
      buffer_ += item.image_location->raw;
    } else {
      append_text(buffer_, item.reference_id);
    }
    append_text_member(buffer_, "reference_id", item.reference_id);
    if (item.metadata != nullptr) {
      if (item.metadata->empty()) losses_.field(RowKind::kItem, "empty metadata");
      for (const JsonNode& member : *item.metadata) {
        if (member.key == "label_studio_id" && member.kind == JsonKind::kInteger) continue;
        if (is_one_of(member.key, {"image", "reference_id"}) || member.is_null()) {
          losses_.below(RowKind::kItem, "metadata." + std::string(member.key), member);
        } else {
          append_raw(buffer_, member.key, member);
        }
      }
    }
    buffer_ += '}';
  }

  /// An annotation, and whose it is.
  struct Annotation {
    std::string annotator;  ///< JSON; empty: not said
    bool ground_truth;
    StudioWork work;
    uint64_t objects = 0;
  };

  Annotation& annotation_of(std::deque<Annotation>& annotations, const ItemParts& item,
                            const ObjectParts& object) {
    const JsonNode* who = object.of_metadata("annotator");
    const bool told = who != nullptr && (who->is_text() || who->kind == JsonKind::kInteger);
    const std::string annotator = told ? std::string(who->raw) : std::string();
    const bool truth = is_ground_truth(object);
    for (Annotation& each : annotations) {
      if (each.annotator == annotator && each.ground_truth == truth) return each;
    }
    return annotations.emplace_back(
        Annotation{annotator, truth, StudioWork(item, {}, config_, losses_, ids_)});
  }

  /// One annotation for each annotator, in order of appearance. True when a region tells the size.
  bool write_annotations(const ItemParts& item) {
    std::deque<Annotation> annotations;
    item.for_each_annotation([&](const ObjectParts& object) {
      Annotation& annotation = annotation_of(annotations, item, object);
      annotation.objects += annotation.work.add(object) ? 1 : 0;
    });
    bool any = false;
    bool sized = false;
    append_key(buffer_, "annotations");
    buffer_ += '[';
    for (Annotation& each : annotations) {
      if (each.objects == 0) continue;
      annotations_ += each.objects;
      sized |= each.work.tells_size();
      buffer_ += std::exchange(any, true) ? ",{" : "{";
      if (!each.annotator.empty()) {
        append_key(buffer_, "completed_by");
        buffer_ += each.annotator;
      }
      if (each.ground_truth) {
        append_key(buffer_, "ground_truth");
        buffer_ += "true";
      }
      append_key(buffer_, "result");
      buffer_ += each.work.finish() + '}';
    }
    buffer_ += ']';
    return sized;
  }

  /// One prediction for each run.
  bool write_predictions(const ItemParts& item) {
    bool any = false;
    bool sized = false;
    append_key(buffer_, "predictions");
    buffer_ += '[';
    item.for_each_run([&](std::string_view run, const JsonNode& objects) {
      if (!run_.empty() && run != run_) return lose_run(run, objects, losses_);
      StudioWork work(item, run, config_, losses_, ids_);
      for (const JsonNode& object : objects)
        predictions_ += work.add(ObjectParts(RowKind::kPrediction, object)) ? 1 : 0;
      sized |= work.tells_size();
      buffer_ += std::exchange(any, true) ? ",{" : "{";
      append_text_member(buffer_, "model_version", run);
      append_key(buffer_, "result");
      buffer_ += work.finish() + '}';
    });
    buffer_ += ']';
    return sized;
  }

  std::filesystem::path target_;
  Reach reach_;
  std::string run_;  ///< whose predictions are written; empty: all
  OutputFile file_;
  StudioConfig config_;
  std::set<std::string, std::less<>> ids_;
  std::string buffer_;
  uint64_t tasks_ = 0, annotations_ = 0, predictions_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> export_label_studio(const ExportRequest& request) {
  return std::make_unique<LabelStudioExporter>(request);
}

}  // namespace cupel::io
