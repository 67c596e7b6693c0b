#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/labeling/task.hpp"

/// Tasks as records of the three task formats, and the pieces that these have in common.
namespace cupel::labeling {

/// Names in results that our own files ask for.
inline constexpr const char* kAnswerControl = "answer";  ///< Label Studio: name of the <Choices>
inline constexpr const char* kAnswerField = "label";     ///< Scale: `field_id`

/// "scale", "label_studio", "jsonl".
std::string_view format_name(TaskFormat format);
std::optional<TaskFormat> format_named(std::string_view name);

// Members of the JSON object that `out` ends in, a comma in front where one is needed.
void append_member(std::string& out, std::string_view key, std::string_view text);
void append_number(std::string& out, std::string_view key, uint64_t number);
void append_flag(std::string& out, std::string_view key, bool flag);
/// A JSON list.
void append_text_list(std::string& out, const std::vector<std::string>& texts);

/// `batch-000-calibration`, `batch-017`.
std::string batch_name(const Task& task);
/// The task's choices (those of the project where it has none), then "none of these", once.
std::vector<std::string> offered(const Project& project, const Task& task);
/// What the labelers are asked, plain text.
std::string question(const Task& task);
/// The members that every format carries: the ids by which an answer finds its task, the labels,
/// the score, the box, and the version of the dataset. What is unknown is left out. The id of the
/// object in question is called `object_key`.
void append_facts(std::string& out, const Project& project, const Task& task,
                  std::string_view object_key = "annotation_id");

// One task, an object without a line end.
void append_jsonl_task(std::string& out, const Project& project, const Task& task);
void append_label_studio_task(std::string& out, const Project& project, const Task& task);
void append_scale_task(std::string& out, const Project& project, const Task& task);

/// The labeling config that fits the tasks. All that varies comes from the tasks (`$question`,
/// `$choices`), so that no name of the data can break the XML.
std::string label_studio_config(const Project& project);

}  // namespace cupel::labeling
