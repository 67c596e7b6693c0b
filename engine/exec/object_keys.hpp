#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/exec/column_reader.hpp"
#include "engine/io/record.hpp"

/// What makes two objects the same (LANGUAGE.md 3, IMPORT).
namespace cupel::exec {

/// The key of an object, as views of where it was read from.
/// - A category with a taxonomy: its item and taxonomy.
/// - Otherwise, an object with an annotation_id: its item and that.
/// - Otherwise its content: item, label, type, position, dimensions and geometry.
struct ObjectKey {
  enum class Kind { kTaxonomy, kId, kContent };
  Kind kind = Kind::kContent;
  uint64_t item = 0;
  std::string_view name;                   ///< taxonomy or annotation_id
  std::string_view label, type, geometry;  ///< kContent only
  std::array<double, 6> box{};             ///< kContent only; 0 and a clear bit where missing
  uint32_t box_present = 0;                ///< a bit per number of `box`

  uint64_t hash() const;
  friend bool operator==(const ObjectKey&, const ObjectKey&) = default;
};

ObjectKey key_of(uint64_t item, const io::ObjectRecord& object);

/// Reads keys of stored objects. One thread.
class ObjectKeyReader {
 public:
  ObjectKeyReader(const storage::SnapshotPtr& snapshot, storage::TableId table);
  /// The views live until the next call.
  ObjectKey key(uint64_t row);
  std::string_view label(uint64_t row) { return label_.text(row).value_or(""); }
  std::string_view type(uint64_t row) { return type_.text(row).value_or(""); }
  uint64_t item(uint64_t row) { return static_cast<uint64_t>(item_.integer(row).value_or(0)); }

 private:
  ColumnReader item_, annotation_id_, taxonomy_, label_, type_, geometry_;
  std::array<ColumnReader, 6> box_;
};

}  // namespace cupel::exec
