#include "engine/io/json_text.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {

void append_jsonl_task(std::string& out, const Project& project, const Task& task) {
  out += '{';
  append_facts(out, project, task);
  append_member(out, "image", task.image_location);
  if (task.width && task.height) {
    io::append_key(out, "width");
    out += std::to_string(*task.width);
    io::append_key(out, "height");
    out += std::to_string(*task.height);
  }
  append_member(out, "question", question(task));
  io::append_key(out, "choices");
  append_text_list(out, offered(project, task));
  out += '}';
}

}  // namespace cupel::labeling
