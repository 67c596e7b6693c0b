#include "engine/api/format_choice.hpp"

#include <algorithm>

#include "engine/api/state.hpp"

namespace cupel::api {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string format_name(std::string_view what, const grammar::FormatChoice& choice,
                        const std::vector<std::string>& formats) {
  std::string name = lower(choice.name.text);
  if (std::find(formats.begin(), formats.end(), name) == formats.end())
    unknown_name(what, choice.name, formats);
  return name;
}

io::FormatOptions format_options(const grammar::FormatChoice& choice,
                                 const std::vector<io::FormatOption>& known) {
  std::vector<std::string> names;
  names.reserve(known.size());
  for (const io::FormatOption& option : known) names.emplace_back(option.name);
  io::FormatOptions options;
  for (const grammar::FormatSetting& setting : choice.settings) {
    const std::string name = lower(setting.name.text);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      unknown_name(lower(choice.name.text) + " option", setting.name, names);
    if (options.has(name))
      throw Error(ErrorCode::kSyntax, "the option " + name + " is given twice", setting.name.span);
    const io::FormatOption& option = known[static_cast<size_t>(found - names.begin())];
    const std::string why = io::complaint(option, setting.value.text);
    if (!why.empty()) throw Error(ErrorCode::kConstraint, why, setting.value.span);
    options.set(name, setting.value.text);
  }
  return options;
}

}  // namespace cupel::api
