#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/error.hpp"
#include "engine/io/json_document.hpp"
#include "engine/labeling/files.hpp"

namespace cupel::labeling {

/// A folder that disappears with its content.
class Scratch {
 public:
  Scratch() {
    static int counter = 0;
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("cupel-labeling-{}-{}", ::getpid(), counter++);
    std::filesystem::create_directories(folder_);
  }
  ~Scratch() { std::filesystem::remove_all(folder_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  std::filesystem::path write(const std::string& name, std::string_view content) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    return folder_ / name;
  }
  /// The names in the folder, sorted.
  std::vector<std::string> names(const std::string& below = "") const {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / below)) {
      result.push_back(entry.path().filename().string());
    }
    std::sort(result.begin(), result.end());
    return result;
  }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// `constraint: the sentence`, or "none".
template <typename F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.code()), error.message());
  }
  return "none";
}

/// Everything of an answer in one line.
inline std::string words(const Answer& answer) {
  std::string out = fmt::format("{}|{}|{}{} ", answer.task_id, answer.reference_id, answer.worker,
                                answer.reviewer ? "!" : "");
  if (answer.kind == AnswerKind::kLabel) out += "=" + answer.label;
  if (answer.kind == AnswerKind::kNone) out += "none";
  if (answer.kind == AnswerKind::kSeveral) out += "several";
  if (answer.answered_at) out += " " + format_timestamp(*answer.answered_at);
  return out;
}

/// The answers of a file, each in words; `format` is checked against the one that was read.
inline std::vector<std::string> answers_of(const std::filesystem::path& file,
                                           const std::string& format, bool given = false) {
  std::vector<std::string> result;
  ResultsRequest request{file, given ? format : ""};
  const std::string read =
      read_results(request, [&](const Answer& answer) { result.push_back(words(answer)); });
  EXPECT_EQ(read, format);
  return result;
}

inline std::string results_error(const Scratch& scratch, const std::string& format,
                                 std::string_view content) {
  const auto file = scratch.write("results.json", content);
  std::string error = error_of([&] { answers_of(file, format, true); });
  const std::string path = file.string();
  const size_t at = error.find(path);
  if (at != std::string::npos) error.replace(at, path.size(), "FILE");
  return error;
}

inline Project sample_project(TaskFormat format) {
  Project project;
  project.name = "pets";
  project.taxonomy = "animal";
  project.slice = "suspects";
  project.format = format;
  project.labels = {"cat", "dog", "fish"};
  project.send_id = "send-1";
  project.seed = 7;
  return project;
}

inline Task sample_task(uint32_t number, uint32_t batch) {
  Task task;
  task.task_id = fmt::format("pets-{:06}", number);
  task.batch = batch;
  task.calibration = batch == 0;
  task.reference_id = fmt::format("img {}", number);
  task.image_location = fmt::format("https://images.example/{}.jpg?a=1&b=2", number);
  task.taxonomy = "animal";
  task.given_label = "cat";
  task.predicted_label = "dog";
  task.coarse_label = "pet";
  task.predicted_coarse_label = "pet";
  task.score = 0.25;
  task.generation = 42;
  task.choices = {"dog", "cat", "fish"};
  return task;
}

}  // namespace cupel::labeling
