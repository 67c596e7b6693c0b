#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/exec/change.hpp"
#include "engine/exec/row_import.hpp"

namespace cupel::exec {
namespace {

using io::ItemRecord;
using io::ObjectRecord;
using io::Scalar;

/// What a column may hold.
enum class Holds { kText, kInteger, kNumber, kAnything };

/// A field that columns may give: its name, or the prefix (with the dot) of a family of names.
template <typename Record>
struct Known {
  std::string_view name;
  Holds holds;
  void (*put)(Record&, uint32_t field, const Scalar&);
};

std::string_view text_of(const Scalar& scalar) { return std::get<std::string_view>(scalar); }
double number_of(const Scalar& scalar) {
  const int64_t* integer = std::get_if<int64_t>(&scalar);
  return integer ? static_cast<double>(*integer) : std::get<double>(scalar);
}
template <typename Record>
void put_field(Record& record, uint32_t field, const Scalar& scalar) {
  record.fields.push_back({field, scalar});
}
template <typename Record>
void put_number_field(Record& record, uint32_t field, const Scalar& scalar) {
  record.fields.push_back({field, number_of(scalar)});
}
template <typename Record, auto Member>
void put_text(Record& record, uint32_t, const Scalar& scalar) {
  record.*Member = text_of(scalar);
}
template <typename Record, auto Member>
void put_integer(Record& record, uint32_t, const Scalar& scalar) {
  record.*Member = std::get<int64_t>(scalar);
}
template <auto Member>
void put_number(ObjectRecord& object, uint32_t, const Scalar& scalar) {
  object.*Member = number_of(scalar);
}

const std::vector<Known<ItemRecord>>& known_fields(const ItemRecord*) {
  using R = ItemRecord;
  static const std::vector<Known<R>> known{
      {"reference_id", Holds::kText, put_text<R, &R::reference_id>},
      {"image_location", Holds::kText, put_text<R, &R::image_location>},
      {"width", Holds::kInteger, put_integer<R, &R::width>},
      {"height", Holds::kInteger, put_integer<R, &R::height>},
      {"metadata.", Holds::kAnything, put_field<R>},
      {"autotag.image.", Holds::kNumber, put_number_field<R>},
      {"labeling.", Holds::kAnything, put_field<R>},
  };
  return known;
}

const std::vector<Known<ObjectRecord>>& known_fields(const ObjectRecord*) {
  using R = ObjectRecord;
  static const std::vector<Known<R>> known{
      {"reference_id", Holds::kText, put_text<R, &R::reference_id>},
      {"label", Holds::kText, put_text<R, &R::label>},
      {"type", Holds::kText, put_text<R, &R::type>},
      {"annotation_id", Holds::kText, put_text<R, &R::annotation_id>},
      {"taxonomy", Holds::kText, put_text<R, &R::taxonomy>},
      {"geometry", Holds::kText, put_text<R, &R::geometry>},
      {"position.x", Holds::kNumber, put_number<&R::x>},
      {"position.y", Holds::kNumber, put_number<&R::y>},
      {"position.z", Holds::kNumber, put_number<&R::z>},
      {"dimensions.x", Holds::kNumber, put_number<&R::width>},
      {"dimensions.y", Holds::kNumber, put_number<&R::height>},
      {"dimensions.z", Holds::kNumber, put_number<&R::depth>},
      {"area", Holds::kNumber, put_number<&R::area>},
      {"confidence", Holds::kNumber, put_number<&R::confidence>},
      {"outcome", Holds::kText, put_field<R>},
      {"iou", Holds::kNumber, put_number_field<R>},
      {"matched_label", Holds::kText, put_field<R>},
      {"matched_id", Holds::kText, put_field<R>},
      {"metadata.", Holds::kAnything, put_field<R>},
      {"class_pdf.", Holds::kNumber, put_number_field<R>},
      {"autotag.object.", Holds::kNumber, put_number_field<R>},
  };
  return known;
}

bool is_named(std::string_view known, std::string_view name) {
  if (!known.ends_with('.')) return known == name;
  return name.size() > known.size() && name.starts_with(known);
}

size_t length_of(const ColumnView& column) {
  return std::max({column.integers.size(), column.numbers.size(), column.floats.size(),
                   column.bools.size(), column.texts.size()});
}

/// Name, one array, as long as the others.
void check_shape(const ColumnView& column, size_t rows, std::string_view first_name) {
  const int arrays = !column.integers.empty() + !column.numbers.empty() + !column.floats.empty() +
                     !column.bools.empty() + !column.texts.empty();
  if (arrays > 1)
    throw Error(
        ErrorCode::kConstraint,
        fmt::format("column '{}' has {} arrays of values; give it one", column.name, arrays));
  if (length_of(column) != rows)
    throw Error(ErrorCode::kConstraint,
                fmt::format("column '{}' has {} rows, '{}' has {}; give all the same number",
                            column.name, length_of(column), first_name, rows));
  if (!column.valid.empty() && column.valid.size() != rows)
    throw Error(ErrorCode::kConstraint,
                fmt::format("the valid bytes of column '{}' are {}, its rows {}", column.name,
                            column.valid.size(), rows));
}

void check_type(const ColumnView& column, Holds holds) {
  const bool integers = !column.integers.empty();
  const bool numbers = !column.numbers.empty() || !column.floats.empty();
  if (length_of(column) == 0 || holds == Holds::kAnything) return;
  if (holds == Holds::kText ? !column.texts.empty()
                            : integers || (numbers && holds == Holds::kNumber))
    return;
  constexpr std::string_view kWords[] = {"text", "integers", "numbers"};
  throw Error(ErrorCode::kType, fmt::format("column '{}' must hold {}", column.name,
                                            kWords[static_cast<size_t>(holds)]));
}

std::optional<Scalar> cell(const ColumnView& column, size_t row) {
  if (!column.valid.empty() && !column.valid[row]) return std::nullopt;
  if (!column.integers.empty()) return column.integers[row];
  if (!column.texts.empty()) return column.texts[row];
  if (!column.bools.empty()) return column.bools[row] != 0;
  const double number = column.numbers.empty() ? column.floats[row] : column.numbers[row];
  if (std::isnan(number)) return std::nullopt;
  return number;
}

template <typename Record>
class ColumnRows {
 public:
  ColumnRows(std::span<const ColumnView> columns, io::FieldNames& names) {
    const auto reference = std::find_if(columns.begin(), columns.end(), [](const ColumnView& c) {
      return c.name == "reference_id";
    });
    if (reference == columns.end())
      throw Error(ErrorCode::kConstraint,
                  "there is no column 'reference_id'; it says which item a row is or belongs to");
    rows_ = length_of(*reference);
    std::set<std::string_view> seen;
    for (const ColumnView& column : columns) {
      if (!seen.insert(column.name).second)
        throw Error(ErrorCode::kConstraint,
                    fmt::format("the column '{}' occurs twice", column.name));
      const Known<Record>& known = find(column.name);
      check_shape(column, rows_, reference->name);
      check_type(column, known.holds);
      parts_.push_back({&column, known.put, names.id(column.name)});
    }
  }

