#include "engine/io/rest.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "cupel/error.hpp"
#include "storage/catalog.hpp"

namespace cupel::io {
namespace {

using Json = nlohmann::ordered_json;

/// Whether something was removed.
bool remove(Json& object, std::span<const std::string> path, bool replaced) {
  const auto found = object.find(path.front());
  if (found == object.end()) return false;
  if (path.size() > 1 && !found->is_object()) {
    if (!replaced) return false;
    object.erase(found);
    return true;
  }
  if (path.size() > 1) {
    if (found->empty() && replaced) {
      object.erase(found);
      return true;
    }
    if (!remove(*found, path.subspan(1), replaced)) return false;
    if (!found->empty()) return true;
  }
  object.erase(found);
  return true;
}

}  // namespace

std::string remove_path(std::string_view rest, std::string_view path, bool replaced) {
  if (rest.empty()) return {};
  Json json = Json::parse(rest, nullptr, false);
  if (!json.is_object())
    throw Error(ErrorCode::kCorruption, "a row's $rest column does not hold a JSON object");
  const std::vector<std::string> segments = storage::split_path(path);
  if (segments.empty() || !remove(json, segments, replaced)) return std::string(rest);
  return json.empty() ? std::string() : json.dump();
}

}  // namespace cupel::io
