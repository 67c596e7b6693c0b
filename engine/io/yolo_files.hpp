#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/io/formats.hpp"
#include "engine/io/image_files.hpp"
#include "engine/io/yolo_dataset.hpp"

namespace cupel::io {

/// An image and the file of its objects, as far as they are there.
struct YoloFile {
  std::string image;  ///< its path in the folder of images; empty: only the label file is known
  std::string label;  ///< its path in the folder
  bool image_exists = false;
  bool label_exists = false;
  std::string_view subset;  ///< empty: in none
};

/// The files of what a statement names: a folder, a description in it (data.yaml, obj.data), a list
/// of its images (train.txt), or a single label file. One thread.
///
/// 1. Whoever wants items gets the images, whoever wants objects the label files; a list has both.
/// 2. `images/train/a.jpg` and `labels/train/a.txt` go together; without folders of these names
///    an image and its label file stand beside each other. The option `images` names another folder
///    for the images.
/// 3. The subsets of the description are what is read, each folder and list of them; predictions
///    are read from the whole folder. Without subsets a folder `train`, `val`, `valid` or `test` on
///    the path of an image names its subset.
class YoloFiles {
 public:
  /// Throws Error when there is no such file or folder, or it cannot be one of a YOLO dataset.
  explicit YoloFiles(Reading& reading);

  const YoloDataset& dataset() const { return dataset_; }
  Folder& folder() { return folder_; }
  Folder& images() { return images_ ? *images_ : folder_; }
  /// Calls `visit` for each, and tells the sink of progress and of what is left out.
  void for_each(const std::function<void(const YoloFile&)>& visit);

 private:
  struct Source {
    enum class Kind { kFolder, kList, kLabelFile } kind = Kind::kFolder;
    std::string path;
    std::string subset;
  };

  bool wants_items() const { return reading_.request.want == Want::kItems; }
  void read_description();
  Source source_of_text() const;
  void choose_sources();
  uint64_t count(const Source& source);
  std::string label_folder(const Source& source);
  bool is_label(const std::string& path) const;
  // Whether there was anything to visit.
  bool visit_folder(const Source& source, const std::function<void(const YoloFile&)>& visit);
  bool visit_list(const Source& source, const std::function<void(const YoloFile&)>& visit);
  void visit_label_file(const Source& source, const std::function<void(const YoloFile&)>& visit);
  YoloFile file_of_image(const std::string& image);
  YoloFile file_of_label(const std::string& label);
  YoloFile file_of_line(std::string_view line);
  void tick();

  Reading& reading_;
  Folder folder_;
  std::optional<Folder> images_;
  YoloDataset dataset_;
  std::vector<Source> sources_;
  bool has_labels_folder_ = false;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace cupel::io
