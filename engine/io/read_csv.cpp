#include <fmt/format.h>

#include <array>
#include <utility>

#include "engine/io/csv_fields.hpp"
#include "engine/io/csv_header.hpp"
#include "engine/io/csv_reader.hpp"
#include "engine/io/csv_value.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

using Names = std::vector<std::string_view>;

Names reference_names(const FormatOptions& options) {
  if (options.has("id")) return {options.text("id")};
  return {"reference_id", "ref_id", "id"};
}

/// Columns that have a place of their own; each is taken once.
class KnownColumns {
 public:
  explicit KnownColumns(const CsvHeader& header) : header_(header) {}

  /// The first of these names that there is.
  std::optional<size_t> take(const Names& names) {
    for (const std::string_view name : names) {
      const std::optional<size_t> column = header_.find(name);
      if (!column) continue;
      taken_.push_back(*column);
      return column;
    }
    return std::nullopt;
  }
  const std::vector<size_t>& taken() const { return taken_; }

 private:
  const CsvHeader& header_;
  std::vector<size_t> taken_;
};

const CsvCell& cell_of(const CsvRecord& record, std::optional<size_t> column) {
  static const CsvCell kMissing;
  return column ? record.cells[*column] : kMissing;
}

/// What the readers of items and of objects need of a file.
struct CsvFile {
  const std::string& path;
  const FormatOptions& options;
  const CsvHeader& header;
  FieldNames& names;

  size_t reference_column(KnownColumns& known) const {
    if (const auto column = known.take(reference_names(options))) return *column;
    refuse(options.text("id", "reference_id, ref_id or id"), "id");
  }

  [[noreturn]] void refuse(std::string_view missing, std::string_view option) const {
    throw Error(ErrorCode::kConstraint,
                fmt::format("{}:1: no column is called {}; there are {}; FORMAT csv ({} = 'name') "
                            "names another one",
                            path, missing, header.in_words(), option));
  }
};

/// Rows as items. A file of cells cannot say all of an item: its records are partial.
class CsvItems {
 public:
  explicit CsvItems(const CsvFile& file) : header_(file.header), known_(file.header) {
    reference_ = file.reference_column(known_);
    location_ = known_.take({"image_location", "image_url", "url", "path"});
    width_ = known_.take({"width"});
    height_ = known_.take({"height"});
    item_.partial = true;
  }
  const std::vector<size_t>& taken() const { return known_.taken(); }

  void read(const CsvRecord& record, const CsvFields& fields, bool guard, const Place& place,
            Reading& reading) {
    const auto text = [guard](const CsvCell& cell) {
      return guard ? unguarded(cell.text) : cell.text;
    };
    item_.place = place;
    item_.reference_id = text(cell_of(record, reference_));
    if (item_.reference_id.empty()) throw RecordError{header_.name(reference_), "is empty"};
    const CsvCell& location = cell_of(record, location_);
    item_.image_location.reset();
    if (!location.missing()) item_.image_location = text(location);
    item_.width = integer_of(cell_of(record, width_), "width");
    item_.height = integer_of(cell_of(record, height_), "height");
    fields.collect(record, guard, item_.fields);
    reading.sink.item(item_);
  }

 private:
  const CsvHeader& header_;
  KnownColumns known_;
  size_t reference_ = 0;
  std::optional<size_t> location_, width_, height_;
  ItemRecord item_;
};

/// Rows as annotations or predictions.
class CsvObjects {
 public:
  explicit CsvObjects(const CsvFile& file) : header_(file.header), known_(file.header) {
    reference_ = file.reference_column(known_);
    const std::string_view label = file.options.text("label", "label");
    const auto column = known_.take({label});
    if (!column) file.refuse(label, "label");
    label_ = *column;
    for (auto& [place, names, member] : texts_) place = known_.take(names);
    for (auto& [place, names, member] : numbers_) place = known_.take(names);
    geometry_ = known_.take({"geometry"});
    run_ = known_.take({"run"});
  }
  const std::vector<size_t>& taken() const { return known_.taken(); }

  void read(const CsvRecord& record, const CsvFields& fields, bool guard, const Place& place,
            Reading& reading) {
    const auto text = [&](std::optional<size_t> column) {
      const std::string_view bytes = cell_of(record, column).text;
      return guard ? unguarded(bytes) : bytes;
    };
    object_.place = place;
    object_.reference_id = text(reference_);
    if (object_.reference_id.empty()) throw RecordError{header_.name(reference_), "is empty"};
    object_.label = text(label_);
    if (object_.label.empty()) throw RecordError{header_.name(label_), "is empty"};
    check_name(object_.label, "a label");
    for (const auto& [column, names, member] : texts_) object_.*member = text(column);
    for (const auto& [column, names, member] : numbers_) {
      object_.*member = number_of(cell_of(record, column), column ? header_.name(*column) : "");
    }
    set_type();
    read_geometry(text(geometry_));
    fields.collect(record, guard, object_.fields);
    reading.sink.object(target(text(run_), reading.request), object_);
  }

 private:
  /// Without a type, what has a box is one, and what has none is a category.
  void set_type() {
    const bool any = object_.x || object_.y || object_.width || object_.height;
    if (object_.type.empty()) object_.type = any ? "box" : "category";
    check_name(object_.type, "a type");
    if (object_.type != "box") return;
    for (const auto& [value, name] :
         {std::pair(&object_.x, "x"), std::pair(&object_.y, "y"),
          std::pair(&object_.width, "width"), std::pair(&object_.height, "height")}) {
      if (!*value) {
        throw RecordError{
            {}, fmt::format("a box needs x, y, width and height, but {} is missing", name)};
      }
    }
  }

