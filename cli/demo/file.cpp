#include "cli/demo/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "cupel/error.hpp"

namespace cupel::demo {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  const std::string reason = std::generic_category().message(errno);
  throw Error(ErrorCode::kIo, fmt::format("cannot write {}: {}", path.string(), reason));
}

}  // namespace

File::File(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
  if (!file_) fail(path_);
}

void File::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail(path_);
}

void File::close() {
  if (std::fclose(file_.release()) != 0) fail(path_);
}

}  // namespace cupel::demo
