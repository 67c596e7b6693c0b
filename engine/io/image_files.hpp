#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/io/folder.hpp"
#include "engine/io/format_options.hpp"

/// How datasets that are folders name their images, and the files that speak of them.
namespace cupel::io {

/// `a.jpg` of `images/train/a.jpg`.
std::string_view last_part(std::string_view path);
/// `images/train/a` of `images/train/a.jpg`.
std::string_view without_extension(std::string_view path);
/// Whether the extension is that of an image: jpg, jpeg, png, webp, bmp, gif, tif, tiff.
bool is_image(std::string_view path);
bool has_extension(std::string_view path, std::string_view lower_case);
/// Whether a folder on the path has that name.
bool has_folder(std::string_view path, std::string_view name);
/// The path with its last folder `from` called `to`; as it is where there is no such folder.
std::string replace_folder(std::string_view path, std::string_view from, std::string_view to);
/// The path without its last folder of that name.
std::string without_folder(std::string_view path, std::string_view name);
/// The image in `folder` whose path is `stem` and an extension.
std::optional<std::string> find_image(Folder& folder, std::string_view stem);

/// The reference_ids of images in folders, by the option `reference`:
/// - `path`: the path in the named folder without the part that holds all images or their files
///   (`images`, `labels`, `JPEGImages`, `Annotations`): of `images/train/a.jpg` and of
///   `train/images/a.jpg` it is `train/a.jpg`. Where the statement names a folder inside of such a
///   part (`coco/images/train`), what follows that part there (`train`) comes first.
/// - `name`: `a.jpg`. `stem`: `a`.
class ImageReferences {
 public:
  /// `named`: the folder that the statement names.
  ImageReferences(std::string_view form, std::string_view named);

  static FormatOption option();
  /// Both valid until the next call.
  std::string_view of(std::string_view path);
  /// Another spelling: the name, where the reference is more than that; or empty.
  std::string_view alternative() const;

 private:
  std::string_view form_;
  std::string prefix_;
  std::string reference_;
};

}  // namespace cupel::io
