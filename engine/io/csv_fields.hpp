#pragma once

#include <string>
#include <vector>

#include "engine/io/csv_header.hpp"
#include "engine/io/csv_value.hpp"
#include "engine/io/record.hpp"

namespace cupel::io {

/// The columns of a CSV file that become fields by their names: `metadata.a.b` is that path, and
/// any other name is a path below `metadata`, except those that analyses write (`autotag.image.x`;
/// of objects also `outcome`, `class_pdf.car`, …). Columns without a name are left out.
class CsvFields {
 public:
  /// The columns that are not among `taken`. Throws Error(kConstraint) naming the file when two of
  /// them are one field.
  CsvFields(const CsvHeader& header, const std::vector<size_t>& taken, bool objects,
            const std::string& file, FieldNames& names);

  bool empty() const { return columns_.empty(); }
  size_t nameless() const { return nameless_; }
  /// For the first of two passes over the file, after which columns have the types of their cells.
  /// Without it all are text.
  void count(const CsvRecord& record);
  void settle_types();
  /// For each column whose type may surprise, a sentence.
  std::vector<std::string> surprises() const;

  /// Replaces `fields` by the record's. Texts are unguarded when `guard`. Throws RecordError.
  void collect(const CsvRecord& record, bool guard, std::vector<Field>& fields) const;

 private:
  struct Column {
    size_t index;  ///< in the record
    std::string name;
    uint32_t path;
    bool number;  ///< whatever its cells say
    CsvColumnType counts;
    CsvColumnType::Type type = CsvColumnType::Type::kText;
  };
  std::vector<Column> columns_;
  size_t nameless_ = 0;
};

}  // namespace cupel::io
