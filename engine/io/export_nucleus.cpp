#include <algorithm>
#include <array>
#include <optional>

#include "engine/io/exporters.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/nucleus_shape.hpp"
#include "engine/io/row_parts.hpp"
#include "engine/io/write.hpp"

namespace cupel::io {
namespace {

/// In the order of an export of Nucleus.
constexpr std::array<std::string_view, 7> kTypes = {
    "box", "cuboid", "line", "polygon", "keypoints", "segmentation", "category"};

void append_raw(std::string& out, std::string_view key, const JsonNode* member) {
  if (member == nullptr) return;
  append_key(out, key);
  out += member->raw;
}

void append_text_member(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_text(out, text);
}

/// The segments of one mask, gathered until the next one begins.
class MaskPayload {
 public:
  /// Whether the segment is of this mask, or there is none yet.
  bool takes(std::string_view reference_id, std::string_view url) const {
    return segments_.empty() || (reference_id == reference_id_ && url == url_);
  }

  void add(const ObjectParts& object, std::string_view reference_id, std::string_view url) {
    reference_id_ = reference_id;
    url_ = url;
    segments_ += segments_.empty() ? "{" : ",{";
    append_text_member(segments_, "label", object.label);
    append_raw(segments_, "index", object.geometry->find("index"));
    append_raw(segments_, "metadata", object.metadata);
    segments_ += '}';
    take_id(object.annotation_id);
  }

  /// Appends the payload, and begins the next one.
  void append(std::string& out, RowKind kind, ExportLosses& losses) {
    out += '{';
    append_text_member(out, "type", "mask");
    append_text_member(out, "mask_url", url_);
    append_key(out, "annotations");
    out += '[' + segments_ + ']';
    append_text_member(out, "reference_id", reference_id_);
    if (!numbered_) {
      for (uint64_t i = 0; i < ids_; ++i) losses.field(kind, "annotation_id");
    } else if (id_ && *id_ != reference_id_ + "-mask") {
      append_text_member(out, "annotation_id", *id_);
    }
    out += '}';
    *this = {};
  }
  bool empty() const { return segments_.empty(); }

 private:
  /// A mask has one id, and its segments are `ID/0`, `ID/1`, ….
  void take_id(std::string_view id) {
    const std::string suffix = "/" + std::to_string(count_++);
    if (!id.empty()) ++ids_;
    numbered_ = numbered_ && id.ends_with(suffix);
    if (!numbered_) return;
    id.remove_suffix(suffix.size());
    if (!id_) id_ = id;
    numbered_ = *id_ == id;
  }

  std::string reference_id_, url_, segments_;
  std::optional<std::string> id_;
  bool numbered_ = true;
  uint64_t count_ = 0, ids_ = 0;
};

/// Items with their objects by type, as Nucleus exports them; or objects, as it imports them.
class NucleusExporter final : public Exporter {
 public:
  explicit NucleusExporter(const ExportRequest& request)
      : rows_(request.rows), run_(request.options.text("run")), file_(request.target) {
    const auto& runs = request.snapshot->catalog().runs();
    if (run_.empty() && runs.size() == 1) run_ = runs.front().name;
    object_kind_ = rows_ == ExportRows::kPredictions ? RowKind::kPrediction : RowKind::kAnnotation;
    file_.write("[");
  }

  void add(const JsonNode& row) override {
    if (rows_ == ExportRows::kItems) {
      add_item(ItemParts(row));
    } else if (rows_ == ExportRows::kObjects && row.find("run") != nullptr) {
      losses_.objects("predictions");
    } else {
      add_alone(ObjectParts(object_kind_, row));
    }
  }

  void finish() override {
    flush_mask();
    file_.write("\n]\n");
    file_.commit();
  }

  std::vector<std::pair<uint64_t, std::string>> written() const override {
    std::vector<std::pair<uint64_t, std::string>> written;
    if (rows_ == ExportRows::kItems) written.emplace_back(items_, "items");
    if (object_kind_ == RowKind::kAnnotation) written.emplace_back(annotations_, "annotations");
    if (predictions_ > 0 || object_kind_ == RowKind::kPrediction)
      written.emplace_back(predictions_, "predictions");
    return written;
  }

 private:
  void write_record(std::string_view record) {
    file_.write(records_++ == 0 ? "\n" : ",\n");
    file_.write(record);
  }

  void add_alone(const ObjectParts& object) {
    std::string payload;
    if (const JsonNode* url = mask_url_of(object)) {
      if (!mask_.takes(object.reference_id, url->text)) flush_mask();
      add_segment(mask_, object, object.reference_id, url->text);
    } else if (append_payload(payload, object, object.reference_id)) {
      flush_mask();
      write_record(payload);
    }
  }

  void flush_mask() {
    if (mask_.empty()) return;
    std::string payload;
    mask_.append(payload, object_kind_, losses_);
    write_record(payload);
  }

