#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "engine/io/export_losses.hpp"
#include "engine/io/record_parts.hpp"

/// Rows of the lossless form, taken apart for the exporters: views into the parsed row.
namespace cupel::io {

/// An annotation or prediction.
class ObjectParts {
 public:
  ObjectParts(RowKind object_kind, const JsonNode& object);

  RowKind kind;                        ///< an annotation or a prediction
  std::string_view reference_id, run;  ///< of objects that stand on their own
  std::string_view label, type, taxonomy, annotation_id;
  const JsonNode* geometry = nullptr;  ///< objects, where they are there
  const JsonNode* metadata = nullptr;
  const JsonNode* class_pdf = nullptr;
  const JsonNode* area = nullptr;  ///< numbers
  const JsonNode* confidence = nullptr;

  /// Its box in the plane of the image, pixels, and the same as they are written; all or nothing.
  struct Box {
    double x, y, width, height;
    friend bool operator==(const Box&, const Box&) = default;
  };
  std::optional<Box> box;
  std::array<std::string_view, 4> box_digits;

  /// The member of metadata; null when there is none.
  const JsonNode* of_metadata(std::string_view key) const {
    return metadata == nullptr ? nullptr : metadata->find(key);
  }
  /// Calls `f(member)` for what `geometry` holds besides the numbers of a box.
  template <typename F>
  void for_each_shape(F&& f) const {
    if (geometry == nullptr) return;
    for (const JsonNode& member : *geometry) {
      if (!box || !is_box_number(member.key)) f(member);
    }
  }
  /// Calls `f(member)` for the members that are none of the above: what analyses found, and unknown
  /// ones.
  template <typename F>
  void for_each_other(F&& f) const {
    members_.for_each_other(f);
  }
  /// Counts them.
  void lose_others(ExportLosses& losses) const;
  /// Counts a part that is there.
  void lose(ExportLosses& losses, const JsonNode* part) const;

 private:
  static bool is_box_number(std::string_view key);
  const JsonNode* take(std::string_view key, JsonKind kind);
  std::string_view take_text(std::string_view key);
  void read_box();

  const JsonNode& object_;
  Members members_;
};

/// An item with its objects.
class ItemParts {
 public:
  explicit ItemParts(const JsonNode& item);

  std::string_view reference_id;
  const JsonNode* image_location = nullptr;  ///< a text
  const JsonNode* width = nullptr;           ///< integers
  const JsonNode* height = nullptr;
  const JsonNode* metadata = nullptr;  ///< an object

  template <typename F>
  void for_each_annotation(F&& f) const {
    if (annotations_ == nullptr) return;
    for (const JsonNode& object : *annotations_) f(ObjectParts(RowKind::kAnnotation, object));
  }
  /// Calls `f(name, objects)` for each run that has predictions of the item; `objects` is a list.
  template <typename F>
  void for_each_run(F&& f) const {
    if (predictions_ == nullptr) return;
    for (const JsonNode& run : *predictions_) f(run.key, run);
  }
  /// Counts the members that are none of the above: what analyses found, and unknown ones.
  void lose_others(ExportLosses& losses) const;

 private:
  const JsonNode* take(std::string_view key, JsonKind kind);

  const JsonNode& item_;
  Members members_;
  const JsonNode* annotations_;
  const JsonNode* predictions_;
};

/// Counts the predictions of a run that was not asked for.
void lose_run(std::string_view run, const JsonNode& objects, ExportLosses& losses);
/// Counts all predictions of an item.
void lose_predictions(const ItemParts& item, ExportLosses& losses);

}  // namespace cupel::io
