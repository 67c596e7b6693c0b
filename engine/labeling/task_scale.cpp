#include <fmt/format.h>

#include "engine/io/json_text.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

void append_field(std::string& out, const Project& project, const Task& task) {
  out += '{';
  append_member(out, "type", "category");
  append_member(out, "field_id", kAnswerField);
  append_member(out, "title", question(task));
  append_flag(out, "required", true);
  io::append_key(out, "choices");
  out += '[';
  for (const std::string& choice : offered(project, task)) {
    out += out.back() == '[' ? "{" : ",{";
    append_member(out, "label", choice);
    append_member(out, "value", choice);
    out += '}';
  }
  out += ']';
  append_number(out, "min_choices", 1);
  append_number(out, "max_choices", 1);
  out += '}';
}

}  // namespace

void append_scale_task(std::string& out, const Project& project, const Task& task) {
  out += '{';
  append_member(out, "project", project.name);
  // Names of batches are unique in an account, not in a project.
  append_member(out, "batch", fmt::format("{}-{}", project.name, batch_name(task)));
  append_member(out, "unique_id", task.task_id);
  io::append_key(out, "attachments");
  out += "[{";
  append_member(out, "type", "image");
  append_member(out, "content", task.image_location);
  out += "}]";
  io::append_key(out, "fields");
  out += '[';
  append_field(out, project, task);
  out += ']';
  io::append_key(out, "metadata");
  out += '{';
  append_facts(out, project, task);
  out += "}}";
}

}  // namespace cupel::labeling
