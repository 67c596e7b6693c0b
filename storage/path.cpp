#include <string>
#include <string_view>
#include <vector>

#include "storage/catalog.hpp"

namespace cupel::storage {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments(1);
  bool quoted = false;
  for (size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (quoted) {
      if (c != '"') {
        segments.back().push_back(c);
      } else if (i + 1 < path.size() && path[i + 1] == '"') {
        segments.back().push_back(c);
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '.') {
      segments.emplace_back();
    } else {
      segments.back().push_back(c);
    }
  }
  return segments;
}

std::string quote_segment(std::string_view segment) {
  if (!segment.empty() && segment.find_first_of(".\"") == std::string_view::npos)
    return std::string(segment);
  std::string quoted = "\"";
  for (const char c : segment) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

std::string join_path(const std::vector<std::string>& segments) {
  std::string path;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (i > 0) path.push_back('.');
    path.append(quote_segment(segments[i]));
  }
  return path;
}

}  // namespace cupel::storage
