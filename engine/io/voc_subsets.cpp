#include "engine/io/voc_subsets.hpp"

#include <algorithm>

#include "engine/io/image_files.hpp"
#include "engine/io/line_reader.hpp"

namespace cupel::io {
namespace {

constexpr size_t kWindowBytes = size_t{1} << 16;
constexpr size_t kMostLineBytes = 4096;
constexpr std::string_view kWhole = "trainval";

}  // namespace

void VocSubsets::load(const std::string& base) {
  base_ = base;
  names_.clear();
  of_stem_.clear();
  const std::string lists = base + "ImageSets/Main";
  if (!folder_.has(lists, Folder::Kind::kFolder)) return;
  std::vector<std::string> files;
  folder_.for_each_file(lists, [&](const std::string& file) {
    if (has_extension(file, "txt")) files.push_back(file);
  });
  std::stable_partition(files.begin(), files.end(), [](const std::string& file) {
    return without_extension(last_part(file)) != kWhole;
  });
  for (const std::string& file : files) load_list(file, without_extension(last_part(file)));
}

void VocSubsets::load_list(const std::string& file, std::string_view name) {
  FileWindow window(folder_.path_of(file), kWindowBytes);
  LineReader lines(window, kMostLineBytes);
  const auto number = static_cast<uint32_t>(names_.size());
  names_.emplace_back(name);
  while (const auto line = lines.next()) {
    const size_t begin = line->text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    const std::string_view rest = line->text.substr(begin);
    const size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    // `000012 -1`: which images show a class, as the objects say, too.
    if (rest.find_first_not_of(" \t", end) != std::string_view::npos) return;
    const auto [at, is_new] = of_stem_.try_emplace(std::string(rest.substr(0, end)), number);
    if (!is_new && at->second != number && name != kWhole)
      sink_.lost("subset names; of an image the first of its lists in ImageSets/Main counts");
  }
}

std::optional<std::string_view> VocSubsets::of(const std::string& base, const std::string& stem) {
  if (base_ != base) load(base);
  const auto found = of_stem_.find(stem);
  if (found == of_stem_.end()) return std::nullopt;
  return names_[found->second];
}

}  // namespace cupel::io
