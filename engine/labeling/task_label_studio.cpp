#include <fmt/format.h>

#include <cmath>

#include "engine/io/json_text.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

void append_percent(std::string& out, std::string_view key, double pixels, int64_t of) {
  io::append_key(out, key);
  io::append_double(out, 100 * pixels / static_cast<double>(of));
}

bool drawable(const Task& task) {
  return task.box && task.width.value_or(0) > 0 && task.height.value_or(0) > 0 &&
         std::isfinite(task.box->x) && std::isfinite(task.box->y) &&
         std::isfinite(task.box->width) && std::isfinite(task.box->height);
}

/// The box in question, as a region that cannot be moved. Label Studio counts in percent.
void append_box(std::string& out, const Task& task) {
  io::append_key(out, "predictions");
  out += "[{";
  append_member(out, "model_version", "box in question");
  io::append_key(out, "result");
  out += "[{";
  append_member(out, "id", "box");
  append_member(out, "type", "rectangle");
  append_member(out, "from_name", "object");
  append_member(out, "to_name", "image");
  append_number(out, "original_width", static_cast<uint64_t>(*task.width));
  append_number(out, "original_height", static_cast<uint64_t>(*task.height));
  append_number(out, "image_rotation", 0);
  append_flag(out, "readonly", true);
  io::append_key(out, "value");
  out += '{';
  append_percent(out, "x", task.box->x, *task.width);
  append_percent(out, "y", task.box->y, *task.height);
  append_percent(out, "width", task.box->width, *task.width);
  append_percent(out, "height", task.box->height, *task.height);
  append_number(out, "rotation", 0);
  out += "}}]}]";
}

}  // namespace

void append_label_studio_task(std::string& out, const Project& project, const Task& task) {
  out += '{';
  io::append_key(out, "data");
  out += '{';
  append_member(out, "image", task.image_location);
  append_member(out, "question", question(task));
  io::append_key(out, "choices");
  out += '[';
  for (const std::string& choice : offered(project, task)) {
    out += out.back() == '[' ? "{" : ",{";
    append_member(out, "value", choice);
    out += '}';
  }
  out += ']';
  // JSON-MIN puts members of its own beside these, and "annotation_id" is one.
  append_facts(out, project, task, "object_id");
  out += '}';
  io::append_key(out, "meta");
  out += '{';
  append_member(out, "task_id", task.task_id);
  append_member(out, "reference_id", task.reference_id);
  out += '}';
  if (drawable(task)) append_box(out, task);
  out += '}';
}

std::string label_studio_config(const Project& project) {
  const char* region = project.taxonomy.empty() ? "  <Rectangle name=\"object\" toName=\"image\" "
                                                  "canRotate=\"false\" strokeWidth=\"3\"/>\n"
                                                : "";
  return fmt::format(
      "<View>\n"
      "  <Header value=\"$question\"/>\n"
      "  <Image name=\"image\" value=\"$image\" zoom=\"true\"/>\n"
      "{}"
      "  <Choices name=\"{}\" toName=\"image\" choice=\"single\" value=\"$choices\"\n"
      "           required=\"true\" requiredMessage=\"Choose a label, or {}\"/>\n"
      "</View>\n",
      region, kAnswerControl, kNoneOfThese);
}

}  // namespace cupel::labeling
