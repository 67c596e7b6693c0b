#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cupel/value.hpp"
#include "engine/io/json_text.hpp"
#include "engine/labeling/task_files.hpp"

namespace cupel::labeling {
namespace {

void append_known(std::string& out, std::string_view key, const std::string& text) {
  if (!text.empty()) append_member(out, key, text);
}

void append_finite(std::string& out, std::string_view key, double number) {
  if (!std::isfinite(number)) return;
  io::append_key(out, key);
  io::append_double(out, number);
}

}  // namespace

std::string_view format_name(TaskFormat format) {
  switch (format) {
    case TaskFormat::kScale: return "scale";
    case TaskFormat::kLabelStudio: return "label_studio";
    case TaskFormat::kJsonl: break;
  }
  return "jsonl";
}

std::optional<TaskFormat> format_named(std::string_view name) {
  for (const TaskFormat format :
       {TaskFormat::kScale, TaskFormat::kLabelStudio, TaskFormat::kJsonl}) {
    if (format_name(format) == name) return format;
  }
  return std::nullopt;
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  io::append_key(out, key);
  io::append_text(out, text);
}

void append_number(std::string& out, std::string_view key, uint64_t number) {
  io::append_key(out, key);
  out += std::to_string(number);
}

void append_flag(std::string& out, std::string_view key, bool flag) {
  io::append_key(out, key);
  out += flag ? "true" : "false";
}

void append_text_list(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    io::append_text(out, texts[i]);
  }
  out += ']';
}

std::string batch_name(const Task& task) {
  return fmt::format("batch-{:03}{}", task.batch, task.calibration ? "-calibration" : "");
}

std::vector<std::string> offered(const Project& project, const Task& task) {
  std::vector<std::string> choices = task.choices.empty() ? project.labels : task.choices;
  std::erase(choices, kNoneOfThese);
  choices.emplace_back(kNoneOfThese);
  return choices;
}

std::string question(const Task& task) {
  if (task.box) {
    return fmt::format(
        "Which label fits the object in the box (left {}, top {}, width {}, height {} pixels)?",
        format_number(task.box->x), format_number(task.box->y), format_number(task.box->width),
        format_number(task.box->height));
  }
  if (task.taxonomy.empty()) return "Which label fits the object in question?";
  return fmt::format("Which label of {} fits the image?", task.taxonomy);
}

void append_facts(std::string& out, const Project& project, const Task& task,
                  std::string_view object_key) {
  append_member(out, "task_id", task.task_id);
  append_member(out, "project", project.name);
  append_number(out, "batch", task.batch);
  append_flag(out, "calibration", task.calibration);
  append_member(out, "reference_id", task.reference_id);
  append_known(out, "taxonomy", task.taxonomy);
  append_known(out, object_key, task.annotation_id);
  if (task.box) {
    io::append_key(out, "box");
    out += '{';
    append_finite(out, "x", task.box->x);
    append_finite(out, "y", task.box->y);
    append_finite(out, "width", task.box->width);
    append_finite(out, "height", task.box->height);
    out += '}';
  }
  append_member(out, "given_label", task.given_label);
  append_known(out, "predicted_label", task.predicted_label);
  append_known(out, "coarse_label", task.coarse_label);
  append_known(out, "predicted_coarse_label", task.predicted_coarse_label);
  if (task.score) append_finite(out, "mislabel_score", *task.score);
  append_number(out, "version", task.generation);
}

}  // namespace cupel::labeling
