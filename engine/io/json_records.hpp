#pragma once

#include <functional>
#include <string_view>

#include "engine/io/formats.hpp"
#include "engine/io/json_document.hpp"

/// The records of a JSON file, one after the other.
namespace cupel::io {

/// Reads one record, which lives during the call, and may throw RecordError: it goes to the sink
/// with the record's place, of which the number may be changed to that of its kind.
using RecordReader = std::function<void(const JsonNode& record, Place& place)>;

/// One object a line; blank lines are skipped. A damaged line fails alone.
void read_json_lines(Reading& reading, const RecordReader& read);

/// The elements of a list; else one object a line; or, where the first line does not end its
/// object, objects one after the other that are each laid out over several lines. `no_file` says
/// what the file is not when it begins with neither bracket (`is no Nucleus file`).
void read_json_records(Reading& reading, std::string_view no_file, const RecordReader& read);

}  // namespace cupel::io
