#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cupel/error.hpp"
#include "cupel/value.hpp"

/// What readers of formats produce and the import takes: one item or object at a time, as views
/// that live until the next record. No storage here, no decision about keys.
namespace cupel::io {

/// A JSON scalar. Null is not one: it goes to `rest`.
using Scalar = std::variant<bool, int64_t, double, std::string_view, Timestamp>;

/// Numbers the paths of fields, so that the import can look its columns up in an array.
class FieldNames {
 public:
  /// The number of a canonical column path (`metadata.speed`; storage/catalog.hpp has the rules).
  uint32_t id(std::string_view path);
  const std::string& path(uint32_t id) const { return paths_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(paths_.size()); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::vector<std::string> paths_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> ids_;
};

struct Field {
  uint32_t name;  ///< of the FieldNames
  Scalar value;
};

/// Where a record stands in its file. Exactly one of line and byte is set by line formats and
/// whole-file formats respectively.
struct Place {
  uint64_t line = 0;      ///< from 1; 0: not a line format
  uint64_t byte = 0;      ///< offset of the record's first byte, for whole-file formats
  uint64_t record = 0;    ///< from 1, of its kind; 0: the file is the record
  std::string_view file;  ///< where a folder is read: which of its files, with the folder's path
};

/// `file.jsonl:12 (record 12)` or `file.json, byte 4711 (record 3)`; where the file is the record
/// `folder/a.xml:12` or `folder/a.xml`. `file` stands where the place names none.
std::string describe(const std::string& file, const Place& place);

struct ItemRecord {
  std::string_view reference_id;
  /// For mention() only: another spelling under which the item may be known, tried second; see
  /// ObjectRecord. Empty: none.
  std::string_view alternative_reference;
  std::optional<std::string_view> image_location;
  std::optional<int64_t> width, height;
  /// The file cannot say all of an item: an update sets what the record has, and leaves the item's
  /// other fields alone. True of all items of a file or of none.
  bool partial = false;
  std::vector<Field> fields;  ///< `metadata.…`, other columns by path
  /// Compact JSON object of what fields cannot carry
  /// (lists, nulls, empty objects, unknown top-level
  /// fields), each at its place: {"metadata":{"tags":["a"]},"license":null}. Empty: none.
  std::string_view rest;
  Place place;
};

/// One annotation or prediction.
///
/// Whose it is, in the order in which an import should look:
/// 1. `image_id`, where set: the item whose `metadata.coco_id` is this number. A COCO results file
///    knows its images by these numbers only; `reference_id` is then the number's decimal text
///    (or the text of an id that is a text: look for `metadata.coco_id` as text, too).
/// 2. `reference_id`.
/// 3. `alternative_reference`, where not empty: the same image as other files of the format spell
///    it. BDD100K: of `video/frame.jpg` the last part; of `frame.jpg` without a folder the name
///    without extension (lists of names have none); of `frame` the name with `.jpg`.
/// 4. where `without_extension`: the item whose reference_id without its extension is
///    `reference_id`; else the only one where it ends so (`val/a.jpg` for `a`).
/// `category_id`, where set, says that the file does not name its classes: the label is that of
/// objects whose `metadata.category_id` is this number; `label` is then its decimal text.
struct ObjectRecord {
  std::string_view reference_id;
  std::string_view alternative_reference;  ///< empty: none
  bool without_extension = false;          ///< a file beside the image says its name: `a.txt`
  std::optional<int64_t> image_id, category_id;
  std::string_view label;
  std::string_view type = "box";
  std::string_view annotation_id;                       ///< empty: none given
  std::string_view taxonomy;                            ///< empty: none
  std::optional<double> x, y, z, width, height, depth;  ///< position and dimensions, pixels
  std::optional<double> area;
  std::optional<double> confidence;
  std::vector<Field> fields;  ///< `metadata.…`, `class_pdf.LABEL`
  /// Compact JSON object of what position and dimensions do not say of the shape (vertices,
  /// keypoints, masks, yaw); or empty.
  std::string_view geometry;
  std::string_view rest;
  Place place;
};

/// Whose object it is: ground truth, or a run's.
struct ObjectTarget {
  bool prediction = false;
  std::string_view run;  ///< predictions only
};

/// What is known of the size of an object's image.
struct ImageSize {
  std::optional<uint32_t> width, height;  ///< pixels, at least 1
  std::string complaint;                  ///< why the object's item is not found; empty: it is
};

/// Takes what a reader reads. Any member may throw to end the reading.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void item(const ItemRecord& item) = 0;
  /// An item that a file of objects mentions (COCO images, BDD100K frames): added when unknown,
  /// otherwise left alone and not counted.
  virtual void mention(const ItemRecord& item) = 0;
  virtual void object(const ObjectTarget& target, const ObjectRecord& object) = 0;
  /// The size of the image that an object with these names would belong to: as the dataset has it,
  /// or an item of this reading said. For formats whose shapes are fractions of their image; they
  /// ask through Reading::image_size (formats.hpp). By default nothing is known.
  virtual ImageSize size_of(const ObjectRecord&) { return {}; }
  /// What the reader finds remarkable in the file as a whole, as a sentence; rarely called.
  virtual void remark(std::string) {}
  /// A record that cannot be read. `error`'s message already begins with describe(file, place).
  /// Throws `error` unless errors are skipped; reading goes on with the next record otherwise.
  /// An object that fails does not take its item or its neighbours with it.
  virtual void failed(const Place& place, const Error& error) = 0;
  /// One thing of the file that no record can carry, and that is no mistake in it: `what` is a
  /// plural that ends in its noun (`relations`, `cancelled annotations`), where something can be
  /// done followed by `; ` and the advice. Counted by `what`; few are different in a file.
  virtual void lost(std::string_view what) = 0;
  /// Bytes of the file done, and all; polled often, must be cheap; throws to interrupt.
  virtual void progress(uint64_t done, uint64_t total) = 0;
  /// What progress() counts from now on, where it is not bytes.
  virtual void progress_in(std::string_view) {}
};

}  // namespace cupel::io
