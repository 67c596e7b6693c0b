#include <fmt/format.h>

#include "cupel/error.hpp"
#include "engine/labeling/files.hpp"

namespace cupel::labeling {
namespace {

constexpr std::string_view kBuiltIn =
    "# {{project}}\n"
    "\n"
    "{{description}}\n"
    "\n"
    "Look at the image and choose the one label that fits it best. Where a box is shown, or given\n"
    "in pixels, only the object inside of it counts.\n"
    "\n"
    "- Judge what you see. The label it has now may be right or wrong.\n"
    "- Choose *{{none}}* when no label on offer fits, or when two fit equally well.\n"
    "- Where there is a batch for calibration, answer it before the others.\n"
    "\n"
    "## Labels\n"
    "\n"
    "{{labels}}\n"
    "\n"
    "## Examples\n"
    "\n"
    "{{examples}}\n";

/// Text of the data inside of Markdown: nothing in it is markup, and it stays on its line.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += ' ';
    } else {
      if (std::string_view("\\`*_{}[]()#+-.!|~").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

/// An image's location between the angle brackets of a Markdown link.
std::string link_target(std::string_view location) {
  std::string out;
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '<' || c == '>' || c == '\\') {
      out += fmt::format("%{:02X}", byte);
    } else if (c == '&') {
      out += "&amp;";  // Markdown would read `&lt;` as `<`
    } else {
      out += c;
    }
  }
  return out;
}

std::string label_list(const Project& project) {
  std::string out;
  for (const std::string& label : project.labels) out += fmt::format("- {}\n", plain(label));
  out += fmt::format("- {}", plain(kNoneOfThese));
  return out;
}

std::string example_list(const std::vector<LabelExamples>& examples) {
  std::string out;
  for (const LabelExamples& of_label : examples) {
    if (of_label.image_locations.empty()) continue;
    if (!out.empty()) out += "\n\n";
    out += fmt::format("### {}\n", plain(of_label.label));
    for (const std::string& location : of_label.image_locations) {
      out += fmt::format("\n![{}](<{}>)", plain(of_label.label), link_target(location));
    }
  }
  return out.empty() ? "There are none." : out;
}

std::string replacement(std::string_view word, const Project& project,
                        const std::vector<LabelExamples>& examples) {
  if (word == "project") return plain(project.name);
  if (word == "description") return project.description;
  if (word == "labels") return label_list(project);
  if (word == "examples") return example_list(examples);
  if (word == "none") return plain(kNoneOfThese);
  throw Error(
      ErrorCode::kName,
      fmt::format("the instructions' template asks for {{{{{}}}}}, which is unknown; it may "
                  "use {{{{project}}}}, {{{{description}}}}, {{{{labels}}}}, "
                  "{{{{examples}}}} and {{{{none}}}}",
                  word));
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
                              ".") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string instructions(std::string_view template_text, const Project& project,
                         const std::vector<LabelExamples>& examples) {
  std::string_view left = template_text.empty() ? kBuiltIn : template_text;
  std::string out;
  for (;;) {
    const size_t open = left.find("{{");
    const size_t close = open == std::string_view::npos ? open : left.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string_view word = trimmed(left.substr(open + 2, close - open - 2));
    if (!is_word(word)) {
      out += left.substr(0, open + 1);
      left.remove_prefix(open + 1);
      continue;
    }
    out += left.substr(0, open);
    out += replacement(word, project, examples);
    left.remove_prefix(close + 2);
  }
  out += left;
  return out;
}

}  // namespace cupel::labeling