  void add_item(const ItemParts& item) {
    std::string record = "{\"item\":{";
    append_text_member(record, "reference_id", item.reference_id);
    append_raw(record, "image_url", item.image_location);
    append_raw(record, "width", item.width);
    append_raw(record, "height", item.height);
    append_raw(record, "metadata", item.metadata);
    record += '}';
    item.lose_others(losses_);
    ++items_;
    begin_groups();
    item.for_each_annotation(
        [&](const ObjectParts& object) { add_to_group(object, item.reference_id); });
    append_groups(record, "annotations", RowKind::kAnnotation);
    item.for_each_run([&](std::string_view run, const JsonNode& objects) {
      if (run != run_) return lose_run(run, objects, losses_);
      begin_groups();
      for (const JsonNode& object : objects)
        add_to_group(ObjectParts(RowKind::kPrediction, object), item.reference_id);
      append_groups(record, "predictions", RowKind::kPrediction);
    });
    write_record(record + '}');
  }

  void begin_groups() {
    for (std::string& group : groups_) group.clear();
  }

  void add_to_group(const ObjectParts& object, std::string_view reference_id) {
    const auto type = std::find(kTypes.begin(), kTypes.end(), object.type);
    if (type == kTypes.end()) return losses_.objects(plural_of_type(object.type));
    std::string& group = groups_[static_cast<size_t>(type - kTypes.begin())];
    const JsonNode* url = mask_url_of(object);
    if (url != nullptr) {
      if (!mask_.takes(reference_id, url->text)) end_mask(group, object.kind);
      add_segment(mask_, object, reference_id, url->text);
      return;
    }
    const size_t before = group.size();
    if (before > 0) group += ',';
    if (!append_payload(group, object, reference_id)) group.resize(before);
  }

  void end_mask(std::string& group, RowKind kind) {
    if (!group.empty()) group += ',';
    mask_.append(group, kind, losses_);
  }

  void append_groups(std::string& record, std::string_view key, RowKind kind) {
    const auto masks = std::find(kTypes.begin(), kTypes.end(), "segmentation") - kTypes.begin();
    if (!mask_.empty()) end_mask(groups_[static_cast<size_t>(masks)], kind);
    append_key(record, key);
    record += '{';
    for (size_t i = 0; i < kTypes.size(); ++i) {
      if (groups_[i].empty()) continue;
      append_key(record, kTypes[i]);
      record += '[' + groups_[i] + ']';
    }
    record += '}';
  }

  void add_segment(MaskPayload& mask, const ObjectParts& object, std::string_view reference_id,
                   std::string_view url) {
    mask.add(object, reference_id, url);
    for (const JsonNode& member : *object.geometry) {
      if (member.key != "mask_url" && member.key != "index")
        losses_.field(object.kind, "geometry." + std::string(member.key));
    }
    object.lose(losses_, object.confidence);
    object.lose(losses_, object.class_pdf);
    object.lose(losses_, object.area);
    if (!object.taxonomy.empty()) losses_.field(object.kind, "taxonomy");
    object.lose_others(losses_);
    ++count_of(object.kind);
  }

  /// False where Nucleus has no such object.
  bool append_payload(std::string& out, const ObjectParts& object, std::string_view reference_id) {
    std::string geometry = "{";
    std::string_view why;
    if (!append_nucleus_geometry(geometry, object, losses_, why)) {
      losses_.objects(plural_of_type(object.type), why);
      return false;
    }
    out += '{';
    append_text_member(out, "label", object.label);
    append_text_member(out, "type", object.type);
    if (!object.taxonomy.empty()) append_text_member(out, "taxonomy_name", object.taxonomy);
    append_key(out, "geometry");
    out += geometry + '}';
    append_text_member(out, "reference_id", reference_id);
    if (!object.annotation_id.empty())
      append_text_member(out, "annotation_id", object.annotation_id);
    append_raw(out, "confidence", object.confidence);
    append_raw(out, "class_pdf", object.class_pdf);
    append_raw(out, "metadata", object.metadata);
    object.lose(losses_, object.area);
    object.for_each_other([&](const JsonNode& member) {
      if (member.key == "track_reference_id" || member.key == "task_id") {
        append_raw(out, member.key, &member);
      } else {
        losses_.field(object.kind, member.key);
      }
    });
    out += '}';
    ++count_of(object.kind);
    return true;
  }

  uint64_t& count_of(RowKind kind) {
    return kind == RowKind::kPrediction ? predictions_ : annotations_;
  }

  ExportRows rows_;
  std::string run_;  ///< whose predictions go with items
  RowKind object_kind_;
  OutputFile file_;
  MaskPayload mask_;
  std::array<std::string, kTypes.size()> groups_;
  uint64_t records_ = 0, items_ = 0, annotations_ = 0, predictions_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> export_nucleus(const ExportRequest& request) {
  return std::make_unique<NucleusExporter>(request);
}

}  // namespace cupel::io