  size_t rows() const { return rows_; }
  const Record& read(size_t row) {
    record_ = Record();
    record_.fields = std::move(fields_);
    record_.fields.clear();
    for (const Part& part : parts_)
      if (const std::optional<Scalar> scalar = cell(*part.column, row))
        part.put(record_, part.field, *scalar);
    return record_;
  }
  /// Gives the memory of the record's fields back to the next one.
  void done() { fields_ = std::move(record_.fields); }

 private:
  struct Part {
    const ColumnView* column;
    void (*put)(Record&, uint32_t, const Scalar&);
    uint32_t field;
  };

  static const Known<Record>& find(const std::string& name) {
    const bool canonical = storage::join_path(storage::split_path(name)) == name;
    for (const Known<Record>& known : known_fields(static_cast<const Record*>(nullptr)))
      if (canonical && is_named(known.name, name)) return known;
    throw Error(ErrorCode::kName,
                fmt::format("there is no field '{}' to fill; a field of your own is "
                            "metadata.NAME (a NAME with dots or quotes is quoted)",
                            name));
  }

  size_t rows_ = 0;
  std::vector<Part> parts_;
  Record record_;
  std::vector<io::Field> fields_;
};

template <typename Record, typename Take>
void take_rows(RowImport& import, std::span<const ColumnView> columns, const Context& context,
               Take&& take) {
  ColumnRows<Record> rows(columns, import.names());
  for (size_t i = 0; i < rows.rows(); ++i) {
    if (i % 1024 == 0) context.poll();
    const Record& record = rows.read(i);
    if (const Complaint complaint = take(record))
      throw Error(ErrorCode::kConstraint, fmt::format("row {} (reference_id '{}'): {}", i,
                                                      record.reference_id, *complaint));
    rows.done();
  }
  import.finish();
}

}  // namespace

AppendCounts append_columns(storage::Transaction& transaction, storage::TableId table,
                            std::span<const ColumnView> columns, bool update,
                            const Context& context) {
  RowImport import(transaction, context, update);
  if (table == storage::kItems) {
    take_rows<ItemRecord>(import, columns, context,
                          [&](const ItemRecord& item) { return import.add_item(item); });
    return import.items();
  }
  take_rows<ObjectRecord>(import, columns, context, [&](const ObjectRecord& object) {
    return import.add_object(table, object);
  });
  return import.objects();
}

}  // namespace cupel::exec
