#include "tests/fuzz/place.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

#include "source_dir.hpp"

namespace cupel::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr const char* kData[] = {"autotags", "embeddings", "evaluation", "labeling", "labels"};
constexpr size_t kMostFiles = 16;
constexpr std::string_view kMark = "=== ";

bool stays_inside(std::string_view name) {
  if (name.empty() || name.size() > 100 || name.front() == '/') return false;
  if (name.find('\0') != std::string_view::npos) return false;
  for (const fs::path& part : fs::path(name)) {
    if (part == "..") return false;
  }
  return true;
}

}  // namespace

Script split_input(std::string_view input) {
  Script script;
  std::string_view* text = &script.statements;
  while (true) {
    size_t mark = input.starts_with(kMark) ? 0 : input.find("\n=== ");
    if (script.files.size() == kMostFiles) mark = std::string_view::npos;
    *text = input.substr(0, mark);
    if (mark == std::string_view::npos) return script;
    input.remove_prefix(mark + kMark.size() + (input[mark] == '\n' ? 1 : 0));
    const size_t line = std::min(input.find('\n'), input.size());
    script.files.push_back({input.substr(0, line), {}});
    input.remove_prefix(std::min(line + 1, input.size()));
    text = &script.files.back().bytes;
  }
}

Place::Place() : path_(fs::temp_directory_path() / ("cupel-fuzz-" + std::to_string(::getpid()))) {
  fs::create_directories(path_ / "data");
  for (const char* name : kData) {
    fs::copy(fs::path(CUPEL_SOURCE_DIR) / "tests/data" / name, path_ / "data" / name,
             fs::copy_options::recursive);
  }
  fs::current_path(path_);
}

Place::~Place() {
  std::error_code ignored;
  fs::current_path("/", ignored);
  fs::remove_all(path_, ignored);
}

bool Place::write(const std::vector<Script::File>& files) const {
  for (const Script::File& file : files) {
    if (!stays_inside(file.name)) return false;
    std::error_code ignored;
    const fs::path path = path_ / file.name;
    fs::create_directories(path.parent_path(), ignored);
    std::ofstream(path, std::ios::binary)
        .write(file.bytes.data(), static_cast<std::streamsize>(file.bytes.size()));
  }
  return true;
}

void Place::clear() const {
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().filename() != "data") fs::remove_all(entry.path());
  }
}

}  // namespace cupel::fuzz
