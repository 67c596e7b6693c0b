#include <simdjson.h>

#include "engine/io/formats.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {

/// A text file with one reference id a line: items, and nothing else.
void read_names(Reading& reading) {
  if (reading.request.want != Want::kItems) {
    reading.unsupported(
        "is a list of names, which has no objects: only items can be imported from it");
  }
  LineReader lines(reading.window, reading.request.limits.record_bytes);
  ItemRecord item;
  uint64_t record = 0;
  while (const Line* line = lines.next()) {
    reading.sink.progress(reading.window.offset(), reading.window.file_bytes());
    if (line->text.empty() && !line->too_long) continue;
    item.place = {line->number, 0, ++record};
    if (line->too_long) {
      reading.failed(item.place, {{}, "the line is longer than a record may be"});
    } else if (!simdjson::validate_utf8(line->text.data(), line->text.size())) {
      reading.failed(item.place, {{}, "the line is not valid UTF-8"});
    } else {
      item.reference_id = line->text;
      reading.sink.item(item);
    }
  }
  reading.sink.progress(reading.window.file_bytes(), reading.window.file_bytes());
}

}  // namespace cupel::io
