#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/folder.hpp"
#include "engine/io/format_options.hpp"

namespace cupel::io {

/// The points of a pose: how many, and how many numbers each has (2: x, y; 3: and a visibility).
/// No points: not known.
struct KeypointShape {
  size_t points = 0;
  size_t numbers = 0;
};

/// What goes with the label files of a YOLO dataset.
struct YoloDataset {
  /// By number; an empty name: the number has none. Empty: the classes are not known.
  std::vector<std::string> classes;
  std::string named_by;  ///< the file that names them, for sentences
  std::string task;      ///< detect, segment, pose, obb; empty: not known
  KeypointShape keypoints;
  /// A folder of images or a list of them, as the file that names it spells it.
  struct Subset {
    std::string name;
    std::string path;
  };
  std::vector<Subset> subsets;  ///< of data.yaml: train, val, test; of obj.data: train, valid
};

/// Reads an Ultralytics data.yaml (`.yaml`, `.yml`), darknet's obj.data (`.data`, with the file of
/// names that it names, which is looked for in its folder), or a list of names, one a line (any
/// other extension). At most 1 MiB. Throws Error (kIo; kConstraint with file and line).
YoloDataset read_yolo_dataset(const std::filesystem::path& file);

/// The description that lies in a folder: data.yaml or the only other .yaml or .yml file, else
/// obj.data or the only other .data file, else the only .names file, else classes.txt. Nothing is
/// known where there is none. Throws as above, and kUnsupported where several files fit.
YoloDataset find_yolo_dataset(Folder& folder);

/// The options `task`, `kpt_shape` and `classes` put over what the dataset says. Throws Error.
void apply_options(const FormatOptions& options, YoloDataset& dataset);

}  // namespace cupel::io
