#include "engine/io/json_records.hpp"

#include <fmt/format.h>

#include "engine/io/json_stream.hpp"
#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

class Records {
 public:
  Records(Reading& reading, const RecordReader& read) : reading_(reading), read_(read) {}

  void lines() {
    LineReader lines(reading_.window, most());
    while (const Line* line = lines.next()) {
      reading_.sink.progress(reading_.window.offset(), reading_.window.file_bytes());
      const size_t end = line->text.find_last_not_of(" \t\r");
      if (!line->too_long && end == std::string_view::npos) continue;
      // The last line of a file that was cut off does not end as an object does.
      cut_off_ = line->last && !line->too_long && line->text[end] != '}';
      one({line->number, 0, ++records_}, line->text,
          line->too_long ? "line is longer than {} bytes, the most that a record may have" : "");
    }
  }

  void list() {
    JsonStream stream = json_stream();
    stream.for_each([&](const JsonStream::Element& element) { take(element); });
    stream.expect_end();
  }

  void values() {
    JsonStream stream = json_stream();
    while (stream.peek() != '\0' || !reading_.window.view().empty()) {
      take(stream.value());
      reading_.sink.progress(reading_.window.offset(), reading_.window.file_bytes());
    }
  }

 private:
  size_t most() const { return reading_.request.limits.record_bytes; }

  JsonStream json_stream() {
    return {reading_.window, most(),
            [this](uint64_t done) { reading_.sink.progress(done, reading_.window.file_bytes()); }};
  }

  void take(const JsonStream::Element& element) {
    one({0, element.offset, ++records_}, element.bytes,
        element.too_long ? "record is longer than {} bytes, the most that one may have" : "");
  }

  void one(Place place, std::string_view bytes, std::string_view too_long) {
    try {
      if (!too_long.empty()) {
        throw RecordError{{}, "the " + fmt::format(fmt::runtime(too_long), most())};
      }
      read_(parse(bytes), place);
    } catch (const RecordError& error) {
      reading_.failed(place, error);
    }
  }

  const JsonNode& parse(std::string_view bytes) {
    try {
      return document_.parse(bytes);
    } catch (RecordError& error) {
      if (cut_off_ && error.what.starts_with("the record is not valid JSON")) {
        error.what += fmt::format(" (the file ends in this line, at byte {}: it looks cut off)",
                                  reading_.window.file_bytes());
      }
      throw;
    }
  }

  Reading& reading_;
  const RecordReader& read_;
  JsonDocument document_;
  uint64_t records_ = 0;
  bool cut_off_ = false;
};

/// Whether the object that begins in view goes on behind its line: then the line ends where
/// another member, value or bracket must follow, which that of a damaged record hardly does.
bool spans_lines(FileWindow& window, size_t most) {
  size_t end = std::string_view::npos;
  for (size_t seen = 0;;) {
    end = window.view().find('\n', seen);
    if (end != std::string_view::npos) break;
    seen = window.view().size();
    if (seen > most || !window.load()) return false;
  }
  const std::string_view line = window.view().substr(0, end);
  const size_t last = line.find_last_not_of(" \t\r");
  return last != std::string_view::npos &&
         std::string_view("{[,:").find(line[last]) != std::string_view::npos;
}

}  // namespace

void read_json_lines(Reading& reading, const RecordReader& read) {
  Records(reading, read).lines();
  reading.sink.progress(reading.window.file_bytes(), reading.window.file_bytes());
}

void read_json_records(Reading& reading, std::string_view no_file, const RecordReader& read) {
  skip_byte_order_mark(reading.window);
  const uint64_t begin = reading.window.offset();
  const char first = JsonStream(reading.window, 1).peek();
  Records records(reading, read);
  if (first == '[') {
    records.list();
  } else if (first != '{') {
    reading.unsupported(fmt::format("{}: it should begin with [ or {{", no_file));
  } else if (spans_lines(reading.window, reading.request.limits.record_bytes)) {
    records.values();
  } else {
    reading.window.seek(begin);  // white space in front has lines of its own
    records.lines();
  }
  reading.sink.progress(reading.window.file_bytes(), reading.window.file_bytes());
}

}  // namespace cupel::io
