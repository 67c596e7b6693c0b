#pragma once

#include <string>
#include <string_view>

#include "engine/io/file_window.hpp"
#include "engine/io/json_document.hpp"
#include "engine/io/read.hpp"

/// The readers of the formats, one function each, and what they share.
namespace cupel::io {

/// One run of a reader over a file.
struct Reading {
  const ReadRequest& request;
  FieldNames& names;
  RecordSink& sink;
  FileWindow& window;

  /// Hands a record that cannot be read to the sink, with its place in the sentence.
  void failed(const Place& place, const RecordError& error) const;
  [[noreturn]] void unsupported(std::string_view what) const;

  /// Pixels of the image that `object` belongs to, for formats whose shapes are fractions of it:
  /// the reader multiplies, everything behind it sees pixels. Needs the names in `object` that say
  /// whose it is (record.hpp), and nothing else. Throws RecordError when there is no such item, or
  /// its size is not known.
  struct Pixels {
    double width, height;
  };
  Pixels image_size(const ObjectRecord& object) const;
};

void read_bdd100k(Reading& reading);
void read_coco(Reading& reading);
void read_csv(Reading& reading);
void read_jsonl(Reading& reading);
void read_label_studio(Reading& reading);
void read_names(Reading& reading);
void read_nucleus(Reading& reading);
void read_openimages(Reading& reading);
void read_voc(Reading& reading);
void read_yolo(Reading& reading);

/// The format of a file, by what its beginning looks like. Throws Error(kUnsupported) with the
/// list of formats when that is not certain, kConstraint when the beginning is broken.
std::string_view recognise(const std::filesystem::path& file);

}  // namespace cupel::io
