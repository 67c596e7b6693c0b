#include <fmt/format.h>

#include "engine/api/report.hpp"
#include "engine/io/image_head.hpp"
#include "engine/report/html.hpp"
#include "storage/durable_file.hpp"

namespace cupel::api {
namespace {

constexpr uint64_t kMostPictureBytes = uint64_t{16} << 20;
constexpr uint64_t kMostBytes = uint64_t{200} << 20;

}  // namespace

ReportPictures::ReportPictures(std::vector<std::filesystem::path> directories,
                               const io::Reach& reach)
    : directories_(std::move(directories)), reach_(reach) {}

std::optional<std::filesystem::path> ReportPictures::find(const std::string& location) const {
  const std::filesystem::path path(location.starts_with("file://") ? location.substr(7) : location);
  std::error_code error;
  for (const std::filesystem::path& directory : directories_) {
    std::filesystem::path candidate = directory / path;  // an absolute path stays as it is
    // A pipe would be waited for, a device has no end.
    if (reach_.allows(candidate) && std::filesystem::is_regular_file(candidate, error))
      return std::filesystem::absolute(candidate, error).lexically_normal();
  }
  return std::nullopt;
}

void ReportPictures::read(const std::filesystem::path& path, report::Card& card) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error || size > kMostPictureBytes) {
    card.problem = "left out: the file is larger than 16 MiB";
    return;
  }
  if (bytes_ + size > kMostBytes) {
    card.problem = "left out: a report holds at most 200 MiB of pictures";
    return;
  }
  const std::string bytes = storage::read_file(path);
  const std::optional<io::ImageHead> head = io::image_head(bytes);
  if (!head) {
    card.problem = "the file is no PNG, JPEG, GIF, WebP or BMP";
    return;
  }
  if (card.width <= 0 || card.height <= 0) {
    card.width = head->width;
    card.height = head->height;
  }
  card.picture = report::data_link(head->media_type, bytes);
  bytes_ += size;
  ++found_;
}

void ReportPictures::add(report::Card& card) {
  if (card.location.empty()) {
    card.problem = "the item has no image_location";
    return;
  }
  const std::optional<std::filesystem::path> path = find(card.location);
  if (!path) {
    card.problem = card.location.find("://") != std::string::npos
                       ? "no picture: a report fetches nothing from the network"
                       : fmt::format("no picture: there is no file {}{}", card.location,
                                     reach_.everywhere() ? "" : " that may be read");
    return;
  }
  card.location = path->string();
  try {
    read(*path, card);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kIo) throw;
    card.problem = error.message();
  }
}

}  // namespace cupel::api
