#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/io/read.hpp"
#include "engine/io/record_parts.hpp"

/// Items and objects as the lossless form (docs/import-export.md, jsonl) writes them. Formats that
/// write most of it the same way read theirs through these, too.
namespace cupel::io {

/// Names under which a member may stand, the preferred first. They live for ever.
using Spellings = std::span<const std::string_view>;

/// Throws RecordError where the run of a prediction has no name, or a bad one.
void check_run(std::string_view run);

/// Whose an object is that stands alone: its member "run" counts before the run of the request.
ObjectTarget target_of(Members& members, const ReadRequest& request);

/// Reads items. What it returns lives until the next one, and as long as the document.
class ItemReader {
 public:
  ItemReader(FieldNames& names, Spellings references, Spellings locations)
      : references_(references), locations_(locations), fields_(names) {}

  /// Takes the members that are the item's. Others are the caller's to take, before finish().
  void begin(Members& members);
  /// Keeps a member at the top of the rest.
  void keep(const JsonNode& member) { fields_.keep(member); }
  const ItemRecord& finish(const Members& members, const Place& place);

 private:
  Spellings references_;
  Spellings locations_;
  ItemRecord item_;
  FieldCollector fields_;
};

/// Reads annotations and predictions. What it returns lives until the next one, and as long as
/// the document.
class ObjectReader {
 public:
  ObjectReader(FieldNames& names, Spellings references) : references_(references), fields_(names) {}

  /// What an object need not say itself.
  struct Around {
    Place place;
    std::string_view reference_id = {};  ///< of the item that it stands inside of; null: none
    std::string_view type = "box";
  };
  /// Members that were taken before are not kept.
  const ObjectRecord& read(Members& members, const Around& around);

 private:
  void read_reference(Members& members, std::string_view reference_id);
  void read_names(Members& members, std::string_view type);
  void read_shape(Members& members);
  void check_box() const;
  void read_extent(Members& members, std::string_view prefix);
  void read_solid(Members& members);
  void read_class_pdf(const JsonNode& node);

  Spellings references_;
  ObjectRecord record_;
  FieldCollector fields_;
  std::string geometry_;
};

}  // namespace cupel::io