  void read_geometry(std::string_view json) {
    geometry_text_.clear();
    if (!json.empty()) {
      try {
        append_compact(geometry_text_, document_.parse_copy(json).raw);
      } catch (const RecordError& error) {
        throw RecordError{{}, "\"geometry\" is no JSON object: " + error.sentence()};
      }
    }
    object_.geometry = geometry_text_;
  }

  static ObjectTarget target(std::string_view run, const ReadRequest& request) {
    if (request.want == Want::kAnnotations) {
      if (run.empty()) return {};
      throw RecordError{
          "run", fmt::format("is \"{}\": the row is a prediction, not an annotation", run)};
    }
    const ObjectTarget target{true, run.empty() ? std::string_view(request.run) : run};
    if (target.run.empty())
      throw RecordError{"run", "is missing: name the run in the file, or with AS RUN"};
    check_name(target.run, "a run's name");
    return target;
  }

  template <typename Member>
  struct Known {
    std::optional<size_t> column;
    Names names;
    Member ObjectRecord::* member;
  };

  const CsvHeader& header_;
  KnownColumns known_;
  size_t reference_ = 0, label_ = 0;
  std::array<Known<std::string_view>, 3> texts_ = {{
      {{}, {"type"}, &ObjectRecord::type},
      {{}, {"annotation_id"}, &ObjectRecord::annotation_id},
      {{}, {"taxonomy", "taxonomy_name"}, &ObjectRecord::taxonomy},
  }};
  std::array<Known<std::optional<double>>, 8> numbers_ = {{
      {{}, {"position.x", "x"}, &ObjectRecord::x},
      {{}, {"position.y", "y"}, &ObjectRecord::y},
      {{}, {"position.z", "z"}, &ObjectRecord::z},
      {{}, {"dimensions.x", "width"}, &ObjectRecord::width},
      {{}, {"dimensions.y", "height"}, &ObjectRecord::height},
      {{}, {"dimensions.z", "depth"}, &ObjectRecord::depth},
      {{}, {"area"}, &ObjectRecord::area},
      {{}, {"confidence"}, &ObjectRecord::confidence},
  }};
  std::optional<size_t> geometry_, run_;
  ObjectRecord object_;
  JsonDocument document_;
  std::string geometry_text_;
};

/// One or two passes over a file: where fields get types, the first finds them.
class CsvFileReader {
 public:
  CsvFileReader(Reading& reading, char delimiter)
      : reading_(reading),
        options_(reading.request.options),
        reader_(reading.window, delimiter, reading.request.limits.record_bytes),
        header_(reader_, reading.window.path(), options_.flag("guard")) {
    reader_.call_missing(options_.text("missing"));
  }

  template <typename Rows>
  void read(bool objects) {
    const CsvFile file{reading_.window.path(), options_, header_, reading_.names};
    Rows rows(file);
    CsvFields fields(header_, rows.taken(), objects, file.path, reading_.names);
    for (size_t i = 0; i < fields.nameless(); ++i) reading_.sink.lost("nameless columns");
    if (!fields.empty() && options_.text("types", "auto") == "auto") find_types(fields);
    const bool guard = options_.flag("guard");
    uint64_t records = 0;
    while (const std::optional<CsvRecord> record = reader_.next()) {
      progress();
      const Place place{record->line, 0, ++records};
      try {
        if (auto error = header_.complaint(*record)) throw *std::move(error);
        rows.read(*record, fields, guard, place, reading_);
      } catch (const RecordError& error) {
        reading_.failed(place, error);
      }
    }
    reading_.sink.progress(total(), total());
  }

 private:
  void find_types(CsvFields& fields) {
    passes_ = 2;
    while (const std::optional<CsvRecord> record = reader_.next()) {
      progress();
      if (!header_.complaint(*record)) fields.count(*record);
    }
    fields.settle_types();
    for (std::string& sentence : fields.surprises()) reading_.sink.remark(std::move(sentence));
    done_before_ = reading_.window.file_bytes();
    reader_.restart();
    reader_.next();  // the header
  }

  uint64_t total() const { return reading_.window.file_bytes() * passes_; }
  void progress() const {
    reading_.sink.progress(done_before_ + reading_.window.offset(), total());
  }

  Reading& reading_;
  const FormatOptions& options_;
  CsvReader reader_;
  CsvHeader header_;
  uint64_t passes_ = 1;
  uint64_t done_before_ = 0;
};

/// What the option says; else what makes the column of ids appear.
char delimiter_of(Reading& reading) {
  const FormatOptions& options = reading.request.options;
  const std::string_view named = options.text("delimiter");
  if (named == "tab") return '\t';
  if (named == "semicolon") return ';';
  if (named == "comma") return ',';
  for (const char delimiter : {',', '\t', ';'}) {
    CsvReader reader(reading.window, delimiter, reading.request.limits.record_bytes);
    bool found = false;
    try {
      const CsvHeader header(reader, reading.window.path(), options.flag("guard"));
      for (const std::string_view name : reference_names(options)) {
        found = found || header.has(name);
      }
    } catch (const Error&) {
      // The commas' error is told when the file is read with them.
    }
    reader.restart();
    if (found) return delimiter;
  }
  return ',';
}

}  // namespace

void read_csv(Reading& reading) {
  CsvFileReader file(reading, delimiter_of(reading));
  if (reading.request.want == Want::kItems) return file.read<CsvItems>(false);
  file.read<CsvObjects>(true);
}

}  // namespace cupel::io
